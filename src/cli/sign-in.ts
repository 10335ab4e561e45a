import type { Command } from 'commander';
import type { Run } from './program.ts';

export function signInCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('sign-in')
    .description('Print a link that signs one person in to the running workbench, once, within 15 minutes.')
    .option('--name <name>', 'who will use it, as the audit shall name them', 'Administrator at the terminal')
    .action((options: { name: string }) =>
      chosen('sign-in', async ({ terminal, upstander, by }) => {
        await terminal.out(`${await upstander.signInLink(options.name, by)}\n`);
        return 0;
      }),
    );
}
