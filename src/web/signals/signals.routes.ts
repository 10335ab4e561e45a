import type { FastifyInstance } from 'fastify';
import type { Indicator } from '../../detection/indicator.ts';
import type { Run } from '../../detection/runs.ts';
import { look } from '../../trust/look.ts';
import { withoutOfficer } from '../../trust/pseudonym/mask.ts';
import { called } from '../../trust/pseudonym/word.ts';
import { csv } from '../csv.ts';
import { whatBecame } from '../indicators/indicators.store.ts';
import { address, one, paging, type Query, readPage } from '../layout/paging.ts';
import { officerNames, personNames, vulnerableAmong } from '../names.ts';
import { idsByName, officersOfUnit, units } from '../search/search.store.ts';
import { requireStepUp } from '../step-up.ts';
import type { View } from '../view.ts';
import {
  BANDS,
  indicatorsOf,
  peopleOf,
  type QueueFilter,
  queue,
  type SignalRow,
  STRONGEST,
} from './signals.store.ts';

const PAGE = 25;
const MOST_EXPORTED = 100_000;
const SORTS = [
  { value: 'risk', text: 'Risk of the officer' },
  { value: 'score', text: 'Strength' },
  { value: 'newest', text: 'Newest' },
  { value: 'evidence', text: 'Most encounters' },
];

/** A signal as its own triage shows it: the queue and files tell nobody which of them are about one officer. */
function underOwnPseudonym<Row extends SignalRow>(view: View, signal: Row): Row {
  const own = view.maskOf({ kind: 'triage', about: signal.id });
  const real = (id: string) => view.mask?.inward(id) ?? id;
  const officerId = called(own.reference('officer', real(signal.officerId)));
  return {
    ...signal,
    officerId,
    personId: called(own.reference('person', real(signal.personId))),
    text: withoutOfficer(signal.text, officerId),
  };
}

