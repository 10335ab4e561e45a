import type { FastifyInstance } from 'fastify';
import { look } from '../../trust/look.ts';
import { NotFound } from '../errors/errors.ts';
import { paging, type Query, readPage } from '../layout/paging.ts';
import { officerNames, personNames } from '../names.ts';
import type { PairCount } from '../officers/officers.store.ts';
import { incidentWords } from '../pairs/pair.facts.ts';
import { homesOf, incidentsOfPerson, markersOf } from '../pairs/pairs.store.ts';

const PAGE = 50;

/** One member of the public: which officers had encounters with them, and their incidents. */
export function peopleRoutes(app: FastifyInstance): void {
  const config = { action: 'open a person', look: { action: 'view', what: 'person' } } as const;

  app.get<{ Params: { person: string }; Querystring: Query }>(
    '/people/:person',
    { config },
    async (request, reply) => {
      const id = request.params.person;
      const { records, events, run, session, at } = await request.view();
      await look(records, session, at, async () => ({
        value: undefined,
        look: { ...config.look, personId: id },
      }));
      if (!run) throw new NotFound('person');
      const { world, horizon } = run;
      const page = readPage(request.query);
      const [people, pairs, incidents, markers, homes] = await Promise.all([
        personNames(events, world, [id]),
        events.lines<PairCount & { total: number }>(
          `SELECT officer_id, count() AS encounters, countIf(explanation = '') AS unexplained, countIf(kind = 'access') AS accesses,
             countIf(kind = 'contact') AS contacts, countIf(kind = 'presence') AS presences, min(at) AS first_at, max(at) AS last_at,
             count() OVER () AS total
           FROM {world:Identifier}.encounters
           WHERE person_id = {id:String}
           GROUP BY officer_id
           ORDER BY unexplained DESC, encounters DESC, officer_id LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
          { world, id, limit: PAGE, offset: (page - 1) * PAGE },
        ),
        incidentsOfPerson(events, world, id),
        markersOf(events, world, id),
        homesOf(events, world, id),
      ]);
      if (!people.has(id) && pairs.length === 0 && incidents.length === 0) throw new NotFound('person');
      const officers = await officerNames(
        events,
        world,
        pairs.map((pair) => pair.officer_id),
        horizon,
      );
      const total = pairs[0]?.total ?? 0;
      return reply.page('people/person.njk', {
        person: people.get(id) ?? { id, name: '' },
        markers,
        homes: homes.length,
        pairs: pairs.map((pair) => ({
          ...pair,
          officer: officers.get(pair.officer_id) ?? { id: pair.officer_id },
        })),
        total,
        paging: paging(`/people/${encodeURIComponent(id)}`, request.query, page, total, PAGE),
        incidents: incidents.toReversed().map((incident) => ({ ...incident, text: incidentWords(incident) })),
      });
    },
  );
}
