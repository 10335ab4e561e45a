import type { FastifyInstance } from 'fastify';
import { accountById } from '../../trust/account.ts';
import { may } from '../../trust/policy/may.ts';
import { endSession, type Session } from '../../trust/session.ts';
import { spendSignInLink } from '../../trust/sign-in.ts';
import { signedIn } from '../door.ts';
import type { WebServices } from '../services.ts';
import { clearSession, setSession } from '../session-cookie.ts';

/** Where somebody's work is. */
function startOf(session: Session): string {
  if (may(session, 'see the ranked queue')) return '/signals';
  if (may(session, 'see what was taken in')) return '/data';
  return '/who-may-do-what';
}

/**
 * The door: a one-time link from the terminal. Opening the link only shows a button, so that a preview of the link
 * does not spend it; the button spends it.
 */
export function signInRoutes(app: FastifyInstance, services: WebServices): void {
  const open = { config: { open: true } } as const;
  const { passkeys = true, openid } = services.identity ?? {};
  const ways = { passkeys, openid: openid?.label };

  app.get('/', { config: { action: 'come in' } }, async (request, reply) =>
    reply.redirect(startOf(signedIn(request)), 303),
  );

  app.get<{ Querystring: { ended?: string } }>('/sign-in', open, async (request, reply) =>
    reply.page('sign-in/sign-in.njk', {
      ...ways,
      origin: services.origin(),
      ended: request.query.ended === '1',
    }),
  );

  app.get<{ Params: { token: string } }>('/sign-in/:token', open, async (request, reply) =>
    reply.page('sign-in/link.njk', { token: request.params.token }),
  );

  app.post<{ Body: { token?: unknown } }>(
    '/sign-in',
    { config: { open: true, limit: 'signIn' } },
    async (request, reply) => {
      const token = request.body?.token;
      const session =
        typeof token === 'string'
          ? await spendSignInLink(services.records, token, request.headers['user-agent'], services.clock())
          : undefined;
      if (session === undefined)
        return reply
          .code(422)
          .page('sign-in/sign-in.njk', { ...ways, origin: services.origin(), spent: true });
      return setSession(reply, services, session).redirect('/', 303);
    },
  );

  app.post('/sign-out', { config: { action: 'sign out', beforePasskey: true } }, async (request, reply) => {
    const { sessionId, accountId } = signedIn(request);
    const elsewhere =
      openid !== undefined && (await accountById(services.records, accountId))?.signsInElsewhere;
    await endSession(services.records, sessionId, services.clock());
    request.session = null;
    clearSession(reply, services);
    // A form may not lead to another site, so a page goes on to sign out there.
    if (elsewhere) return reply.page('sign-in/signed-out.njk');
    return reply.redirect('/sign-in', 303);
  });
}
