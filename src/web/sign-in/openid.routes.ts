import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../kernel/failure.ts';
import { accountById } from '../../trust/account.ts';
import { recorded } from '../../trust/account-log.ts';
import { endSessionsByProvider, providerKeys, readLogoutToken } from '../../trust/logout-token.ts';
import { CALLBACK, type Errand, OpenIdProvider } from '../../trust/openid.ts';
import { accountOfClaims } from '../../trust/openid-account.ts';
import { openSession, sessionBelongsTo, strengthen } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import type { Query } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { cookieName, cookieOptions, setSession } from '../session-cookie.ts';
import { wayOn } from '../step-up.ts';

/**
 * Sign-in at the force's own provider. The cookie of the question is `Lax`, because the browser comes back from another
 * site; the session's own stays `Strict`, so the answer is a page that goes on by itself, and not a redirect.
 */
export function openIdRoutes(app: FastifyInstance, services: WebServices): void {
  const { identity, records, clock } = services;
  const settings = identity?.openid;
  if (identity === undefined || settings === undefined) return;
  const provider = new OpenIdProvider(settings, services.origin);
  const keys = providerKeys();
  const open = { open: true, limit: 'signIn' } as const;
  const name = cookieName(services, 'question');

  app.get('/sign-in/openid', { config: open }, (_request, reply) =>
    send(reply, { stepUpOf: null, way: 'to=%2F' }),
  );

  app.get<{ Querystring: Query }>(
    '/step-up/openid',
    { config: { action: 'see own account' } },
    (request, reply) => send(reply, { stepUpOf: signedIn(request).sessionId, way: wayOn(request.query) }),
  );

  app.get(CALLBACK, { config: open }, async (request, reply) => {
    const token = request.cookies[name];
    reply.clearCookie(name, cookieOptions(services, 'lax'));
    try {
      return await arrive(request, reply, token);
    } catch (problem) {
      if (!(problem instanceof Failure)) throw problem;
      const cause = problem.cause as { code?: string; name?: string } | undefined;
      services.log?.({ level: 'warn', route: CALLBACK, fault: cause?.name, code: cause?.code });
      return reply.code(422).page('sign-in/sign-in.njk', {
        passkeys: identity.passkeys,
        openid: settings.label,
        origin: services.origin(),
        problem: problem.sentence(),
      });
    }
  });

  app.get('/sign-in/openid/out', { config: open }, async (_request, reply) => {
    const there = await provider.logoutUrl();
    return reply.redirect(there?.href ?? '/sign-in', 303);
  });

  app.post<{ Body: { logout_token?: unknown } }>(
    '/sign-in/openid/logout',
    { config: { open: true, program: true, limit: 'signOutThere' } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const given = String(request.body?.logout_token ?? '');
      const { issuer, jwks_uri: uri } = (await provider.configuration()).serverMetadata();
      const expected = { issuer, clientId: settings.client_id, keys: await keys(uri ?? '', clock()) };
      const claims = readLogoutToken(given, expected, clock());
      if (claims === undefined) return reply.code(400).send({ error: 'invalid_request' });
      await recorded(records, clock(), async (trx) => {
        const ended = await endSessionsByProvider(trx, claims, clock());
        const deed = { by: 'the provider', action: 'session', what: 'sessions ended', more: { ended } };
        return { value: undefined, deed };
      });
      return reply.code(200).send();
    },
  );

  async function send(reply: FastifyReply, errand: Errand): Promise<FastifyReply> {
    const { url, token } = await provider.begin(records, errand, clock());
    return reply.setCookie(name, token, cookieOptions(services, 'lax')).redirect(url.href, 303);
  }

  async function arrive(request: FastifyRequest, reply: FastifyReply, token: string | undefined) {
    const now = clock();
    const { claims, errand } = await provider.finish(records, { path: request.url, token }, now);
    if (identity === undefined || settings === undefined) throw new Error('no provider');
    const accountId = await accountOfClaims(records, identity, settings, claims, now);
    if (errand.stepUpOf === null) {
      const providerSession = typeof claims.sid === 'string' ? claims.sid : undefined;
      const browser = request.headers['user-agent'];
      const opening = { accountId, method: 'openid', browser, providerSession } as const;
      const fresh = await recorded(records, now, async (trx) => {
        const value = await openSession(trx, opening, now);
        const by = (await accountById(trx, accountId))?.name ?? accountId;
        return { value, deed: { by, action: 'sign-in', what: 'through the provider' } };
      });
      setSession(reply, services, fresh);
      return reply.page('sign-in/signed-in.njk', { to: '/' });
    }
    if (!(await sessionBelongsTo(records, errand.stepUpOf, accountId))) {
      throw new Failure('Somebody else signed in there', { todo: 'Show again who you are as yourself' });
    }
    const stepUpOf = errand.stepUpOf;
    const fresh = await records.transaction().execute((trx) => strengthen(trx, stepUpOf, 'openid', now));
    setSession(reply, services, fresh);
    return reply.page('sign-in/signed-in.njk', { to: `/step-up/go-on?${errand.way}` });
  }
}
