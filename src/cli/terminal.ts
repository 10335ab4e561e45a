import { once } from 'node:events';
import type { Progress } from '../kernel/progress.ts';

/** Where a command speaks: results to `out`, progress and errors to `err`. */
export interface Terminal {
  /** Resolves when more may be written. */
  out(text: string | Uint8Array): Promise<void>;
  err(text: string): void;
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
