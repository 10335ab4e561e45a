import type { FastifyInstance } from 'fastify';
import { looksOf, type WrittenLook } from '../../trust/look.ts';
import { may } from '../../trust/policy/may.ts';
import { signedIn } from '../door.ts';
import { paging, readPage } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';

const PAGE = 50;

/** What the reader has looked at. */
export function looksRoutes(app: FastifyInstance, services: WebServices): void {
  app.get<{ Querystring: Record<string, string> }>(
    '/looks',
    { config: { action: 'see own looks' } },
    async (request, reply) => {
      const page = readPage(request.query);
      const session = signedIn(request);
      const { name } = session;
      const { looks, total } = await looksOf(services.records, name, (page - 1) * PAGE, PAGE);
      return reply.page('looks/looks.njk', {
        // Whoever works on pseudonyms must not read here whose they were.
        looks: may(session, 'see names') ? looks : looks.map(withoutNames),
        total,
        paging: paging('/looks', request.query, page, total, PAGE),
      });
    },
  );
}

function withoutNames(look: WrittenLook): WrittenLook {
  return {
    ...look,
    officerId: look.officerId === null ? null : 'an officer',
    personId: look.personId === null ? null : 'a person',
  };
}
