import type { FastifyInstance } from 'fastify';
import { look } from '../../trust/look.ts';
import { one, type Query } from '../layout/paging.ts';
import { incidentWords } from '../pairs/pair.facts.ts';
import { asNumber, findIncidents, findOfficers, findPeople, holdersOf } from './search.store.ts';

/** Search for an officer, a person, an incident or a number in any form people write. */
export function searchRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    '/search',
    { config: { action: 'search', limit: 'search', look: { action: 'search', what: 'search' } } },
    async (request, reply) => {
      const { records, events, run, session, at, mask } = await request.view();
      if (run === undefined) return reply.page('layout/nothing-yet.njk', { what: 'Search' });
      const asked = 'q' in request.query;
      const text = one(request.query, 'q');
      if (text === '')
        return reply
          .code(asked ? 422 : 200)
          .page('search/search.njk', { text, missing: asked, pseudonyms: mask !== undefined });
      // Whoever works on pseudonyms cannot find out by name or number whose they are.
      const byName = mask === undefined;
      const number = byName ? asNumber(text) : undefined;
      const { world } = run;
      const [officers, people, incidents, holders] = await Promise.all([
        byName ? findOfficers(events, world, text) : [],
        byName ? findPeople(events, world, text) : [],
        findIncidents(events, world, text),
        number === undefined ? [] : holdersOf(events, world, number),
      ]);
      const ids = (kind: string) => holders.filter((row) => row.holder === kind).map((row) => row.id);
      await look(records, session, at, async () => ({
        value: undefined,
        look: {
          action: 'search',
          what: number === undefined ? 'search by name or identifier' : 'search by number',
          found: {
            officers: [...new Set([...officers.map((row) => row.id), ...ids('officer')])],
            people: [...new Set([...people.map((row) => row.id), ...ids('person')])],
          },
        },
      }));
      return reply.page('search/search.njk', {
        text,
        pseudonyms: !byName,
        number,
        officers,
        people,
        incidents: incidents.map((incident) => ({ ...incident, text: incidentWords(incident) })),
        holders,
        found: officers.length + people.length + incidents.length + holders.length,
      });
    },
  );
}
