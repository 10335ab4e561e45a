import type { FastifyInstance } from 'fastify';
import { look } from '../../trust/look.ts';
import { may } from '../../trust/policy/may.ts';
import { beginPurpose } from '../../trust/purpose/purpose.store.ts';
import { Refused } from '../door.ts';
import { type Form, field } from '../layout/form.ts';
import { one, type Query } from '../layout/paging.ts';
import { incidentWords } from '../pairs/pair.facts.ts';
import { PurposeNeeded } from '../view.ts';
import { asNumber, findIncidents, findOfficers, findPeople, holdersOf } from './search.store.ts';

/**
 * Search for an officer, a person, an incident or a number in any form people write, among those whom the purpose opens; for a
 * matter, with a reason of its own and for a short time, among everybody but the reader's circle.
 */
export function searchRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    '/search',
    { config: { action: 'search', limit: 'search', look: { action: 'search', what: 'search' } } },
    async (request, reply) => {
      const view = await request.view();
      const { run, session, at, mask, purpose } = view;
      const { records, events } = purpose?.kind === 'search' ? view.lists : view;
      if (run === undefined) return reply.page('layout/nothing-yet.njk', { what: 'Search' });
      const asked = 'q' in request.query;
      const text = one(request.query, 'q');
      if (text === '')
        return reply
          .code(asked ? 422 : 200)
          .page('search/search.njk', { text, missing: asked, pseudonyms: mask !== undefined, purpose });
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
        purpose,
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

  app.post<{ Body: Form }>(
    '/search/for-a-matter',
    { config: { action: 'search for a matter' } },
    async (request, reply) => {
      const view = await request.view();
      const { purpose, unmasked, session, at } = view;
      // The matter in force is one that is open and whose member the reader is.
      if (purpose?.kind !== 'matter' && purpose?.kind !== 'search') throw new PurposeNeeded();
      if (!may(session, 'search for a matter', { state: 'open' })) throw new Refused();
      const reason = field(request.body, 'reason');
      if (reason === '') {
        const errors = [{ text: 'Enter why you search beyond the matter', href: '#reason' }];
        return reply
          .code(422)
          .page('search/search.njk', { text: '', pseudonyms: view.mask !== undefined, purpose, errors });
      }
      const words = purpose.words.replace(/^(?:Search for m|M)atter: /, 'Search for matter: ');
      await beginPurpose(unmasked, session, at, { kind: 'search', about: purpose.about, words, reason });
      return reply.redirect('/search', 303);
    },
  );
}
