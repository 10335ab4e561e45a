import type { Command } from 'commander';
import { recorded } from '../trust/account-log.ts';
import { decideRequest, openRequests } from '../trust/account-request.ts';
import { roleLabel } from '../trust/roles.ts';
import type { Run } from './program.ts';

export function approveCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('approve [request]')
    .description(
      'List what waits for a second person about accounts, or approve one request while nobody in the workbench could.',
    )
    .action((request: string | undefined) =>
      chosen('approve', async ({ terminal, upstander, by }) => {
        const { records, clock, baseUrl } = upstander;
        if (request === undefined) {
          const waiting = await openRequests(records, clock());
          if (waiting.length === 0) await terminal.out('Nothing waits.\n');
          for (const { requestId, kind, name, roles, askedByName, reason } of waiting) {
            const what = kind === 'way_in' ? 'a way in' : `roles ${(roles ?? []).map(roleLabel).join(', ')}`;
            await terminal.out(`${requestId}  ${askedByName} asks for ${what} for ${name}: ${reason}\n`);
          }
          return 0;
        }
        const decided = { requestId: request, decision: 'approved', by: null, baseUrl } as const;
        const { link } = await recorded(records, clock(), async (trx) => {
          const value = await decideRequest(trx, decided, clock());
          const { name: about, kind } = value.request;
          const deed = {
            by,
            action: 'second person',
            what: 'approved',
            about,
            more: { kind },
          };
          return { value, deed };
        });
        await terminal.out(link === undefined ? 'Approved.\n' : `${link}\n`);
        return 0;
      }),
    );
}
