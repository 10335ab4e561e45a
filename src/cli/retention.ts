import type { Command } from 'commander';
import { kindOf } from '../trust/retention/kinds.ts';
import type { Run } from './program.ts';

/** `upstander retention`: what has come to its end; with `--erase`, what stands under a standing approval is erased. */
export function retentionCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('retention')
    .description('Say what has come to the end of its time, or erase what a standing approval covers.')
    .option('--erase', 'erase what rules with a standing approval say is over')
    .option('--json', 'print the result as one JSON object')
    .action((options: { erase?: boolean; json?: boolean }) =>
      chosen('retention', async ({ terminal, upstander }) => {
        const { retention, clock } = upstander;
        const erased = options.erase ? await retention.eraseWhatStands(clock()) : 0;
        const due = await retention.due(clock());
        if (options.json) await terminal.out(`${JSON.stringify({ erased, due })}\n`);
        else {
          if (options.erase) await terminal.out(`${erased} carried out by standing approval\n`);
          for (const one of due.filter(({ due: n }) => n > 0)) {
            await terminal.out(
              `${String(one.due).padStart(12)}  ${kindOf(one.kind).title}, before ${one.before}\n`,
            );
          }
        }
        return 0;
      }),
    );
}
