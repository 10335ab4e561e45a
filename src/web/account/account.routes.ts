import type { FastifyInstance, FastifyRequest } from 'fastify';
import { accountById } from '../../trust/account.ts';
import { recorded } from '../../trust/account-log.ts';
import { localPath } from '../../trust/local-path.ts';
import {
  passkeysOf,
  registerPasskey,
  registrationOptions,
  removePasskey,
  renamePasskey,
} from '../../trust/passkey.ts';
import { roleLabel } from '../../trust/roles.ts';
import { endSessionsOf, openSessionsOf, strengthen } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { one, type Query } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { setSession } from '../session-cookie.ts';
import { answered, question, site, toldScript } from '../sign-in/passkey.routes.ts';
import { requireStepUp, steppedUp } from '../step-up.ts';

const REFUSED = 'The passkey was not accepted. Try again.';

/** One's own account: passkeys and sessions. */
export function accountRoutes(app: FastifyInstance, services: WebServices): void {
  const { records, clock } = services;
  const config = { action: 'see own account' } as const;
  const early = { ...config, beforePasskey: true } as const;
  const script = { ...early, json: true, limit: 'stepUp' } as const;

  app.get<{ Querystring: Query }>('/account', { config }, async (request, reply) => {
    const session = signedIn(request);
    const account = await accountById(records, session.accountId);
    return reply.page('account/account.njk', {
      account,
      roles: session.roles.map(roleLabel),
      passkeys: await passkeysOf(records, session.accountId),
      sessions: await openSessionsOf(records, session.accountId, clock()),
      origin: services.origin(),
      done: one(request.query, 'done'),
    });
  });

  app.get<{ Querystring: Query }>('/account/first-passkey', { config: early }, async (request, reply) => {
    const had = await passkeysOf(records, signedIn(request).accountId);
    if (had.length > 0) return reply.redirect('/account', 303);
    return reply.page('account/first-passkey.njk', {
      origin: services.origin(),
      on: goOn(request.query),
    });
  });

  app.post('/account/passkeys/options', { config: script }, async (request, reply) => {
    const session = signedIn(request);
    const to = await mustStepUp(request);
    if (to !== undefined) return reply.send({ to });
    try {
      const options = await registrationOptions(records, site(services), session);
      return await question(reply, services, 'register', session.sessionId, options);
    } catch (problem) {
      return toldScript(reply, problem);
    }
  });

  app.post<{ Body: { response?: unknown; name?: unknown; on?: unknown } }>(
    '/account/passkeys',
    { config: script },
    async (request, reply) => {
      const session = signedIn(request);
      const asked = await answered(request, reply, services, 'register', session.sessionId);
      if (asked === undefined || (await mustStepUp(request)) !== undefined) {
        return reply.code(422).send({ problem: REFUSED });
      }
      const { response, name, on } = request.body ?? {};
      const made = {
        accountId: session.accountId,
        name: String(name ?? ''),
        challenge: String(asked.challenge),
        response,
      };
      const now = clock();
      const register = () =>
        recorded(records, now, async (trx) => {
          await registerPasskey(trx, site(services), made, now);
          const value = await strengthen(trx, session.sessionId, 'passkey', now);
          return { value, deed: { by: session, action: 'passkey', what: 'passkey made' } };
        });
      let token: string;
      try {
        token = await register();
      } catch (problem) {
        return toldScript(reply, problem);
      }
      const to = localPath(typeof on === 'string' ? on : undefined) ?? '/account?done=added';
      return setSession(reply, services, token).send({ to });
    },
  );

  app.post<{ Params: { id: string }; Body: { name?: string } }>(
    '/account/passkeys/:id/rename',
    { config },
    async (request, reply) => {
      const name = String(request.body?.name ?? '');
      const session = signedIn(request);
      await recorded(records, clock(), async (trx) => {
        if (!(await renamePasskey(trx, session.accountId, request.params.id, name)))
          throw new NotFound('passkey');
        return { value: undefined, deed: { by: session, action: 'passkey', what: 'passkey named anew' } };
      });
      return reply.redirect('/account?done=renamed', 303);
    },
  );

  app.post<{ Params: { id: string } }>('/account/passkeys/:id/remove', { config }, async (request, reply) => {
    const { accountId } = signedIn(request);
    const had = await passkeysOf(records, accountId);
    if (!had.some(({ id }) => id === request.params.id)) throw new NotFound('passkey');
    requireStepUp(request);
    await recorded(records, clock(), async (trx) => {
      await removePasskey(trx, accountId, request.params.id, clock());
      const deed = { by: signedIn(request), action: 'passkey', what: 'passkey removed' };
      return { value: undefined, deed };
    });
    return reply.redirect('/account?done=removed', 303);
  });

  app.post('/account/sessions/end-others', { config }, async (request, reply) => {
    const session = signedIn(request);
    await recorded(records, clock(), async (trx) => {
      const why = 'its holder ended all others';
      const ended = await endSessionsOf(trx, session.accountId, clock(), why, session.sessionId);
      return {
        value: undefined,
        deed: { by: session, action: 'session', what: 'own sessions ended', more: { ended } },
      };
    });
    return reply.redirect('/account?done=ended', 303);
  });

  /** Where to go first: a further passkey is added only by somebody who has just shown one. */
  async function mustStepUp(request: FastifyRequest): Promise<string | undefined> {
    const session = signedIn(request);
    const account = await accountById(records, session.accountId);
    if (account?.signsInElsewhere) return '/account';
    const first = (account?.passkeys ?? 0) === 0;
    return first || steppedUp(session, clock()) ? undefined : '/step-up?to=%2Faccount';
  }
}

/** Where the first passkey leads: back to the act it was needed for. */
function goOn(query: Query): string {
  const held = one(query, 'held');
  if (held !== '') return `/step-up/go-on?held=${encodeURIComponent(held)}`;
  const to = localPath(one(query, 'to', 2000));
  return to === undefined ? '/' : `/step-up/go-on?to=${encodeURIComponent(to)}`;
}
