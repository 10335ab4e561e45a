import type { Command } from 'commander';
import { recorded } from '../trust/account-log.ts';
import { createScimToken, endScimToken } from '../trust/scim/token.ts';
import type { Run } from './program.ts';

export function scimTokenCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('scim-token')
    .description(
      'Print the token with which a directory provisions accounts over SCIM; shown once, kept as a hash.',
    )
    .option('--name <name>', 'the directory; a token made before under this name stops working', 'directory')
    .option('--end', 'end the token of this name and make none')
    .action((options: { name: string; end?: true }) =>
      chosen('scim-token', async ({ terminal, upstander, by }) => {
        const { records, clock } = upstander;
        if (options.end) {
          const ended = await recorded(records, clock(), async (trx) => ({
            value: await endScimToken(trx, options.name, clock()),
            deed: {
              by,
              action: 'scim',
              what: 'token of a directory ended',
              more: { directory: options.name },
            },
          }));
          await terminal.out(ended ? 'The token no longer works.\n' : 'There was no such token.\n');
          return ended ? 0 : 1;
        }
        const token = await recorded(records, clock(), async (trx) => ({
          value: await createScimToken(trx, options.name, clock()),
          deed: { by, action: 'scim', what: 'token of a directory made', more: { directory: options.name } },
        }));
        await terminal.out(`${token}\n`);
        terminal.err('Give it to the directory now: it cannot be shown again.\n');
        return 0;
      }),
    );
}
