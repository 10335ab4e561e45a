import type { FastifyInstance } from 'fastify';
import type { Indicator } from '../../detection/indicator.ts';
import { whatIf } from '../../detection/what-if.ts';
import { logsAbout } from '../../intelligence/logs/known-before.store.ts';
import { look } from '../../trust/look.ts';
import { calendar } from '../charts/calendar.ts';
import { NotFound } from '../errors/errors.ts';
import { address, one, paging, type Query, readPage } from '../layout/paging.ts';
import { officerTitle, personNames } from '../names.ts';
import { signalsAbout } from '../signals/signals.store.ts';
import { asDate } from '../words.ts';
import { dutyCounts, encounterDays, officerOf, peopleMet, postingsOf, riskOf } from './officers.store.ts';

const PAGE = 25;
/** No officer has more signals than this to leave out at once. */
const SUPPOSED = 500;
const YEAR = 365 * 86_400_000;

/** One officer: risk and what makes it, signals, people met, the year as a calendar, duties and postings. */
export function officersRoutes(app: FastifyInstance, indicators: Map<string, Indicator>): void {
  const config = { action: 'open an officer', look: { action: 'view', what: 'officer' } } as const;

  app.get<{ Params: { officer: string }; Querystring: Query }>(
    '/officers/:officer',
    { config },
    async (request, reply) => {
      const id = request.params.officer;
      const { records, events, run, session, at } = await request.view();
      // By their place on the page: an identifier of a signal does not stand in an address.
      const places = new Set([request.query.without ?? []].flat().slice(0, SUPPOSED).map(Number));
      const { risk, signals, supposed, logs } = await look(records, session, at, async (trx) => {
        const ranked = run && (await riskOf(trx, run.run_id, id));
        const left = (ranked?.contributions ?? []).filter((_, n) => places.has(n + 1));
        const without = new Set(left.map((part) => part.signal_id));
        return {
          value: {
            risk: ranked,
            logs: await logsAbout(trx, [{ kind: 'officer', id }]),
            signals: run ? await signalsAbout(trx, run.run_id, id) : [],
            supposed:
              run && places.size > 0
                ? await whatIf(trx, run, indicators, { officer: id, without })
                : undefined,
          },
          look: { ...config.look, officerId: id },
        };
      });
      if (!run) throw new NotFound('officer');
      const since = new Date(run.horizon.getTime() - YEAR);
      const page = readPage(request.query);
      const sort = one(request.query, 'sort') || 'unexplained';
      const [officer, postings, { pairs, total }, days, duties] = await Promise.all([
        officerOf(events, run.world, id),
        postingsOf(events, run.world, id),
        peopleMet(events, run.world, id, sort, (page - 1) * PAGE, PAGE),
        encounterDays(events, run.world, id, since),
        dutyCounts(events, run.world, id, since),
      ]);
      if (!officer && total === 0 && signals.length === 0) throw new NotFound('officer');
      const shown = officer ?? { id, name: '' };
      const people = await personNames(events, run.world, [
        ...pairs.map((pair) => pair.person_id),
        ...signals.map((signal) => signal.personId),
      ]);
      const here = `/officers/${encodeURIComponent(id)}`;
      const bySignal = new Map(signals.map((signal) => [signal.id, signal]));
      return reply.page('officers/officer.njk', {
        run,
        officer: shown,
        title: officerTitle(shown),
        unit: postings[0],
        risk,
        supposed,
        contributions: (risk?.contributions ?? []).map((part, n) => ({
          ...part,
          without: places.has(n + 1),
          signal: bySignal.get(part.signal_id),
          title: indicators.get(part.indicator)?.title ?? part.indicator,
        })),
        signals: signals.map((signal) => ({
          ...signal,
          title: indicators.get(signal.indicator)?.title ?? signal.indicator,
          person: people.get(signal.personId) ?? { id: signal.personId },
        })),
        pairs: pairs.map((pair) => ({
          ...pair,
          person: people.get(pair.person_id) ?? { id: pair.person_id },
        })),
        total,
        sort,
        sorted: (by: string) => `${address(here, request.query, { sort: by, page: '' })}#people`,
        paging: paging(here, request.query, page, total, PAGE),
        logs,
        calendar: calendar(days, asDate(days[0]?.day ?? run.horizon), run.horizon),
        days: days.toReversed(),
        duties,
        postings,
      });
    },
  );
}
