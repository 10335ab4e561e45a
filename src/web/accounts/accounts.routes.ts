import type { FastifyInstance } from 'fastify';
import { type Account, accountById, createAccount, listAccounts } from '../../trust/account.ts';
import { recorded } from '../../trust/account-log.ts';
import { openRequests } from '../../trust/account-request.ts';
import { isRole, POWERFUL_ROLES, ROLE_LIST, roleLabel } from '../../trust/roles.ts';
import { openSessionsOf } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { one, type Query } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { accountActs } from './account-acts.routes.ts';

/** Form fields as they come: a name said twice is a list. */
export type Form = Record<string, string | string[] | undefined>;

/** Who may use the workbench: the list, one account, and what waits for a second person. */
export function accountsRoutes(app: FastifyInstance, services: WebServices): void {
  const { records, clock } = services;
  const see = { config: { action: 'see accounts' } } as const;
  const manage = { config: { action: 'manage accounts' } } as const;

  app.get<{ Querystring: Query }>('/accounts', see, async (request, reply) =>
    reply.page('accounts/accounts.njk', {
      accounts: (await listAccounts(records)).map(inWords),
      requests: (await openRequests(records, clock())).map((ask) => ({
        ...ask,
        roles: ask.roles?.map(roleLabel),
        mine: [ask.askedBy, ask.accountId].includes(signedIn(request).accountId),
      })),
      done: one(request.query, 'done'),
    }),
  );

  app.get('/accounts/new', manage, async (_request, reply) =>
    reply.page('accounts/new.njk', { roles: ordinaryRoles([]), filled: {} }),
  );

  app.post<{ Body: Form }>('/accounts', manage, async (request, reply) => {
    const filled = request.body ?? {};
    const roles = [filled.roles ?? []].flat().filter(isRole);
    const errors = [];
    if (one(filled, 'name') === '') errors.push({ text: 'Enter the name of a person', href: '#name' });
    if (roles.length === 0) errors.push({ text: 'Select one or more roles', href: '#roles' });
    if (errors.length > 0) {
      return reply.code(422).page('accounts/new.njk', { roles: ordinaryRoles(roles), filled, errors });
    }
    const officerId = one(filled, 'officer') || null;
    const name = one(filled, 'name', 101);
    const id = await recorded(records, clock(), async (trx) => ({
      value: await createAccount(trx, { name, roles, officerId }, clock()),
      deed: { by: signedIn(request), action: 'new', what: 'account made', about: name, more: { roles } },
    }));
    return reply.redirect(`/accounts/${id}?done=made`, 303);
  });

  app.get<{ Params: { account: string }; Querystring: Query }>(
    '/accounts/:account',
    see,
    async (request, reply) => {
      const account = await accountById(records, request.params.account);
      if (account === undefined) throw new NotFound('account');
      const waiting = await openRequests(records, clock());
      return reply.page('accounts/account.njk', {
        account: inWords(account),
        roles: ROLE_LIST.map((role) => ({
          ...role,
          held: account.roles.includes(role.id),
          powerful: POWERFUL_ROLES.includes(role.id),
        })),
        sessions: await openSessionsOf(records, account.accountId, clock()),
        waiting: waiting.filter((ask) => ask.accountId === account.accountId),
        self: account.accountId === signedIn(request).accountId,
        done: one(request.query, 'done'),
      });
    },
  );

  accountActs(app, services);
}

function inWords(account: Account) {
  return { ...account, roleLabels: account.roles.map(roleLabel) };
}

function ordinaryRoles(held: readonly string[]) {
  return ROLE_LIST.filter(({ id }) => !POWERFUL_ROLES.includes(id)).map((role) => ({
    ...role,
    held: held.includes(role.id),
  }));
}
