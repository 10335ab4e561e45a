import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Look } from '../trust/look.ts';
import { refusedLook } from '../trust/look.ts';
import { may } from '../trust/policy/may.ts';
import { type Action, isAction } from '../trust/policy/table.ts';
import type { Session } from '../trust/session.ts';
import { countAccount } from './limits.ts';
import type { WebServices } from './services.ts';
import { clearSession, cookieName, findSession } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is signed in; null only on open routes. */
    session: Session | null;
    /** When the request came in, by the clock of the services. */
    arrivedAt: Date;
  }
  interface FastifyContextConfig {
    /** Anyone may ask, without signing in. */
    open?: true;
    /** What one does here, as the policy names it. A route that is not open must have one, or nothing starts. */
    action?: Action;
    /** Opens also to somebody who has yet to register a passkey. */
    beforePasskey?: true;
    /** Asked by programs that carry a proof of their own instead of a form's token. */
    program?: true;
    /** The form is checked by the route itself, because its token comes within the parts of an upload. */
    tokenInParts?: true;
    /** What a look at this page is called when it is refused. */
    look?: { action: Look['action']; what: string };
  }
}

/** Someone signed in is not allowed to do this. */
export class Refused extends Error {}

/**
 * Shuts every route, those of unknown addresses included, unless its own configuration says `open`: no session, no
 * page, and then only where the policy lets one of the roles do what the route's `action` names. Forms must carry the token
 * that this server gave.
 */
export function door(app: FastifyInstance, services: WebServices): void {
  app.decorateRequest('session', null);
  app.decorateRequest('arrivedAt');

  app.addHook('onReady', async () => {
    const nameless = app.everyRoute().filter((route) => !route.open && !isAction(route.action));
    if (nameless.length === 0) return;
    const which = nameless.map(({ method, url }) => `${method} ${url}`).join(', ');
    throw new Error(`Routes without an action of the policy (src/trust/policy/table.ts): ${which}`);
  });

  app.addHook('onRequest', async (request, reply) => {
    const config = request.routeOptions.config;
    request.arrivedAt = services.clock();
    if (config.open) return;
    const found = await findSession(request, reply, services);
    if (found === null) return toSignIn(request, reply, services);
    request.session = found.session;
    await countAccount(app, request);
    if (found.needsPasskey && !config.beforePasskey) return reply.redirect('/account/first-passkey', 303);
    if (request.is404) return;
    // Denied by default: no action, no way in.
    if (config.action === undefined || !may(request.session, config.action)) throw new Refused();
  });

  app.addHook('preHandler', (request, reply, done) => {
    if (['GET', 'HEAD', 'OPTIONS'].includes(request.method) || request.is404) return done();
    const { tokenInParts, program } = request.routeOptions.config;
    if (program) return done();
    if (fromElsewhere(request)) return done(new Refused());
    if (tokenInParts) return done();
    app.csrfProtection(request, reply, done);
  });
}

/**
 * Whether the browser says that another site sent this form. It is the second lock: cookies stay at home and forms carry a token
 * anyway. `Origin` is `null` from our own pages too, for they tell nobody where they are.
 */
function fromElsewhere(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  const { origin } = request.headers;
  if (origin === undefined || origin === 'null') return false;
  if (!URL.canParse(origin)) return true;
  // A port that goes without saying is said by some and not by others.
  const here = `${new URL(origin).protocol}//${request.host}`;
  return !URL.canParse(here) || new URL(here).host !== new URL(origin).host;
}

function toSignIn(request: FastifyRequest, reply: FastifyReply, services: WebServices): FastifyReply {
  const had = request.cookies[cookieName(services, 'session')] !== undefined;
  if (had) clearSession(reply, services);
  return reply.redirect(had ? '/sign-in?ended=1' : '/sign-in', 303);
}

/** Who is signed in. Routes behind the door always have somebody. */
export function signedIn(request: FastifyRequest): Session {
  if (request.session === null) throw new Refused();
  return request.session;
}

/** Writes down that a look was refused, where the route is one that shows people. */
export async function noteRefusal(
  request: FastifyRequest,
  services: WebServices,
  asked = (request.params ?? {}) as { officer?: string | undefined; person?: string | undefined },
): Promise<void> {
  const { look } = request.routeOptions.config;
  if (look === undefined || request.session === null) return;
  await refusedLook(services.records, request.session, services.clock(), {
    ...look,
    officerId: asked.officer || undefined,
    personId: asked.person || undefined,
  });
}
