import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Session, touchSession } from '../trust/session.ts';
import type { WebServices } from './services.ts';

/** Cookies by what they carry. */
export type CookieOf = 'session' | 'question';

/**
 * The name of a cookie. Over TLS it says `__Host-`: the browser then takes it from this very host alone, for all its paths,
 * and never sends it in the clear.
 */
export function cookieName(services: Pick<WebServices, 'origin'>, of: CookieOf | 'form'): string {
  return `${overTls(services) ? '__Host-' : ''}upstander_${of}`;
}

/** How cookies are set: not readable by scripts, and not sent from other sites unless `lax`. */
export function cookieOptions(services: Pick<WebServices, 'origin'>, sameSite: 'strict' | 'lax' = 'strict') {
  return { path: '/', httpOnly: true, sameSite, secure: overTls(services) } as const;
}

/** For whom a form is: one session, or nobody who is signed in. A form shown to one is no good from another. */
export function formIsFor(request: FastifyRequest): string {
  return request.session?.sessionId ?? 'nobody';
}

/** Whether readers come in over TLS, whoever ends it. */
export function overTls(services: Pick<WebServices, 'origin'>): boolean {
  return services.origin().startsWith('https:');
}

/** The session that a request carries, and the passkey it may still owe; null when there is none. */
export async function findSession(
  request: FastifyRequest,
  reply: FastifyReply,
  services: WebServices,
): Promise<{ session: Session; needsPasskey: boolean } | null> {
  const token = request.cookies[cookieName(services, 'session')];
  if (token === undefined) return null;
  const browser = request.headers['user-agent'];
  const touched = await touchSession(services.records, token, browser, services.clock());
  if (touched === undefined) return null;
  if (touched.token !== undefined) setSession(reply, services, touched.token);
  return { session: touched.session, needsPasskey: touched.needsPasskey };
}

/** Gives the browser the token of its session. */
export function setSession(reply: FastifyReply, services: WebServices, token: string): FastifyReply {
  return reply.setCookie(cookieName(services, 'session'), token, cookieOptions(services));
}

/** Takes the token of its session from the browser. */
export function clearSession(reply: FastifyReply, services: WebServices): FastifyReply {
  return reply.clearCookie(cookieName(services, 'session'), cookieOptions(services));
}
