import { Command, CommanderError } from 'commander';
import type { Upstander } from '../compose.ts';
import { Failure } from '../kernel/failure.ts';
import { knownFault } from '../kernel/known-fault.ts';
import { approveCommand } from './approve.ts';
import { auditCommands } from './audit.ts';
import { detectCommand } from './detect.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import { keysCommand } from './keys.ts';
import { mineCommand } from './mine.ts';
import { retentionCommand } from './retention.ts';
import { scimTokenCommand } from './scim-token.ts';
import { signInCommand } from './sign-in.ts';
import { atTerminal, type Terminal } from './terminal.ts';
import { verifyCommand } from './verify.ts';

/** What a command stands on: where it speaks, from which folder, and the opened program. */
export interface Setting {
  terminal: Terminal;
  cwd: string;
  upstander: Upstander;
  /** Who gives the command, as the audit log names them. */
  by: string;
}

/** A command gives the exit status of the process. */
export type Run = (setting: Setting) => Promise<number>;

/**
 * The command line of `formats.md`. Each command hands its work to `chosen`; commander only reads the words. The
 * commands that run in any process (`serve`, `start`, `demo`) are added by `main.ts`.
 */
export function program(
  terminal: Terminal,
  chosen: (name: string, run: (setting: Omit<Setting, 'by'>) => Promise<number>) => void,
): Command {
  const top = new Command('upstander')
    .description('An open workbench for police counter-corruption.')
    .option('--as <name>', 'your name, for the audit log, beside that of the machine’s user')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.out(text),
      writeErr: terminal.err,
      getOutHelpWidth: () => terminal.columns,
    })
    .addHelpText(
      'after',
      '\nData lives in UPSTANDER_HOME (default ./data). See docs/guide for the first day.',
    );
  for (const add of [
    importCommand,
    detectCommand,
    mineCommand,
    exportCommand,
    verifyCommand,
    retentionCommand,
    auditCommands,
    signInCommand,
    approveCommand,
    scimTokenCommand,
    keysCommand,
  ])
    add(top, (name, run) =>
      chosen(name, (setting) =>
        run({ ...setting, by: atTerminal(terminal.user, top.opts<{ as?: string }>().as) }),
      ),
    );
  return top;
}

/** Says what a command failed with, in words a person can act on, and gives the exit status. */
export function reportFailure(problem: unknown, terminal: Terminal): number {
  if (problem instanceof CommanderError) return problem.exitCode === 0 ? 0 : 1; // commander has said it
  if (problem instanceof Failure) {
    terminal.err(`upstander: ${problem.sentence()}\n`);
    return problem.status;
  }
  const known = knownFault(problem);
  if (known !== undefined) {
    terminal.err(`upstander: ${known}\n`);
    return 1;
  }
  terminal.err(
    `upstander: a fault of the program: ${problem instanceof Error ? problem.stack : String(problem)}\n`,
  );
  return 1;
}

/** Reads `--as-of`: a moment in ISO 8601; a bare day means its beginning in UTC. */
export function readMoment(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const at = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(at.getTime())) {
    throw new Failure(`--as-of ${JSON.stringify(text)} is not a moment`, {
      todo: 'Write it as 2026-03-21 or 2026-03-21T09:00:00Z',
    });
  }
  return at;
}