/** The ranked queue of signals, and its export. */
export function signalsRoutes(app: FastifyInstance, indicators: Map<string, Indicator>): void {
  app.get<{ Querystring: Query }>(
    '/signals',
    { config: { action: 'see the ranked queue', look: { action: 'list', what: 'signals' } } },
    async (request, reply) => {
      const view = await request.view();
      const { run } = view;
      const { records, events } = view.lists;
      if (run === undefined) return reply.page('layout/nothing-yet.njk', { what: 'Signals' });
      const filter = await readFilter(view, request.query, run);
      const page = readPage(request.query);
      const [{ signals, total, shown }, known, allUnits, became] = await Promise.all([
        seen(view, run, filter, 'list', (page - 1) * PAGE, PAGE),
        indicatorsOf(records, run.run_id),
        units(events, run.world),
        whatBecame(records, run.run_id),
      ]);
      const narrowed = ['band', 'indicator', 'unit', 'state', 'vulnerable', 'text'].some((name) =>
        one(request.query, name),
      );
      return reply.page('signals/signals.njk', {
        run,
        rows: await named(view, run, signals),
        total,
        narrowed,
        query: request.query,
        bands: BANDS,
        units: allUnits,
        failed: became
          .filter((row) => row.failure !== null)
          .map((row) => ({ title: indicators.get(row.indicator)?.title ?? row.indicator })),
        indicators: known.map((row) => ({
          ...row,
          title: indicators.get(row.indicator)?.title ?? row.indicator,
        })),
        sorts: SORTS,
        sort: filter.sort,
        exported: address('/signals.csv', request.query, { page: '' }),
        shown,
        strongest: STRONGEST,
        paging: paging('/signals', request.query, page, shown, PAGE),
        pseudonyms: view.mask !== undefined,
      });
    },
  );

  app.get<{ Querystring: Query }>(
    '/signals.csv',
    { config: { action: 'export signals', limit: 'exported', look: { action: 'export', what: 'signals' } } },
    async (request, reply) => {
      requireStepUp(request);
      const view = await request.view();
      const { run } = view;
      const asked = run && (await readFilter(view, request.query, run));
      const filter = asked && { ...asked, sort: asked.sort === 'risk' ? 'score' : asked.sort };
      const { signals } =
        run && filter ? await seen(view, run, filter, 'export', 0, MOST_EXPORTED) : { signals: [] };
      const columns = [
        'id',
        'indicator',
        'officerId',
        'personId',
        'band',
        'score',
        'firstAt',
        'lastAt',
        'raisedAt',
        'encounters',
        'verdict',
        'text',
      ] as const;
      const header = [
        'signal_id',
        'indicator',
        'officer_id',
        'person_id',
        'band',
        'score',
        'first_at',
        'last_at',
        'raised_at',
        'encounters',
        'verdict',
        'text',
      ];
      return reply
        .type('text/csv; charset=utf-8')
        .header('cache-control', 'private, no-store')
        .header('content-disposition', 'attachment; filename="signals.csv"')
        .send(
          csv(
            header,
            signals
              .map((signal) => underOwnPseudonym(view, signal))
              // Its identifier could be worked out by who knows officer and person.
              .map((signal) => ({ ...signal, id: view.addresses.signal(signal.id) }))
              .map((signal) => columns.map((column) => signal[column])),
          ),
        );
    },
  );

  async function readFilter({ lists, mask }: View, query: Query, run: Run): Promise<QueueFilter> {
    const { records, events } = lists;
    // Words would find an officer by the number in a sentence, or by name: whoever works on pseudonyms cannot ask so.
    const text = mask === undefined ? one(query, 'text') : '';
    const unit = one(query, 'unit');
    const vulnerable = one(query, 'vulnerable') === '1';
    const [named, officers, people] = await Promise.all([
      text === '' ? { officers: [], people: [] } : idsByName(events, run.world, text),
      unit === '' ? undefined : officersOfUnit(events, run.world, unit, run.horizon),
      vulnerable
        ? peopleOf(records, run.run_id).then((ids) => vulnerableAmong(events, run.world, ids))
        : undefined,
    ]);
    const sort = one(query, 'sort');
    return {
      band: one(query, 'band'),
      indicator: one(query, 'indicator'),
      state: one(query, 'state'),
      text,
      officers,
      named,
      people: people && [...people],
      sort: SORTS.some(({ value }) => value === sort) ? sort : 'risk',
    };
  }

  function seen(
    { lists, session, at }: View,
    run: Run,
    filter: QueueFilter,
    action: 'list' | 'export',
    offset: number,
    limit: number,
  ) {
    return look(lists.records, session, at, async (trx) => {
      const value = await queue(trx, run.run_id, filter, offset, limit);
      const officers = [...new Set(value.signals.map((signal) => signal.officerId))];
      const people = [...new Set(value.signals.map((signal) => signal.personId).filter((id) => id !== ''))];
      return { value, look: { action, what: 'signals', found: { officers, people } } };
    });
  }

  async function named<Row extends SignalRow>(view: View, run: Run, signals: Row[]) {
    const { mask } = view;
    const { events } = view.lists;
    if (mask !== undefined) {
      return signals.map((signal) => ({
        ...underOwnPseudonym(view, signal),
        title: indicators.get(signal.indicator)?.title ?? signal.indicator,
        more: 0, // the others of this officer are other tasks, under other pseudonyms
      }));
    }
    const [officers, people] = await Promise.all([
      officerNames(
        events,
        run.world,
        signals.map((signal) => signal.officerId),
        run.horizon,
      ),
      personNames(
        events,
        run.world,
        signals.map((signal) => signal.personId),
      ),
    ]);
    return signals.map((signal) => ({
      ...signal,
      title: indicators.get(signal.indicator)?.title ?? signal.indicator,
      officer: officers.get(signal.officerId) ?? { id: signal.officerId },
      person: signal.personId === '' ? undefined : (people.get(signal.personId) ?? { id: signal.personId }),
    }));
  }
}
