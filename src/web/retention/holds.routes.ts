import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { localDay } from '../../kernel/local-time.ts';
import { ownMatters } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import type { Hold } from '../../trust/retention/hold.ts';
import { changeHold, placeHold, seenHolds } from '../../trust/retention/holds.store.ts';
import { isDay } from '../../trust/retention/rule.ts';
import { NotFound } from '../errors/errors.ts';
import { byField, type Form, field, type Mistake, missing } from '../layout/form.ts';
import { isKnown } from './known.ts';

const ABOUT = ['person', 'officer', 'matter', 'period', 'everything'] as const;
const NAMES = ['about', 'subject', 'from', 'to', 'matter', 'reason', 'review_on'] as const;

/** Legal holds: what nobody may erase. They exist for those only who may know of them. */
export function holdsRoutes(app: FastifyInstance): void {
  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    more: { form?: object; errors?: Mistake[] } = {},
  ) {
    const view = await request.view();
    const today = localDay(view.at);
    const [holds, matters] = await Promise.all([seenHolds(view.unmasked), ownMatters(view.unmasked)]);
    return reply.page('retention/holds.njk', {
      holds: holds.map((hold) => ({ ...hold, overdue: hold.liftedAt === null && hold.reviewOn < today })),
      matters,
      called: new Map(matters.map((matter) => [matter.matterId, matter.title])),
      mayPlace: may(view.session, 'place or lift a legal hold'),
      form: {},
      wrong: byField(more.errors),
      ...more,
    });
  }

  app.get('/retention/holds', { config: { action: 'see legal holds' } }, (request, reply) =>
    page(request, reply),
  );

  app.post<{ Body: Form }>(
    '/retention/holds',
    { config: { action: 'place or lift a legal hold' } },
    async (request, reply) => {
      const view = await request.view();
      const text = Object.fromEntries(NAMES.map((name) => [name, field(request.body, name)])) as Record<
        (typeof NAMES)[number],
        string
      >;
      const about = ABOUT.find((one) => one === text.about);
      const errors: Mistake[] = missing(text, { reason: 'Enter why it must be kept' });
      if (about === undefined) errors.push({ text: 'Choose what is held', href: '#about' });
      if (!isDay(text.review_on) || text.review_on <= localDay(view.at))
        errors.push({
          text: 'Enter a day to come on which it is reviewed, like 2027-03-21',
          href: '#review_on',
        });
      if ((about === 'person' || about === 'officer') && (text.subject === '' || text.subject.length > 64))
        errors.push({ text: 'Enter the identifier of the person or officer', href: '#subject' });
      if (about === 'matter' && text.matter === '')
        errors.push({ text: 'Choose the matter', href: '#matter' });
      if (about === 'period' && !(isDay(text.from) && isDay(text.to) && text.from <= text.to))
        errors.push({ text: 'Enter the first and the last day, like 2026-03-21', href: '#from' });
      if (errors.length > 0 || about === undefined)
        return page(request, reply.code(422), { form: text, errors });
      const matterId = text.matter || null;
      const hold: Hold = {
        about,
        subjectId:
          about === 'matter' ? matterId : about === 'person' || about === 'officer' ? text.subject : null,
        fromDay: about === 'period' ? text.from : null,
        toDay: about === 'period' ? text.to : null,
      };
      // The same for what does not exist and for what the reader must know nothing of.
      if (!(await isKnown(view, hold.about, hold.subjectId))) throw new NotFound(about);
      const placed = await placeHold(view.unmasked, view.session, view.at, {
        ...hold,
        matterId,
        reason: text.reason,
        reviewOn: text.review_on,
      });
      if (!placed) throw new NotFound(about);
      return reply.redirect('/retention/holds', 303);
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/retention/holds/:id',
    { config: { action: 'place or lift a legal hold' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      const known = (await seenHolds(view.unmasked)).some(
        (hold) => hold.holdId === id && hold.liftedAt === null,
      );
      if (!known) throw new NotFound('hold');
      const [lift, again] = [field(request.body, 'why'), field(request.body, 'review_on')];
      const later = isDay(again) && again > localDay(view.at);
      if (lift === '' && !later) {
        const text = 'Enter why the hold is lifted, or a day to come on which it is reviewed again';
        return page(request, reply.code(422), { errors: [{ text, href: '#main-content' }] });
      }
      const change = lift === '' ? { reviewOn: again } : { lift };
      if (!(await changeHold(view.unmasked, view.session, view.at, id, change))) throw new NotFound('hold');
      return reply.redirect('/retention/holds', 303);
    },
  );
}
