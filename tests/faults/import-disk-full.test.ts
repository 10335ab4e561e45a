import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkLoads } from '../../src/extract/check-loads.ts';
import { openEvents } from '../../src/stores/events/events.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { TEST_KEY, testVault } from '../support/stores.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upstander-full-'));
const small = path.join(folder, 'small');
let mounted = false;
afterAll(() => {
  if (mounted) execFileSync('umount', [small]);
  rmSync(folder, { recursive: true, force: true });
});

it('a full disk ends an import with a clear message, what was in before stays, and nothing is half-written', async () => {
  const extract = path.join(folder, 'extract');
  mkdirSync(extract, { recursive: true });
  mkdirSync(small);
  // A disk of its own where that is permitted; else a limit on the size of a file, which fails in much the same way.
  mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=110m', 'tmpfs', small]).status === 0;
  writeFileSync(path.join(extract, 'people.csv'), 'person_id\nP1\n');
  const lines = ['event_id,at,number,channel,direction,text'];
  for (let i = 0; i < 400_000; i++) {
    lines.push(`m${i},2026-03-01T10:00:00Z,07700900001,sms,out,${randomBytes(110).toString('base64')}`);
  }
  writeFileSync(path.join(extract, 'messages.csv'), `${lines.join('\n')}\n`);
  const limit = mounted ? '' : 'ulimit -f 20000; ';
  const child = path.join(import.meta.dirname, 'import-child.ts');
  const ran = spawnSync('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, child, small, extract], {
    encoding: 'utf8',
  });
  expect(ran.stdout).toContain('failed: The disk is full');
  expect(ran.status).toBe(1);

  const events = await openEvents({ home: small, key: TEST_KEY });
  const records = await openRecords({ home: small, vault: testVault() });
  const [rows] = await events.query(
    'SELECT (SELECT count() FROM people) AS people, (SELECT count() FROM messages) AS messages',
  );
  expect(rows).toEqual({ people: 1, messages: 0 });
  expect((await checkLoads({ records, events })).problems).toEqual([]);
  await events.close();
  await records.destroy();
});
