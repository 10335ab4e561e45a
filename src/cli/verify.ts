import type { Command } from 'commander';
import type { Run } from './program.ts';

export function verifyCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('verify')
    .description('Check the audit log, the stores and their agreement; say what is wrong.')
    .option('--json', 'print the result as one JSON object')
    .action((options: { json?: boolean }) =>
      chosen('verify', async ({ terminal, upstander }) => {
        const checks = await upstander.verify();
        const wrong = checks.filter((check) => check.problems.length > 0);
        if (options.json) await terminal.out(`${JSON.stringify({ sound: wrong.length === 0, checks })}\n`);
        else {
          for (const check of checks) {
            await terminal.out(`${check.problems.length === 0 ? 'sound ' : 'WRONG '} ${check.name}\n`);
            for (const problem of check.problems) await terminal.out(`        ${problem}\n`);
          }
        }
        return wrong.length === 0 ? 0 : 1;
      }),
    );
}
