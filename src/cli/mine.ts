import type { Command } from 'commander';
import type { Run } from './program.ts';

/** `upstander mine`: looks for explanations in the force's own data. */
export function mineCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('mine')
    .description(
      'Look for ways to explain looks in the force’s own tables. They explain nothing until somebody approves them in the workbench.',
    )
    .action(() =>
      chosen('mine', async ({ terminal, upstander, by }) => {
        const found = await upstander.mine({ by });
        for (const { words, support, lift } of found) {
          await terminal.out(
            `${words}: explains ${(100 * support).toFixed(1)}% of what nothing explains, lift ${lift.toFixed(1)}\n`,
          );
        }
        await terminal.out(
          found.length === 0
            ? 'Nothing was found that explains enough and is earned.\n'
            : 'Approve or refuse them in the workbench, under What explains looks.\n',
        );
        return 0;
      }),
    );
}
