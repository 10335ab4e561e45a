import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Indicator } from '../../detection/indicator.ts';
import { localDay } from '../../kernel/local-time.ts';
import { appendAlone } from '../../trust/audit/log.ts';
import {
  endAuthority,
  enterAuthority,
  inForce,
  type MonitoringAuthority,
  register,
  stopsOn,
} from '../../trust/authority/authority.store.ts';
import { may } from '../../trust/policy/may.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, fields, type Mistake, missing } from '../layout/form.ts';
import type { WebServices } from '../services.ts';
import { configurationNow } from './configuration.ts';

const WANTED = {
  title: 'Enter a title',
  what: 'Enter what is monitored',
  legal_basis: 'Enter the legal basis',
  purpose: 'Enter the purpose',
  told_how: 'Enter how the workforce is told',
  begins_on: 'Enter the first day, like 2026-03-21',
  review_on: 'Enter the day of review, like 2027-03-21',
};

/** The register of routine monitoring, the notice to the workforce, and the impact assessment. It names nobody. */
export function monitoringRoutes(
  app: FastifyInstance,
  services: Pick<WebServices, 'records' | 'clock'>,
  indicators: Map<string, Indicator>,
): void {
  const { records } = services;
  const today = () => localDay(services.clock());
  const all = () => register(records, services.clock());

  async function page(request: FastifyRequest, reply: FastifyReply, more: object = {}) {
    const [known, day] = [await all(), today()];
    const running = new Set(inForce(known, day));
    const named = new Set([...running].flatMap((one) => one.indicators));
    return reply.page('monitoring/monitoring.njk', {
      authorities: known.map((one) => ({ ...shown(one, indicators), ...standing(one, running, day) })),
      without: [...indicators.values()].filter((one) => !named.has(one.id)),
      indicators: [...indicators.values()],
      mayEnter: may(signedIn(request), 'put monitoring in force'),
      form: {},
      ...more,
    });
  }

  app.get('/monitoring', { config: { action: 'see the monitoring register' } }, (request, reply) =>
    page(request, reply),
  );

  app.post<{ Body: Form }>(
    '/monitoring',
    { config: { action: 'put monitoring in force' } },
    async (request, reply) => {
      const text = Object.fromEntries(
        Object.keys(WANTED).map((name) => [name, field(request.body, name)]),
      ) as Record<keyof typeof WANTED, string>;
      const chosen = fields(request.body, 'indicators').filter((id) => indicators.has(id));
      const errors: Mistake[] = missing(text, WANTED);
      for (const name of ['begins_on', 'review_on'] as const) {
        if (text[name] !== '' && !isDay(text[name])) errors.push({ text: WANTED[name], href: `#${name}` });
      }
      if (errors.length === 0 && text.review_on <= text.begins_on)
        errors.push({ text: 'The review must lie after the first day', href: '#review_on' });
      if (chosen.length === 0) errors.push({ text: 'Choose at least one indicator', href: '#indicators' });
      if (errors.length > 0)
        return page(request, reply.code(422), { form: { ...text, indicators: chosen }, errors });
      const id = slug(text.title);
      await enterAuthority(records, signedIn(request), services.clock(), {
        authority_id: id,
        ...text,
        indicators: chosen,
      });
      return reply.redirect('/monitoring', 303);
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/monitoring/:id/end',
    { config: { action: 'end monitoring' } },
    async (request, reply) => {
      const why = field(request.body, 'why');
      if (why === '')
        return page(request, reply.code(422), {
          errors: [{ text: 'Enter why it ends', href: '#main-content' }],
        });
      if (!(await endAuthority(records, signedIn(request), services.clock(), request.params.id, why))) {
        throw new NotFound('authority');
      }
      return reply.redirect('/monitoring', 303);
    },
  );

  app.get(
    '/monitoring/notice',
    { config: { action: 'read the notice to the workforce' } },
    async (_request, reply) => {
      const running = inForce(await all(), today());
      return reply.page('monitoring/notice.njk', {
        authorities: running.map((one) => shown(one, indicators)),
        day: services.clock(),
      });
    },
  );

  app.get(
    '/monitoring/impact',
    { config: { action: 'read the impact assessment' } },
    async (request, reply) => {
      const now = services.clock();
      const running = inForce(await all(), today());
      const { name: who, sessionId } = signedIn(request);
      const deed = {
        act: 'look',
        action: 'view',
        what: 'data protection impact assessment',
        who,
        session: sessionId,
      } as const;
      await appendAlone(records, deed, now);
      return reply.page('monitoring/impact.njk', {
        authorities: running.map((one) => shown(one, indicators)),
        ...(await configurationNow(records)),
        now,
      });
    },
  );
}

function shown(one: MonitoringAuthority, indicators: Map<string, Indicator>) {
  return {
    ...one,
    named: one.indicators.map(
      (id) => indicators.get(id) ?? { id, title: id, looks_for: '', blind_spots: [], innocent: [] },
    ),
  };
}

function standing(one: MonitoringAuthority, running: ReadonlySet<MonitoringAuthority>, day: string) {
  const state = running.has(one)
    ? 'in force'
    : one.begins_on > day
      ? 'not yet'
      : one.ended_on !== null
        ? 'ended'
        : stopsOn(one) <= day
          ? 'stopped: its review was not done'
          : 'replaced';
  return { state, stops: stopsOn(one), reviewOverdue: state === 'in force' && one.review_on < day };
}

function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function slug(title: string): string {
  const text = title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return text.slice(0, 64) || 'authority';
}
