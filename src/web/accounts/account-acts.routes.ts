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
import { askForAccount, decideRequest, openRequest } from '../../trust/account-request.ts';
import { inOrder, isRole, POWERFUL_ROLES } from '../../trust/roles.ts';
import { endSessionsOf } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { one } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { requireStepUp } from '../step-up.ts';
import type { Form } from './accounts.routes.ts';

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
      await setRoles(records, account.accountId, wanted, clock());
      return reply.redirect(`/accounts/${account.accountId}?done=roles`, 303);
    }
    const asked = {
      accountId: account.accountId,
      kind: 'roles',
      roles: wanted,
      reason: one(body, 'reason', 501),
      askedBy: signedIn(request).accountId,
    } as const;
    await askForAccount(records, asked, clock());
    return reply.redirect(`/accounts/${account.accountId}?done=asked`, 303);
  });

  app.post<Act>('/accounts/:account/officer', manage, async (request, reply) => {
    const account = await another(request);
    await setOfficer(records, account.accountId, one(request.body ?? {}, 'officer') || null, clock());
    return reply.redirect(`/accounts/${account.accountId}?done=officer`, 303);
  });

  app.post<Act>('/accounts/:account/end', manage, async (request, reply) => {
    const account = await another(request);
    requireStepUp(request);
    await endAccount(records, account.accountId, 'the account was ended', clock());
    return reply.redirect(`/accounts/${account.accountId}?done=ended`, 303);
  });

  app.post<Act>('/accounts/:account/resume', manage, async (request, reply) => {
    const account = await another(request);
    if (account.managed) {
      throw new Failure('The force’s own provider looks after this account', { todo: 'Begin it anew there' });
    }
    requireStepUp(request);
    await resumeAccount(records, account.accountId, clock());
    return reply.redirect(`/accounts/${account.accountId}?done=resumed`, 303);
  });

  app.post<Act>('/accounts/:account/sessions/end', decide, async (request, reply) => {
    const account = await known(request);
    const { sessionId } = signedIn(request);
    await endSessionsOf(records, account.accountId, clock(), 'somebody in charge ended them', sessionId);
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
    await askForAccount(records, asked, clock());
    return reply.redirect(`/accounts/${account.accountId}?done=asked`, 303);
  });

  app.post<{ Params: { request: string }; Body: Form }>(
    '/accounts/requests/:request',
    decide,
    async (request, reply) => {
      const waiting = await openRequest(records, request.params.request);
      if (waiting === undefined) throw new NotFound('request');
      requireStepUp(request);
      const decided = await decideRequest(
        records,
        {
          requestId: waiting.requestId,
          decision: one(request.body ?? {}, 'decision') === 'approved' ? 'approved' : 'refused',
          by: signedIn(request).accountId,
          baseUrl: services.origin(),
        },
        clock(),
      );
      if (decided.link !== undefined) {
        return reply.page('accounts/way-in.njk', { name: waiting.name, link: decided.link });
      }
      return reply.redirect('/accounts?done=decided', 303);
    },
  );

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
