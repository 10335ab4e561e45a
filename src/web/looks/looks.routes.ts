import type { FastifyInstance } from 'fastify';
import { looksOf } from '../../trust/look.ts';
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
      const { name } = signedIn(request);
      const { looks, total } = await looksOf(services.records, name, (page - 1) * PAGE, PAGE);
      return reply.page('looks/looks.njk', {
        looks,
        total,
        paging: paging('/looks', request.query, page, total, PAGE),
      });
    },
  );
}
