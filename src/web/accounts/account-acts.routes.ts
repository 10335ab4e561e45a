import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '../../kernel/failure.ts';
import {
  type Account,
  accountById,
  endAccount,
  resumeAccount,
  setOfficer,
  setRoles,
} from '../../trust/account.ts';
import { type AccountDeed, recorded } from '../../trust/account-log.ts';
import { askForAccount, decideRequest, openRequest } from '../../trust/account-request.ts';
import { inOrder, isRole, POWERFUL_ROLES } from '../../trust/roles.ts';
import { endSessionsOf } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { one } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { requireStepUp } from '../step-up.ts';
import type { Form } from './accounts.routes.ts';

type Asked = Parameters<typeof askForAccount>[1];
type Act = { Params: { account: string }; Body: Form };

/** What is done to an account by somebody else than its holder. */
export function accountActs(app: FastifyInstance, services: WebServices): void {
  const { records, clock } = services;
  const manage = { config: { action: 'manage accounts' } } as const;
  const decide = { config: { action: 'decide about accounts' } } as const;

  app.post<Act>('/accounts/:account/roles', manage, async (request, reply) => {
    const account = await another(request);
    if (account.managed) {
      throw new Failure('The roles of this account come from the groups of the force’s provider', {
        todo: 'Change the groups there',
      });
    }
    requireStepUp(request);
    const body = request.body ?? {};
    const wanted = inOrder([body.roles ?? []].flat().filter(isRole));
    const fresh = wanted.filter((role) => POWERFUL_ROLES.includes(role) && !account.roles.includes(role));
    if (fresh.length === 0) {
      const more = { from: [...account.roles], to: wanted };
      await does(request, { action: 'roles', what: 'roles changed', about: account.name, more }, (trx) =>
        setRoles(trx, account.accountId, wanted, clock()),
      );
      return reply.redirect(`/accounts/${account.accountId}?done=roles`, 303);
    }
    const asked = {
      accountId: account.accountId,
      kind: 'roles',
      roles: wanted,
      reason: one(body, 'reason', 501),
      askedBy: signedIn(request).accountId,
    } as const;
    await asks(request, account, asked);
    return reply.redirect(`/accounts/${account.accountId}?done=asked`, 303);
  });

  app.post<Act>('/accounts/:account/officer', manage, async (request, reply) => {
    const account = await another(request);
    const officerId = one(request.body ?? {}, 'officer') || null;
    await does(
      request,
      { action: 'officer', what: 'who of the workforce it is', about: account.name },
      (trx) => setOfficer(trx, account.accountId, officerId, clock()),
    );
    return reply.redirect(`/accounts/${account.accountId}?done=officer`, 303);
  });

  app.post<Act>('/accounts/:account/end', manage, async (request, reply) => {
    const account = await another(request);
    requireStepUp(request);
    await does(request, { action: 'end', what: 'account ended', about: account.name }, (trx) =>
      endAccount(trx, account.accountId, 'the account was ended', clock()),
    );
    return reply.redirect(`/accounts/${account.accountId}?done=ended`, 303);
  });

  app.post<Act>('/accounts/:account/resume', manage, async (request, reply) => {
    const account = await another(request);
    if (account.managed) {
      throw new Failure('The force’s own provider looks after this account', { todo: 'Begin it anew there' });
    }
    requireStepUp(request);
    await does(request, { action: 'resume', what: 'account begun anew', about: account.name }, (trx) =>
      resumeAccount(trx, account.accountId, clock()),
    );
    return reply.redirect(`/accounts/${account.accountId}?done=resumed`, 303);
  });

  app.post<Act>('/accounts/:account/sessions/end', decide, async (request, reply) => {
    const account = await known(request);
    const { sessionId } = signedIn(request);
    await does(request, { action: 'session', what: 'sessions ended', about: account.name }, (trx) =>
      endSessionsOf(trx, account.accountId, clock(), 'somebody in charge ended them', sessionId),
    );
    return reply.redirect(`/accounts/${account.accountId}?done=out`, 303);
  });

  app.post<Act>('/accounts/:account/way-in', decide, async (request, reply) => {
    const account = await another(request);
    requireStepUp(request);
    const asked = {
      accountId: account.accountId,
      kind: 'way_in',
      reason: one(request.body ?? {}, 'reason', 501),
      askedBy: signedIn(request).accountId,
    } as const;
    await asks(request, account, asked);
    return reply.redirect(`/accounts/${account.accountId}?done=asked`, 303);
  });

  app.post<{ Params: { request: string }; Body: Form }>(
    '/accounts/requests/:request',
    decide,
    async (request, reply) => {
      const waiting = await openRequest(records, request.params.request, clock());
      if (waiting === undefined) throw new NotFound('request');
      requireStepUp(request);
      const choice = {
        requestId: waiting.requestId,
        decision: one(request.body ?? {}, 'decision') === 'approved' ? 'approved' : 'refused',
        by: signedIn(request).accountId,
        baseUrl: services.origin(),
      } as const;
      const more = { kind: waiting.kind, roles: waiting.roles, asked: waiting.askedByName };
      const deed = { action: 'second person', what: choice.decision, about: waiting.name, more };
      const decided = await does(request, deed, (trx) => decideRequest(trx, choice, clock()));
      if (decided.link !== undefined) {
        return reply.page('accounts/way-in.njk', { name: waiting.name, link: decided.link });
      }
      return reply.redirect('/accounts?done=decided', 303);
    },
  );

  /** Does it and writes it into the audit log, or neither. */
  function does<T>(
    request: FastifyRequest,
    deed: Omit<AccountDeed, 'by'>,
    act: (trx: WebServices['records']) => Promise<T>,
  ): Promise<T> {
    return recorded(records, clock(), async (trx) => ({
      value: await act(trx),
      deed: { ...deed, by: signedIn(request) },
    }));
  }

  async function asks(request: FastifyRequest, account: Account, asked: Asked): Promise<void> {
    const what = asked.kind === 'way_in' ? 'way in asked for' : 'roles asked for';
    const deed = {
      action: 'request',
      what,
      about: account.name,
      why: asked.reason,
      more: { roles: asked.roles },
    };
    await does(request, deed, (trx) => askForAccount(trx, asked, clock()));
  }

  async function known(request: FastifyRequest): Promise<Account> {
    const account = await accountById(records, (request.params as Act['Params']).account);
    if (account === undefined) throw new NotFound('account');
    return account;
  }

  /** An account that is not one's own: nobody changes what they themselves may do. */
  async function another(request: FastifyRequest): Promise<Account> {
    const account = await known(request);
    if (account.accountId === signedIn(request).accountId) {
      throw new Failure('Nobody changes their own account here', { todo: 'Let another administrator do it' });
    }
    return account;
  }
}
