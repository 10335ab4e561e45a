import { sendCommand } from './cli/control.ts';
import { demoCommand } from './cli/demo.ts';
import { program, reportFailure, type Setting } from './cli/program.ts';
import { serveCommands } from './cli/serve.ts';
import { processTerminal, type Terminal } from './cli/terminal.ts';
import { openUpstander } from './compose.ts';
import { readConfig } from './config.ts';
import { holderOf } from './stores/home.ts';

/**
 * Runs one command line: by the process that serves the data folder if there is one, else here with the stores opened
 * for it. Gives the exit status.
 */
async function main(argv: string[], terminal: Terminal, cwd: string): Promise<number> {
  let chosen: { name: string; run: (setting: Omit<Setting, 'by'>) => Promise<number> } | undefined;
  let standing: (() => Promise<number>) | undefined;
  const top = program(terminal, (name, run) => {
    chosen = { name, run };
  });
  const config = readConfig(process.env, cwd);
  const stand = (run: () => Promise<number>) => {
    standing = run;
  };
  serveCommands(top, { terminal, config, stand });
  demoCommand(top, { terminal, cwd, stand });
  if (argv.length === 0) {
    top.outputHelp();
    return 1;
  }
  await top.parseAsync(argv, { from: 'user' });
  if (standing !== undefined) return standing();
  if (chosen === undefined) return 0;

  const socket = holderOf(config.home)?.socket;
  if (socket) return sendCommand(socket, argv, terminal, cwd);
  const upstander = await openUpstander(config, chosen.name);
  try {
    return await chosen.run({ terminal, cwd, upstander });
  } finally {
    await upstander.close();
  }
}

// The reader of a pipe may have had enough (`| head`): that is no failure of ours.
process.stdout.on('error', (problem: NodeJS.ErrnoException) =>
  process.exit(problem.code === 'EPIPE' ? 0 : 1),
);

const terminal = processTerminal();
try {
  process.exitCode = await main(process.argv.slice(2), terminal, process.cwd());
} catch (problem) {
  process.exitCode = reportFailure(problem, terminal);
}
// The embedded engine keeps threads of its own; what was written has been flushed by now.
process.stdout.write('', () => process.exit());
