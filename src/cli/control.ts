import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Failure } from '../kernel/failure.ts';
import type { Terminal } from './terminal.ts';

/** What a second process asks of the one that holds the data folder. */
interface Order {
  argv: string[];
  cwd: string;
  user: string;
  live: boolean;
  columns: number;
}

// Results may be binary (Parquet), so they travel in base 64.
type Answer = { out: string } | { err: string } | { exit: number };

/** Runs a command line inside the serving process and gives its exit status. */
export type RunCommand = (argv: string[], terminal: Terminal, cwd: string) => Promise<number>;

// The kernel's limit for the path of a socket is 107 bytes.
const LONGEST = 100;

/** Where the control socket of a data folder stands: in the folder, or in a private one where its path is too long. */
export function socketPath(home: string): string {
  const inside = path.join(home, 'control.sock');
  if (Buffer.byteLength(inside) <= LONGEST) return inside;
  const folder = path.join(tmpdir(), `upstander-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return path.join(folder, `${createHash('sha256').update(home).digest('hex').slice(0, 24)}.sock`);
}

/**
 * Takes commands on a socket that only this user of the machine can open. Returns a function that stops it.
 */
export async function takeCommands(socket: string, run: RunCommand): Promise<() => Promise<void>> {
  rmSync(socket, { force: true });
  const server = net.createServer((connection) => {
    connection.on('error', () => {}); // the asker went away; the command itself goes on to its end
    const lines = createInterface({ input: connection });
    lines.once('line', async (line) => {
      const answer = (frame: Answer) =>
        !connection.writable || connection.write(`${JSON.stringify(frame)}\n`);
      const order = JSON.parse(line) as Order;
      const terminal: Terminal = {
        out: async (text) => {
          if (!answer({ out: Buffer.from(text).toString('base64') })) await once(connection, 'drain');
        },
        err: (text) => answer({ err: text }),
        // Whoever can open the socket is this user of the machine, or root; it says for whom.
        user: order.user,
        live: order.live,
        columns: order.columns,
      };
      answer({ exit: await run(order.argv, terminal, order.cwd) });
      connection.end();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
  chmodSync(socket, 0o600);
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      rmSync(socket, { force: true });
    });
}

/**
 * Sends a command line to the process that serves the data folder, shows what it says and gives its exit status.
 * @throws Failure when that process does not answer.
 */
export async function sendCommand(
  socket: string,
  argv: string[],
  terminal: Terminal,
  cwd: string,
): Promise<number> {
  const connection = net.createConnection(socket);
  const { user, live, columns } = terminal;
  const order: Order = { argv, cwd, user, live, columns };
  connection.write(`${JSON.stringify(order)}\n`);
  let exit: number | undefined;
  try {
    for await (const line of createInterface({ input: connection })) {
      const frame = JSON.parse(line) as Answer;
      if ('out' in frame) await terminal.out(Buffer.from(frame.out, 'base64'));
      else if ('err' in frame) terminal.err(frame.err);
      else exit = frame.exit;
    }
  } catch (cause) {
    throw unanswered(cause);
  }
  if (exit === undefined) throw unanswered(undefined);
  return exit;
}

function unanswered(cause: unknown): Failure {
  return new Failure('The running server stopped before the command had ended', {
    todo: 'Look at the server, then run the command again: what was done stays, nothing is done twice',
    cause,
  });
}
