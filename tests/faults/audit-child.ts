// Run as a process of its own, to be killed: opens the audit log of a home and writes into it without end.
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { appendAlone } from '../../src/trust/audit/log.ts';
import { openAuditLog } from '../../src/trust/audit/open.ts';
import { testVault } from '../support/stores.ts';

const [home = ''] = process.argv.slice(2);
const records = await openRecords({ home, vault: testVault() });
await migrateRecords(records);
const log = await openAuditLog(records, {
  home,
  copyTo: undefined,
  signingKey: undefined,
  clock: () => new Date(),
  tell: (problem) => process.stderr.write(`${problem}\n`),
});
for (let i = 0; ; i++) {
  const n = await appendAlone(
    records,
    { act: 'look', action: 'view', what: 'officer', who: 'Ana Mock', officer: `E${i}` },
    new Date(),
  );
  if (i % 5 === 0) await log.checkpoint();
  process.stdout.write(`${n}\n`);
}
