import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The harmless file that every virus scanner knows, in two halves: whole, it would set off the one on your own machine. */
export const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}', '$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');

/** A real clamd that knows one signature, that of the test file, and takes up to 1 MB. */
export async function startClamd(): Promise<{ socket: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'upstander-clamd-'));
  const signatures = path.join(folder, 'signatures');
  const socket = path.join(folder, 'clamd.ctl');
  mkdirSync(signatures);
  writeFileSync(
    path.join(signatures, 'test.ndb'),
    `Invented.Test.File:0:*:${Buffer.from(EICAR).toString('hex')}\n`,
  );
  const settings = path.join(folder, 'clamd.conf');
  writeFileSync(
    settings,
    `LocalSocket ${socket}\nDatabaseDirectory ${signatures}\nTemporaryDirectory ${folder}\nForeground yes\nStreamMaxLength 1M\n`,
  );
  const daemon = spawn('/usr/sbin/clamd', ['--config-file', settings], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [daemon.stdout, daemon.stderr]) {
    stream.on('data', (piece) => {
      said += piece;
    });
  }
  for (let i = 0; !(await listens(socket)); i++) {
    if (daemon.exitCode !== null || i > 600) throw new Error(`clamd did not start: ${said}`);
    await wait(100);
  }
  return {
    socket,
    stop: async () => {
      const ended = new Promise((resolve) => daemon.once('exit', resolve));
      if (daemon.exitCode === null && daemon.kill('SIGKILL')) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listens(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const link = net.connect(socket);
    link.once('connect', () => resolve(true)).once('error', () => resolve(false));
    link.once('connect', () => link.destroy());
  });
}
