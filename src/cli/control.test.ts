import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { sendCommand, socketPath, takeCommands } from './control.ts';
import type { Terminal } from './terminal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'upstander-control-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function listening() {
  const said: { out: Buffer[]; err: string } = { out: [], err: '' };
  const terminal: Terminal = {
    out: async (text) => void said.out.push(Buffer.from(text)),
    err: (text) => {
      said.err += text;
    },
    user: 'ada',
    live: false,
    columns: 80,
  };
  return { said, terminal };
}

it('carries a command, its words, its bytes and its exit status', async () => {
  const socket = socketPath(folder);
  const bytes = Buffer.from([0, 1, 2, 255, 10, 13]);
  const stop = await takeCommands(socket, async (argv, terminal, cwd) => {
    terminal.err('working\n');
    expect(terminal.user).toBe('ada');
    await terminal.out(`${argv.join(' ')} in ${cwd}\n`);
    await terminal.out(bytes);
    return 3;
  });
  expect(statSync(socket).mode & 0o777, 'only this user of the machine').toBe(0o600);
  const { said, terminal } = listening();
  expect(await sendCommand(socket, ['import', 'a folder'], terminal, '/somewhere')).toBe(3);
  expect(said.err).toBe('working\n');
  expect(Buffer.concat(said.out)).toEqual(
    Buffer.concat([Buffer.from('import a folder in /somewhere\n'), bytes]),
  );
  await stop();
});

it('says so when the server goes away', async () => {
  const { terminal } = listening();
  await expect(sendCommand(path.join(folder, 'none.sock'), ['detect'], terminal, '/')).rejects.toThrow(
    /stopped before the command had ended/,
  );
});

it('finds a socket path that the kernel takes, however deep the data folder lies', () => {
  const deep = path.join(folder, 'x'.repeat(120));
  expect(Buffer.byteLength(socketPath(deep))).toBeLessThan(108);
  expect(socketPath(deep)).toBe(socketPath(deep));
  expect(socketPath(deep)).not.toBe(socketPath(`${deep}y`));
});
