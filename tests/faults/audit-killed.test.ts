import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openRecords } from '../../src/stores/records/records.ts';
import { headOf } from '../../src/trust/audit/log.ts';
import { checkLog } from '../../src/trust/audit/verify.ts';
import { testVault } from '../support/stores.ts';

const KILLS = 3;
const home = mkdtempSync(path.join(tmpdir(), 'upstander-audit-killed-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Lets a process write entries and kills it after so many. Gives the number of the last entry it told of. */
function writeAndKill(entries: number): Promise<number> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'audit-child.ts'), home]);
    let text = '';
    let wrong = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.split('\n').length > entries) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk) => {
      wrong += chunk;
    });
    child.on('error', failed);
    child.on('close', (_, signal) => {
      const whole = text.slice(0, text.lastIndexOf('\n')).split('\n');
      if (signal === 'SIGKILL' && wrong === '') done(Number(whole.at(-1)));
      else failed(new Error(wrong || 'it ended by itself'));
    });
  });
}

it('a log whose writer is killed again and again has every entry it told of, and verifies', async () => {
  let told = 0;
  for (let i = 1; i <= KILLS; i++) told = await writeAndKill(i * 17);
  const records = await openRecords({ home, vault: testVault() });
  expect((await headOf(records)).size).toBeGreaterThan(told);
  expect(told).toBeGreaterThan(17 + 34 + 50);
  expect((await checkLog(records, { home })).problems).toEqual([]);
  await records.destroy();
});
