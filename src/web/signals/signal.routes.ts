import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Indicator } from '../../detection/indicator.ts';
import { recordVerdict, VERDICTS, type Verdict, verdictsOf } from '../../detection/verdicts.ts';
import { look } from '../../trust/look.ts';
import { happened } from '../encounters/encounter.ts';
import { encountersById } from '../encounters/encounters.store.ts';
import { NotFound } from '../errors/errors.ts';
import { officerNames, personNames } from '../names.ts';
import { signalOf } from './signals.store.ts';
import { triageView } from './triage.ts';

const SHOWN = 100;
const LONGEST_REASON = 4000;

const CHOICES: { value: Verdict; text: string; hint: string }[] = [
  { value: 'explained', text: 'Explained', hint: 'A record or an account shows the policing purpose' },
  { value: 'benign', text: 'Benign', hint: 'No purpose, and no harm: say why' },
  { value: 'needs_development', text: 'Needs development', hint: 'More work before anyone can say' },
  { value: 'refer', text: 'Refer', hint: 'It goes to those who investigate' },
];

interface Form {
  verdict: string;
  reason: string;
}

/** One signal: what was found, what would explain it, and the verdict. */
export function signalRoutes(app: FastifyInstance, indicators: Map<string, Indicator>): void {
  const config = { action: 'open a signal', look: { action: 'view', what: 'signal' } } as const;

  app.get<{ Params: { id: string }; Querystring: { decided?: string } }>(
    '/signals/:id',
    { config },
    async (request, reply) => {
      const page = await read(request, { action: 'view', what: 'signal' });
      return reply.page('signals/signal.njk', {
        ...page,
        decided: request.query.decided === '1',
        form: { verdict: '', reason: '' },
      });
    },
  );

  app.post<{ Params: { id: string }; Body: Partial<Record<keyof Form, unknown>> }>(
    '/signals/:id/verdict',
    { config: { action: 'decide a signal', look: { action: 'decide', what: 'signal' } } },
    async (request, reply) => {
      const form: Form = {
        verdict: typeof request.body?.verdict === 'string' ? request.body.verdict : '',
        reason: typeof request.body?.reason === 'string' ? request.body.reason.trim() : '',
      };
      const errors = mistakes(form);
      if (errors.length > 0) {
        const page = await read(request, { action: 'view', what: 'signal' });
        return reply.code(422).page('signals/signal.njk', { ...page, form, errors });
      }
      const { view, id } = await triageView(request, request.params.id);
      const { records, run, session, at } = view;
      await look(records, session, at, async (trx) => {
        const signal = run && (await signalOf(trx, run.run_id, id));
        if (!signal) throw new NotFound('signal');
        await recordVerdict(trx, {
          signalId: signal.id,
          decidedBy: session.name,
          verdict: form.verdict as Verdict,
          reason: form.reason,
          clock: () => at,
        });
        return {
          value: undefined,
          look: {
            action: 'decide',
            what: 'signal',
            officerId: signal.officerId,
            personId: signal.personId || undefined,
            why: form.reason,
            more: { verdict: form.verdict },
          },
        };
      });
      return reply.redirect(`/signals/${encodeURIComponent(request.params.id)}?decided=1#verdicts`, 303);
    },
  );

  async function read(
    request: FastifyRequest<{ Params: { id: string } }>,
    action: { action: 'view'; what: string },
  ) {
    const { view, id } = await triageView(request, request.params.id);
    const { records, events, run, session, at } = view;
    const { signal, verdicts } = await look(records, session, at, async (trx) => {
      const found = run && (await signalOf(trx, run.run_id, id));
      const past = found ? await verdictsOf(trx, found.id) : [];
      return {
        value: { signal: found, verdicts: past },
        look: { ...action, officerId: found?.officerId, personId: found?.personId || undefined },
      };
    });
    if (!run || !signal) throw new NotFound('signal');
    const [officers, people, encounters] = await Promise.all([
      officerNames(events, run.world, [signal.officerId], run.horizon),
      personNames(events, run.world, [signal.personId]),
      encountersById(events, run.world, signal.officerId, signal.personId, signal.evidence, SHOWN),
    ]);
    return {
      run,
      signal,
      verdicts,
      choices: CHOICES,
      longest: LONGEST_REASON,
      indicator: indicators.get(signal.indicator),
      officer: officers.get(signal.officerId) ?? { id: signal.officerId },
      person: signal.personId === '' ? undefined : (people.get(signal.personId) ?? { id: signal.personId }),
      encounters: encounters.map((row) => ({ ...row, text: happened(row) })),
      more: signal.encounters - encounters.length,
    };
  }
}

function mistakes(form: Form): { text: string; href: string }[] {
  const errors = [];
  if (!(VERDICTS as readonly string[]).includes(form.verdict))
    errors.push({ text: 'Select a verdict', href: '#verdict' });
  if (form.reason === '') errors.push({ text: 'Enter the reason for the verdict', href: '#reason' });
  if (form.reason.length > LONGEST_REASON) {
    errors.push({ text: `The reason must be ${LONGEST_REASON} characters or fewer`, href: '#reason' });
  }
  return errors;
}
