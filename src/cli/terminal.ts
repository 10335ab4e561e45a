import { once } from 'node:events';
import { userInfo } from 'node:os';
import { Failure } from '../kernel/failure.ts';
import type { Progress } from '../kernel/progress.ts';

/** Where a command speaks: results to `out`, progress and errors to `err`. */
export interface Terminal {
  /** Resolves when more may be written. */
  out(text: string | Uint8Array): Promise<void>;
  err(text: string): void;
  /** Who of the machine's users gives the command, as its operating system says. */
  user: string;
  /** A person is looking: a bar may redraw itself. */
  live: boolean;
  /** Width of a live terminal in columns. */
  columns: number;
}

/** This process's own terminal. */
export function processTerminal(): Terminal {
  return {
    out: async (text) => {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
    },
    err: (text) => process.stderr.write(text),
    user: machineUser(),
    live: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
  };
}

/**
 * A progress bar on the error stream: redrawn in place when someone looks, else a line each time the work's words
 * change or another fifth is done. `end()` leaves the cursor on a new line.
 */
export function progressBar(terminal: Terminal): { progress: Progress; end: () => void } {
  let last = '';
  let drawnAt = 0;
  return {
    progress: (done, total, what) => {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      if (terminal.live) {
        const now = performance.now();
        if (now - drawnAt < 80 && share < 1) return;
        drawnAt = now;
        const full = Math.round(share * 30);
        const percent = `${Math.floor(share * 100)}%`.padStart(4);
        const line = `${'█'.repeat(full)}${'░'.repeat(30 - full)} ${percent}  ${what}`;
        terminal.err(`\r\u001b[2K${line.slice(0, terminal.columns - 1)}`);
        last = line;
      } else {
        const line = `${what} (${Math.floor(share * 5) * 20}%)`;
        if (line !== last) terminal.err(`${line}\n`);
        last = line;
      }
    },
    end: () => {
      if (terminal.live && last !== '') terminal.err('\n');
      last = '';
    },
  };
}

/** The user of this process; behind `sudo`, both: whom it runs as, and for whom. */
function machineUser(): string {
  let name: string;
  try {
    name = userInfo().username;
  } catch {
    name = `uid ${process.getuid?.() ?? 'unknown'}`; // a user without a name, as in some containers
  }
  const sudo = process.env.SUDO_USER;
  return sudo && sudo !== name ? `${name} for ${sudo}` : name;
}

/**
 * How the audit log names whoever gives a command: the machine's user, and with `--as` the name they gave. Both are what the
 * terminal says; nobody has proved them.
 * @throws Failure when the name is empty, too long, or holds what no name does.
 */
export function atTerminal(user: string, as: string | undefined): string {
  const plain = (text: string) => text.replaceAll(/[^\p{L}\p{N} ._'@\\-]/gu, '?').slice(0, 100);
  if (as === undefined) return `terminal (${plain(user)})`;
  const name = as.trim();
  if (name === '' || name.length > 100 || plain(name) !== name) {
    throw new Failure('--as needs the name of a person, of 1 to 100 characters', {
      todo: 'Give your own name, as the audit log shall have it',
    });
  }
  return `terminal (${plain(user)}, as ${name})`;
}
