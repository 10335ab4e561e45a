// How long the audit log takes to grow, to prove and to verify: node bench/audit-log.ts [entries]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { migrateRecords } from '../src/stores/records/migrate.ts';
import { openRecords } from '../src/stores/records/records.ts';
import { signingKey } from '../src/trust/audit/checkpoint-files.ts';
import { Checkpoints } from '../src/trust/audit/checkpoints.ts';
import type { Deed } from '../src/trust/audit/entry.ts';
import { appendAll, appendAlone } from '../src/trust/audit/log.ts';
import { consistencyProof, inclusionProof } from '../src/trust/audit/proofs.ts';
import { checkLog } from '../src/trust/audit/verify.ts';
import { testVault } from '../tests/support/stores.ts';

const ENTRIES = Number(process.argv[2] ?? 1_000_000);
const AT_ONCE = 5000;
const SINGLE = 1000;
const home = mkdtempSync(path.join(tmpdir(), 'upstander-audit-bench-'));
const records = await openRecords({ databaseUrl: process.env.DATABASE_URL, home, vault: testVault() });
const say = (what: string, from: number, per = 1) =>
  console.log(`${what}: ${((performance.now() - from) / per).toFixed(2)} ms`);
const rss = () => console.log(`  resident ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`);

const deed = (n: number): Deed => ({
  act: 'look',
  action: 'view',
  what: 'encounter timeline',
  who: `Analyst Mock ${n % 40}`,
  session: `session${n % 400}`,
  officer: `E-${n % 3000}`,
  person: `P-${n % 50_000}`,
});

await migrateRecords(records);
let from = performance.now();
for (let n = 0; n < ENTRIES; n += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, ENTRIES - n) }, (_, i) => ({
    deed: deed(n + i),
    at: new Date(1.77e12 + (n + i) * 1000),
  }));
  await records.transaction().execute((trx) => appendAll(trx, some));
}
say(`${ENTRIES} entries, ${AT_ONCE} at once`, from);
rss();
from = performance.now();
for (let n = 0; n < SINGLE; n++) await appendAlone(records, deed(n), new Date());
say('one entry in a transaction of its own', from, SINGLE);
const place = new Checkpoints(records, { home, key: signingKey(home, undefined), tell: console.error });
from = performance.now();
await place.write();
say('a checkpoint', from);
const size = ENTRIES + SINGLE;
from = performance.now();
for (let n = 0; n < 100; n++) await inclusionProof(records, (n * 7919) % size, size);
say('an inclusion proof', from, 100);
from = performance.now();
await consistencyProof(records, Math.floor(size / 3), size);
say('a consistency proof', from);
from = performance.now();
const { name, problems } = await checkLog(records, { home });
say(`verify (${name}; ${problems.length} problems)`, from);
rss();
await records.destroy();
rmSync(home, { recursive: true, force: true });
