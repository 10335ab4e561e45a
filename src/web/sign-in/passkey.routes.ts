import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../kernel/failure.ts';
import { accountById } from '../../trust/account.ts';
import { recorded } from '../../trust/account-log.ts';
import { accountOfAssertion, assertionOptions } from '../../trust/passkey.ts';
import { ask, type QuestionKind, takeQuestion } from '../../trust/question.ts';
import { openSession } from '../../trust/session.ts';
import type { WebServices } from '../services.ts';
import { cookieName, cookieOptions, setSession } from '../session-cookie.ts';

const NOT_ACCEPTED = 'The passkey was not accepted. Try again, or ask for a way in again.';

/** Sign-in by passkey: no name is typed, the browser offers the passkeys that it has for this site. */
export function passkeyRoutes(app: FastifyInstance, services: WebServices): void {
  if (services.identity?.passkeys === false) return;
  const { records, clock } = services;
  const config = { open: true, json: true, limit: 'signIn' } as const;

  app.post('/sign-in/passkey/options', { config }, async (_request, reply) => {
    const options = await assertionOptions(records, site(services));
    return question(reply, services, 'sign_in', null, options);
  });

  app.post<{ Body: { response?: unknown } }>('/sign-in/passkey', { config }, async (request, reply) => {
    const asked = await answered(request, reply, services, 'sign_in', null);
    const now = clock();
    const given = { challenge: String(asked?.challenge), response: request.body?.response };
    const accountId =
      asked === undefined ? undefined : await accountOfAssertion(records, site(services), given, now);
    if (accountId === undefined) return reply.code(422).send({ problem: NOT_ACCEPTED });
    const browser = request.headers['user-agent'];
    const token = await recorded(records, now, async (trx) => {
      const value = await openSession(trx, { accountId, method: 'passkey', browser }, now);
      const by = (await accountById(trx, accountId))?.name ?? accountId;
      return { value, deed: { by, action: 'sign-in', what: 'by passkey' } };
    });
    return setSession(reply, services, token).send({ to: '/' });
  });
}

/** The site that passkeys are for. */
export const site = (services: WebServices) => ({ origin: services.origin() });

/** Keeps the challenge for this browser and sends it the options. */
export async function question(
  reply: FastifyReply,
  services: WebServices,
  kind: QuestionKind,
  sessionId: string | null,
  options: { challenge: string },
): Promise<FastifyReply> {
  const asked = { kind, sessionId, facts: { challenge: options.challenge } };
  const token = await ask(services.records, asked, services.clock());
  return reply
    .setCookie(cookieName(services, 'question'), token, cookieOptions(services))
    .header('cache-control', 'no-store')
    .send(options);
}

/** What this browser was asked; it is asked no second time. */
export async function answered(
  request: FastifyRequest,
  reply: FastifyReply,
  services: WebServices,
  kind: QuestionKind,
  sessionId: string | null,
): Promise<Record<string, unknown> | undefined> {
  const name = cookieName(services, 'question');
  reply.clearCookie(name, cookieOptions(services));
  return takeQuestion(services.records, request.cookies[name], kind, sessionId, services.clock());
}

/** Answers a script with what went wrong, in words a reader can act on. */
export function toldScript(reply: FastifyReply, problem: unknown): FastifyReply {
  if (problem instanceof Failure) return reply.code(422).send({ problem: `${problem.sentence()}.` });
  throw problem;
}
