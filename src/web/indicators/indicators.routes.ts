import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Indicator } from '../../detection/indicator.ts';
import {
  changedInShadow,
  decideAbout,
  decisionsAbout,
  letChangedWait,
  statesOf,
} from '../../detection/release.store.ts';
import type { State } from '../../detection/release.ts';
import { measuredPrecision } from '../../detection/verdicts.ts';
import { authorisedIndicators } from '../../trust/authority/authority.store.ts';
import { look } from '../../trust/look.ts';
import { may } from '../../trust/policy/may.ts';
import { signedIn } from '../door.ts';
import { type Form, field, type Mistake, missing } from '../layout/form.ts';
import type { WebServices } from '../services.ts';
import { countsBefore, samplesOf, seenOf, whatBecame } from './indicators.store.ts';

const SAMPLES = 20;

/** Every indicator: what it looks for, whether it flags anybody, what it finds, and who decided so. */
export function indicatorsRoutes(
  app: FastifyInstance,
  services: Pick<WebServices, 'records' | 'clock'>,
  indicators: Map<string, Indicator>,
): void {
  const { records } = services;
  const all = [...indicators.values()];

  async function page(request: FastifyRequest, reply: FastifyReply, more: object = {}) {
    const view = await request.view();
    const { run, lists } = view;
    const [states, wait, decisions, authorised] = [
      await statesOf(records, all),
      await changedInShadow(records),
      await decisionsAbout(records),
      await authorisedIndicators(records, services.clock()),
    ];
    const [became, before, seen, precision] = run
      ? [
          await whatBecame(lists.records, run.run_id),
          await countsBefore(lists.records, run.run_id),
          await seenOf(lists.records, run.run_id),
          await measuredPrecision(lists.records),
        ]
      : [[], [], [], []];
    const rows = all.map((one) => {
      const ran = became.find((row) => row.indicator === one.id);
      const earlier = before.filter((row) => row.indicator === one.id && row.content !== ran?.content)[0];
      return {
        ...one,
        next: authorised.has(one.id) ? (states.get(one.id) ?? one.released) : 'not authorised',
        ran,
        earlier,
        seen: seen.find((row) => row.indicator === one.id) ?? { signals: 0, officers: 0 },
        precision: precision.find((row) => row.indicator === one.id),
        decision: decisions.find((row) => row.indicator === one.id),
      };
    });
    return reply.page('indicators/indicators.njk', {
      run,
      rows,
      failed: rows.filter((row) => row.ran?.failure),
      wait,
      mayDecide: may(signedIn(request), 'decide about indicators'),
      maySample: may(signedIn(request), 'see signals in shadow'),
      form: {},
      ...more,
    });
  }

  app.get('/indicators', { config: { action: 'see indicators' } }, (request, reply) => page(request, reply));

  app.get(
    '/indicators/shadow',
    { config: { action: 'see signals in shadow', look: { action: 'list', what: 'signals in shadow' } } },
    async (request, reply) => {
      const view = await request.view();
      const { run } = view;
      if (run === undefined) return reply.page('layout/nothing-yet.njk', { what: 'Signals in shadow' });
      const samples = await look(view.lists.records, view.session, view.at, async (trx) => {
        const value = await samplesOf(trx, run.run_id, SAMPLES);
        const officers = [...new Set(value.map((one) => one.officerId))];
        const people = [...new Set(value.map((one) => one.personId).filter((id) => id !== ''))];
        return { value, look: { action: 'list', what: 'signals in shadow', found: { officers, people } } };
      });
      const groups = Map.groupBy(samples, (one) => one.indicator);
      return reply.page('indicators/shadow.njk', {
        run,
        most: SAMPLES,
        groups: [...groups].map(([id, rows]) => ({ title: indicators.get(id)?.title ?? id, rows })),
      });
    },
  );

  app.post<{ Body: Form }>(
    '/indicators/decision',
    { config: { action: 'decide about indicators' } },
    async (request, reply) => {
      const form = {
        indicator: field(request.body, 'indicator'),
        state: field(request.body, 'state'),
        reason: field(request.body, 'reason'),
      };
      const errors: Mistake[] = missing(form, {
        indicator: 'Choose an indicator',
        state: 'Choose live or shadow',
        reason: 'Enter why',
      });
      const indicator = indicators.get(form.indicator);
      if (indicator === undefined && form.indicator !== '')
        errors.push({ text: 'Choose an indicator', href: '#indicator' });
      if (form.state !== '' && !isState(form.state))
        errors.push({ text: 'Choose live or shadow', href: '#state' });
      if (errors.length > 0 || indicator === undefined || !isState(form.state))
        return page(request, reply.code(422), { form, errors });
      const { state, reason } = form as { state: State; reason: string };
      await decideAbout(records, signedIn(request), services.clock(), { indicator, state, reason });
      return reply.redirect('/indicators', 303);
    },
  );

  app.post<{ Body: Form }>(
    '/indicators/setting',
    { config: { action: 'decide about indicators' } },
    async (request, reply) => {
      const form = { wait: field(request.body, 'wait'), why: field(request.body, 'why') };
      const errors = missing(form, { wait: 'Choose what changed indicators do', why: 'Enter why' });
      if (form.wait !== '' && form.wait !== 'yes' && form.wait !== 'no')
        errors.push({ text: 'Choose what changed indicators do', href: '#wait' });
      if (errors.length > 0) return page(request, reply.code(422), { form, errors });
      await letChangedWait(records, signedIn(request), services.clock(), {
        wait: form.wait === 'yes',
        reason: form.why,
        indicators: all,
      });
      return reply.redirect('/indicators', 303);
    },
  );
}

const isState = (text: string): text is State => text === 'live' || text === 'shadow';
