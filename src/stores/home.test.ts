import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { holderOf, holdHome } from './home.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'upstander-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('lets one process hold a data folder, and says which', () => {
  const home = holdHome(folder, 'serve');
  expect(holderOf(folder)).toMatchObject({ pid: process.pid, command: 'serve', socket: null });
  expect(() => holdHome(folder, 'import')).toThrow(/in use by process \d+ \(upstander serve\)/);
  home.announce('/some/control.sock');
  expect(holderOf(folder)?.socket).toBe('/some/control.sock');
  home.release();
  expect(holderOf(folder)).toBeNull();
  holdHome(folder, 'import').release();
});

it('takes over the lock of a process that was killed', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(
    path.join(folder, 'lock'),
    JSON.stringify({ pid: child.pid, began: '1', command: 'import', socket: null }),
  );
  expect(holderOf(folder), 'a later process with the same number').toBeNull();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(holderOf(folder)).toBeNull();
  holdHome(folder, 'serve').release();
});

it('is not misled by half a lock', () => {
  writeFileSync(path.join(folder, 'lock'), '{"pid": 12');
  expect(holderOf(folder)).toBeNull();
});

it('names a folder that cannot be written', () => {
  const file = path.join(folder, 'a-file');
  writeFileSync(file, '');
  expect(() => holdHome(path.join(file, 'data'), 'serve')).toThrow(/cannot be written/);
});
