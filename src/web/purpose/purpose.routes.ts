import type { FastifyInstance } from 'fastify';
import { localPath } from '../../trust/local-path.ts';
import { beginPurpose, endPurpose } from '../../trust/purpose/purpose.store.ts';
import { askForPurpose, choicesOf } from './ask.ts';

/** Why one looks: choosing a purpose, and ending it. */
export function purposeRoutes(app: FastifyInstance): void {
  const config = { action: 'state a purpose' } as const;

  app.get('/purpose', { config }, (request, reply) => askForPurpose(request, reply, false));

  app.post<{ Body: { purpose?: unknown; afterwards?: unknown } }>(
    '/purpose',
    { config },
    async (request, reply) => {
      const { purpose, afterwards } = request.body ?? {};
      const chosen = (await choicesOf(request)).find((one) => `${one.kind} ${one.about}` === purpose);
      if (chosen === undefined) return askForPurpose(request, reply);
      const { unmasked, session, at } = await request.view();
      await beginPurpose(unmasked, session, at, chosen);
      return reply.redirect(
        localPath(typeof afterwards === 'string' ? afterwards : undefined) ?? '/signals',
        303,
      );
    },
  );

  app.post('/purpose/end', { config }, async (request, reply) => {
    const { unmasked, session, at } = await request.view();
    await endPurpose(unmasked, session, at);
    return reply.redirect('/purpose', 303);
  });
}
