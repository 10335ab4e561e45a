import type { FastifyInstance } from 'fastify';
import { accountById } from '../../trust/account.ts';
import { takeHeldForm } from '../../trust/held-form.ts';
import { localPath } from '../../trust/local-path.ts';
import { accountOfAssertion, assertionOptions } from '../../trust/passkey.ts';
import { strengthen } from '../../trust/session.ts';
import { signedIn } from '../door.ts';
import { one, type Query } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { setSession } from '../session-cookie.ts';
import { answered, question, site } from '../sign-in/passkey.routes.ts';
import { steppedUp, wayOn } from '../step-up.ts';

/** Showing again who one is before a dangerous act, and the way back to it. */
export function stepUpRoutes(app: FastifyInstance, services: WebServices): void {
  const { records, clock } = services;
  const config = { action: 'see own account' } as const;
  const script = { ...config, json: true, limit: 'stepUp' } as const;

  app.get<{ Querystring: Query }>('/step-up', { config }, async (request, reply) => {
    const session = signedIn(request);
    const way = wayOn(request.query);
    if (steppedUp(session, clock())) return reply.redirect(`/step-up/go-on?${way}`, 303);
    const account = await accountById(records, session.accountId);
    return reply.page('account/step-up.njk', {
      way,
      elsewhere: account?.signsInElsewhere,
      passkeys: account?.passkeys,
      openid: services.identity?.openid?.label,
      origin: services.origin(),
    });
  });

  app.post('/step-up/passkey/options', { config: script }, async (request, reply) => {
    const { sessionId, accountId } = signedIn(request);
    const options = await assertionOptions(records, site(services), accountId);
    return question(reply, services, 'step_up', sessionId, options);
  });

  app.post<{ Body: { response?: unknown; way?: unknown } }>(
    '/step-up/passkey',
    { config: script },
    async (request, reply) => {
      const session = signedIn(request);
      const asked = await answered(request, reply, services, 'step_up', session.sessionId);
      const given = { challenge: String(asked?.challenge), response: request.body?.response };
      const shown =
        asked === undefined ? undefined : await accountOfAssertion(records, site(services), given, clock());
      if (shown !== session.accountId) {
        return reply.code(422).send({ problem: 'The passkey was not accepted. Try again.' });
      }
      const token = await records
        .transaction()
        .execute((trx) => strengthen(trx, session.sessionId, 'passkey', clock()));
      const way = new URLSearchParams(String(request.body?.way ?? ''));
      return setSession(reply, services, token).send({
        to: `/step-up/go-on?${wayOn(Object.fromEntries(way))}`,
      });
    },
  );

  app.get<{ Querystring: Query }>('/step-up/go-on', { config }, async (request, reply) => {
    const session = signedIn(request);
    const held = one(request.query, 'held');
    const to = localPath(one(request.query, 'to', 2000)) ?? '/';
    if (held === '') {
      // A file is fetched from a page that stays, everything else is gone to.
      const isFile = /\.[a-z]+$/.test(to.split('?')[0] ?? '');
      return isFile ? reply.page('account/go-on.njk', { file: to }) : reply.redirect(to, 303);
    }
    if (!steppedUp(session, clock())) return reply.redirect(`/step-up?${wayOn(request.query)}`, 303);
    const form = await takeHeldForm(records, session.sessionId, held, clock());
    return reply.page('account/go-on.njk', { form });
  });
}
