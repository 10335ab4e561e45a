import type { FastifyInstance } from 'fastify';
import { localPath } from '../../trust/local-path.ts';
import { may } from '../../trust/policy/may.ts';
import { beginPurpose, endPurpose } from '../../trust/purpose/purpose.store.ts';
import { addToMatter, widenTriage } from '../../trust/purpose/reach.store.ts';
import { Refused } from '../door.ts';
import { type Form, field, missing } from '../layout/form.ts';
import { askForPurpose, choicesOf } from './ask.ts';
import { addressOf, askedBy, knownOf } from './asked.ts';

/** Why one looks: choosing a purpose, widening it to one more officer or person, and ending it. */
export function purposeRoutes(app: FastifyInstance): void {
  const config = { action: 'state a purpose' } as const;

  app.get('/purpose', { config }, (request, reply) => askForPurpose(request, reply, { needed: false }));

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

  app.post<{ Body: Form }>(
    '/purpose/widen',
    { config: { action: 'widen a triage', look: { action: 'view', what: 'beyond the purpose' } } },
    async (request, reply) => {
      const view = await request.view();
      const { unmasked, session, at } = view;
      const asked = localPath(field(request.body, 'asked')) ?? '';
      const form = { whereto: field(request.body, 'for'), reason: field(request.body, 'reason') };
      const matter = (await choicesOf(request)).find(
        (one) => one.kind === 'matter' && `matter ${one.about}` === form.whereto,
      );
      const errors = missing(form, { reason: 'Enter why you look' });
      if (matter === undefined && form.whereto !== 'triage')
        errors.unshift({ text: 'Choose what you look for', href: '#for' });
      if (errors.length > 0) return askForPurpose(request, reply, { asked, form, errors });
      if (matter && !may(session, 'name who is concerned in a matter', { state: 'open' }))
        throw new Refused();
      const known = await knownOf(view, askedBy(asked));
      const done =
        known !== undefined &&
        (matter === undefined
          ? await widenTriage(unmasked, session, at, known, form.reason)
          : await addToMatter(unmasked, session, at, matter.about, known, form.reason));
      if (!done) {
        // The same for what does not exist, what the reader must know nothing of, and what goes too far.
        const nothing = { text: 'Nothing could be opened: there is no such officer or person', href: '#for' };
        return askForPurpose(request, reply, { asked, form, errors: [nothing] });
      }
      if (matter !== undefined) await beginPurpose(unmasked, session, at, { ...matter, reason: form.reason });
      return reply.redirect(addressOf(await request.view('again'), known), 303);
    },
  );
}
