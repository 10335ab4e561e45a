import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { may } from '../../trust/policy/may.ts';
import { type MatterDue, mattersDue, review, setGroup } from '../../trust/retention/due.store.ts';
import { isKind, KIND_NAMES, kindOf } from '../../trust/retention/kinds.ts';
import { isDay } from '../../trust/retention/rule.ts';
import {
  allRules,
  approveStanding,
  endStanding,
  enterRule,
  rulesInForce,
} from '../../trust/retention/rules.store.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { byField, type Form, field, type Mistake, missing } from '../layout/form.ts';
import { one, type Query } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import { requireStepUp } from '../step-up.ts';

type Services = Pick<WebServices, 'records' | 'clock' | 'retention' | 'home'>;

/** How long things are kept: the rules, what has come to its end, and the decisions about it. */
export function retentionRoutes(app: FastifyInstance, services: Services): void {
  const { records, retention, clock } = services;

  app.get('/retention', { config: { action: 'see rules of retention' } }, async (request, reply) => {
    const [rules, due] = await Promise.all([rulesInForce(records), retention.due(clock())]);
    const known = new Map(due.map((each) => [each.kind, each]));
    return reply.page('retention/retention.njk', {
      rules: rules.map((rule) => ({ ...rule, ...kindOf(rule.kind), ...known.get(rule.kind) })),
      mayAsk: may(signedIn(request), 'ask for an erasure'),
    });
  });

  async function rulePage(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    name: string,
    more: { form?: object; errors?: Mistake[] } = {},
  ) {
    if (!isKind(name)) throw new NotFound('kind');
    const versions = (await allRules(records)).filter((rule) => rule.kind === name);
    return reply.page('retention/rule.njk', {
      kind: { name, ...kindOf(name) },
      versions,
      rule: versions[0],
      form: { months: versions[0]?.months, reviewEvery: versions[0]?.reviewEvery, atEnd: versions[0]?.atEnd },
      maySet: may(signedIn(request), 'set a rule of retention'),
      mayApprove: may(signedIn(request), 'give a standing approval'),
      wrong: byField(more.errors),
      ...more,
    });
  }

  app.get<{ Querystring: Query }>(
    '/retention/rules',
    { config: { action: 'see rules of retention' } },
    (request, reply) => rulePage(request, reply, one(request.query, 'kind') || (KIND_NAMES[0] ?? '')),
  );

  app.post<{ Querystring: Query; Body: Form }>(
    '/retention/rules',
    { config: { action: 'set a rule of retention' } },
    async (request, reply) => {
      const text = Object.fromEntries(
        ['kind', 'months', 'reviewEvery', 'atEnd', 'source', 'reason'].map((name) => [
          name,
          field(request.body, name),
        ]),
      ) as Record<string, string>;
      const { kind = '', months = '', reviewEvery = '', atEnd = '' } = text;
      if (!isKind(kind)) throw new NotFound('kind');
      const errors: Mistake[] = missing(text, {
        source: 'Enter where this rule comes from',
        reason: 'Enter why it changes',
      });
      const whole = (value: string) => /^\d{1,4}$/.test(value) && Number(value) > 0;
      if (!whole(months)) errors.push({ text: 'Enter how many months it is kept, like 72', href: '#months' });
      if (reviewEvery !== '' && !whole(reviewEvery))
        errors.push({ text: 'Enter months from one review to the next, or nothing', href: '#reviewEvery' });
      if (atEnd !== 'review' && atEnd !== 'erase')
        errors.push({ text: 'Choose what happens at the end', href: '#atEnd' });
      if (errors.length > 0) return rulePage(request, reply.code(422), kind, { form: text, errors });
      await enterRule(records, signedIn(request), request.arrivedAt, {
        kind,
        months: Number(months),
        reviewEvery: reviewEvery === '' ? null : Number(reviewEvery),
        atEnd: kindOf(kind).how === 'one at a time' ? 'review' : atEnd === 'erase' ? 'erase' : 'review',
        source: text.source ?? '',
        reason: text.reason ?? '',
      });
      return reply.redirect(`/retention/rules?kind=${kind}`, 303);
    },
  );

  app.post<{ Querystring: Query; Body: Form }>(
    '/retention/standing',
    { config: { action: 'give a standing approval' } },
    async (request, reply) => {
      const kind = field(request.body, 'kind');
      if (!isKind(kind)) throw new NotFound('kind');
      const reason = field(request.body, 'reason');
      const session = signedIn(request);
      const ends = field(request.body, 'end') !== '';
      if (!ends && reason !== '') requireStepUp(request);
      const done = ends
        ? await endStanding(records, session, request.arrivedAt, kind)
        : reason !== '' && (await approveStanding(records, session, request.arrivedAt, kind, reason));
      if (!done) {
        const text =
          reason === ''
            ? 'Enter why it may be erased without a decision each time'
            : 'Somebody else must give this approval than who wrote the rule, and the rule must erase at its end';
        return rulePage(request, reply.code(422), kind, { errors: [{ text, href: '#approving' }] });
      }
      return reply.redirect(`/retention/rules?kind=${kind}`, 303);
    },
  );

  async function duePage(request: FastifyRequest, reply: FastifyReply, more: object = {}) {
    const view = await request.view();
    const rules = await rulesInForce(records);
    const people = await retention.subjectsDue(view, 'people');
    const workforce = await retention.subjectsDue(view, 'workforce');
    return reply.page('retention/due.njk', {
      matters: (await mattersDue(view.unmasked, rules, view.at)).map((matter: MatterDue) => ({
        ...matter,
        rule: rules.find((rule) => rule.kind === `matters_${matter.group}`),
      })),
      people,
      workforce,
      mayAsk: may(view.session, 'ask for an erasure'),
      ...more,
    });
  }

  app.get('/retention/due', { config: { action: 'see what is due' } }, (request, reply) =>
    duePage(request, reply),
  );

  app.post<{ Body: Form }>(
    '/retention/reviews',
    { config: { action: 'review what is due' } },
    async (request, reply) => {
      const view = await request.view();
      const [kind, about, until, reason, group] = ['kind', 'about', 'until', 'reason', 'group'].map((name) =>
        field(request.body, name),
      );
      const errors = missing({ reason: reason ?? '' }, { reason: 'Enter why' });
      if (group) {
        if (!/^[1-4]$/.test(group))
          errors.push({ text: 'Choose a group from 1 to 4', href: '#main-content' });
        if (errors.length > 0) return duePage(request, reply.code(422), { errors });
        const set = { matterId: about ?? '', group: Number(group), reason: reason ?? '' };
        if (!(await setGroup(view.unmasked, view.session, view.at, set))) throw new NotFound('matter');
        return reply.redirect('/retention/due', 303);
      }
      if (!until || !isDay(until))
        errors.push({ text: 'Enter until when it is kept, like 2030-03-21', href: '#main-content' });
      if (errors.length > 0) return duePage(request, reply.code(422), { errors });
      const rules = await rulesInForce(records);
      const mine =
        isKind(kind) &&
        (kind.startsWith('matters_')
          ? (await mattersDue(view.unmasked, rules, view.at)).some(
              (matter) => matter.matterId === about && `matters_${matter.group}` === kind,
            )
          : (kind === 'people' || kind === 'workforce') &&
            (await retention.subjectsDue(view, kind)).some((subject) => subject.id === about));
      if (!mine) throw new NotFound('review');
      await review(view.unmasked, view.session, view.at, {
        kind,
        about: about ?? '',
        keepUntil: until ?? null,
        reason: reason ?? '',
      });
      return reply.redirect('/retention/due', 303);
    },
  );
}
