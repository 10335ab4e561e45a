import type { FastifyInstance } from 'fastify';
import { ENCOUNTER_SETTINGS } from '../../encounters/settings.ts';
import { look } from '../../trust/look.ts';
import { stopsMap } from '../charts/stops-map.ts';
import { titleSentence } from '../charts/timeline.facts.ts';
import { timeline } from '../charts/timeline.ts';
import { happened } from '../encounters/encounter.ts';
import { encountersOfPair } from '../encounters/encounters.store.ts';
import { NotFound } from '../errors/errors.ts';
import { address, one, paging, type Query, readPage } from '../layout/paging.ts';
import { officerNames, officerTitle, personNames } from '../names.ts';
import { signalsAbout } from '../signals/signals.store.ts';
import { asDate } from '../words.ts';
import { incidentWords, spanOf, timelineFacts } from './pair.facts.ts';
import {
  dutiesBetween,
  homesOf,
  incidentsOfPerson,
  markersOf,
  purposesOf,
  relationshipsOf,
} from './pairs.store.ts';

const PAGE = 50;
const MOST = 20_000;

/** Everything between one officer and one person: the encounter timeline, its table, and the map of stops. */
export function pairsRoutes(app: FastifyInstance): void {
  const config = { action: 'open a timeline', look: { action: 'view', what: 'encounter timeline' } } as const;

  app.get<{ Params: { officer: string; person: string }; Querystring: Query }>(
    '/officers/:officer/people/:person',
    { config },
    async (request, reply) => {
      const { officer, person } = request.params;
      const { records, events, run, session, at, addresses } = await request.view();
      const signals = await look(records, session, at, async (trx) => {
        return {
          value: run ? await signalsAbout(trx, run.run_id, officer, person) : [],
          look: { ...config.look, officerId: officer, personId: person },
        };
      });
      if (!run) throw new NotFound('officer and person');
      const { world, horizon } = run;
      const [officers, people, encounters, purposes, incidents, homes, markers, declared] = await Promise.all(
        [
          officerNames(events, world, [officer], horizon),
          personNames(events, world, [person]),
          encountersOfPair(events, world, officer, person, MOST),
          purposesOf(events, world, officer, person),
          incidentsOfPerson(events, world, person),
          homesOf(events, world, person),
          markersOf(events, world, person),
          relationshipsOf(events, world, officer, person),
        ],
      );
      if (encounters.length === 0 && (!officers.has(officer) || !people.has(person)))
        throw new NotFound('officer and person');
      const names = {
        officer: officers.get(officer) ?? { id: officer, name: '' },
        person: people.get(person) ?? { id: person, name: '' },
      };
      const span = spanOf(encounters, purposes, horizon);
      const duties = await dutiesBetween(events, world, officer, span.from, span.to);
      const facts = timelineFacts(
        { officer: officerTitle(names.officer), person: names.person.name || person },
        span,
        { encounters, incidents, purposes, duties },
      );

      const here = `/officers/${encodeURIComponent(officer)}/people/${encodeURIComponent(person)}`;
      const chosen = choose(encounters, request.query);
      const page = readPage(request.query);
      const stops = encounters.filter((row) => row.kind === 'presence');
      const near = ENCOUNTER_SETTINGS.thresholds.near_home_m.default;
      return reply.page('pairs/pair.njk', {
        run,
        officer: names.officer,
        officerTitle: officerTitle(names.officer),
        person: names.person,
        title: titleSentence(facts),
        signals,
        markers,
        declared,
        incidents: facts.incidents,
        total: encounters.length,
        cut: encounters.length === MOST,
        timeline: timeline(facts, {
          encounter: (id) => `/encounters/${addresses.encounter(id)}`,
          rows: (kind, from, to) =>
            `${address(here, {}, { kind, from: from.toISOString(), to: to.toISOString() })}#encounters`,
          incident: (id) => `/incidents/${encodeURIComponent(id)}`,
        }),
        chosen: chosen.length,
        narrowed: ['kind', 'purpose', 'from', 'to'].some((name) => one(request.query, name)),
        query: request.query,
        here,
        order: one(request.query, 'order'),
        reordered: `${address(here, request.query, { order: one(request.query, 'order') === 'oldest' ? '' : 'oldest', page: '' })}#encounters`,
        rows: chosen.slice((page - 1) * PAGE, page * PAGE).map((row) => ({ ...row, text: happened(row) })),
        paging: paging(here, request.query, page, chosen.length, PAGE),
        stops: stops.map((row, index) => ({ ...row, number: index + 1, text: happened(row) })),
        map:
          stops.length === 0
            ? ''
            : stopsMap(
                homes,
                stops.map((row, index) => ({
                  number: index + 1,
                  id: row.id,
                  lat: row.lat,
                  lon: row.lon,
                  seconds: (asDate(row.ends_at).getTime() - asDate(row.at).getTime()) / 1000,
                  explained: row.explanation !== '',
                })),
                incidents.flatMap((incident) =>
                  incident.lat === null || incident.lon === null
                    ? []
                    : [
                        {
                          id: incident.id,
                          label: `${incidentWords(incident)} ${incident.id}`,
                          lat: incident.lat,
                          lon: incident.lon,
                        },
                      ],
                ),
                near,
                { encounter: (id) => `/encounters/${addresses.encounter(id)}`, rows: () => '#stops' },
              ),
      });
    },
  );
}

/** The encounters that the table under the picture shows, newest first unless asked otherwise. */
function choose<Row extends { kind: string; explanation: string; at: string }>(
  rows: Row[],
  query: Query,
): Row[] {
  const kind = one(query, 'kind');
  const purpose = one(query, 'purpose');
  const from = Date.parse(one(query, 'from'));
  const to = Date.parse(one(query, 'to'));
  const chosen = rows.filter((row) => {
    const at = asDate(row.at).getTime();
    return (
      (kind === '' || row.kind === kind) &&
      (purpose === '' || (row.explanation === '') === (purpose === 'none')) &&
      !(at < from) &&
      !(at > to)
    );
  });
  return one(query, 'order') === 'oldest' ? chosen : chosen.reverse();
}
