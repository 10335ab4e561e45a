import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../../trust/policy/may.ts';
import {
  askForNames,
  breakGlass,
  brokenGlass,
  decideUnmasking,
  reviewGlass,
  unmaskingOf,
  unmaskings,
} from '../../trust/purpose/names.store.ts';
import { earlier, PURPOSE } from '../../trust/purpose/settings.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, missing } from '../layout/form.ts';

/** Asking for names, deciding about it, breaking the glass, and what waits for the head. */
export function namesRoutes(app: FastifyInstance): void {
  const ask = { action: 'ask for names' } as const;

  async function namesPage(request: FastifyRequest, reply: FastifyReply, more: object = {}) {
    const { unmasked, session, purpose, at } = await request.view();
    const own = await unmaskings(unmasked, 'own', session.accountId, at);
    return reply.page('purpose/names.njk', {
      own: own.map((one) => ({ ...one, ranOut: one.askedAt <= earlier(at, PURPOSE.requestWaits) })),
      possible: purpose !== undefined && purpose.kind !== 'broken_glass',
      hours: PURPOSE.names.value,
      form: {},
      ...more,
    });
  }

  app.get('/names', { config: ask }, (request, reply) => namesPage(request, reply));

  app.post<{ Body: Form }>('/names', { config: ask }, async (request, reply) => {
    const { unmasked, session, at, purpose } = await request.view();
    const form = {
      necessity: field(request.body, 'necessity'),
      proportionality: field(request.body, 'proportionality'),
    };
    const errors = missing(form, {
      necessity: 'Enter why names are necessary',
      proportionality: 'Enter why it is proportionate',
    });
    if (purpose === undefined || purpose.kind === 'broken_glass')
      errors.push({ text: 'State a purpose first', href: '/purpose' });
    if (errors.length > 0 || purpose === undefined)
      return namesPage(request, reply.code(422), { form, errors });
    await askForNames(unmasked, session, at, purpose, form);
    return reply.redirect('/names', 303);
  });

  const glass = { action: 'break the glass' } as const;
  app.get('/break-glass', { config: glass }, async (_request, reply) =>
    reply.page('purpose/break-glass.njk', {
      form: {},
      hours: PURPOSE.brokenGlass.value,
      review: PURPOSE.glassReview.value,
    }),
  );

  app.post<{ Body: Form }>('/break-glass', { config: glass }, async (request, reply) => {
    const form = { reason: field(request.body, 'reason') };
    const errors = missing(form, { reason: 'Enter why it cannot wait' });
    const { unmasked, session, at } = await request.view();
    if (errors.length > 0) {
      const hours = PURPOSE.brokenGlass.value;
      return reply
        .code(422)
        .page('purpose/break-glass.njk', { form, errors, hours, review: PURPOSE.glassReview.value });
    }
    await breakGlass(unmasked, session, at, form.reason);
    return reply.redirect('/signals', 303);
  });

  const waits = { action: 'see what waits for the head' } as const;
  app.get<{ Querystring: { missing?: string } }>('/oversight', { config: waits }, async (request, reply) => {
    const { lists, unmasked, session, at } = await request.view();
    const [requests, broken] = await Promise.all([
      unmaskings(lists.unmasked, 'waiting', session.accountId, at),
      brokenGlass(unmasked),
    ]);
    return reply.page('purpose/oversight.njk', {
      requests: requests.map((one) => ({
        ...one,
        mayDecide: may(session, 'approve unmasking', { state: 'asked', by: one.accountId }),
      })),
      broken: broken.map((one) => ({
        ...one,
        overdue: one.reviewedAt === null && one.reviewBy < at,
        mayReview: may(session, 'review broken glass', {
          state: one.reviewedAt === null ? 'unreviewed' : 'reviewed',
          by: one.accountId,
        }),
      })),
      hours: PURPOSE.names.value,
      errors:
        request.query.missing === '1' ? [{ text: 'Enter what you found', href: '#review1' }] : undefined,
    });
  });

  app.post<{ Params: { id: string }; Body: Form }>(
    '/oversight/names/:id',
    { config: { action: 'approve unmasking' } },
    async (request, reply) => {
      const { lists, session, at } = await request.view();
      const one = await unmaskingOf(lists.unmasked, request.params.id);
      if (one === undefined) throw new NotFound('request');
      const state = one.granted === null ? 'asked' : one.granted ? 'granted' : 'refused';
      if (!may(session, 'approve unmasking', { state, by: one.accountId })) throw new Refused();
      const why = field(request.body, 'why') || 'As asked';
      const granted = field(request.body, 'decision') === 'grant';
      if (!(await decideUnmasking(lists.unmasked, session, at, one.unmaskingId, { granted, why })))
        throw new NotFound('request');
      return reply.redirect('/oversight', 303);
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/oversight/glass/:id',
    { config: { action: 'review broken glass' } },
    async (request, reply) => {
      const { unmasked, session, at } = await request.view();
      const one = (await brokenGlass(unmasked)).find(({ glassId }) => glassId === request.params.id);
      if (one === undefined) throw new NotFound('breaking');
      const state = one.reviewedAt === null ? 'unreviewed' : 'reviewed';
      if (!may(session, 'review broken glass', { state, by: one.accountId })) throw new Refused();
      const words = field(request.body, 'review');
      if (words === '') return reply.redirect('/oversight?missing=1', 303);
      const wasRight = field(request.body, 'right') === 'yes';
      if (!(await reviewGlass(unmasked, session, at, one.glassId, { wasRight, words })))
        throw new NotFound('breaking');
      return reply.redirect('/oversight', 303);
    },
  );
}
