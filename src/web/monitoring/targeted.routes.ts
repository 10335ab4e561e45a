import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { localDay } from '../../kernel/local-time.ts';
import {
  cancelTargeted,
  grantTargeted,
  standing,
  TARGETED,
  type TargetedAuthority,
  targetedAuthorities,
} from '../../trust/authority/targeted.store.ts';
import { nameable } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, fields, missing } from '../layout/form.ts';
import { one, type Query } from '../layout/paging.ts';
import { officerNames } from '../names.ts';
import type { View } from '../view.ts';

const WANTED = {
  necessity: 'Enter why it is necessary',
  proportionality: 'Enter why it is proportionate',
  collateral: 'Enter whom else it touches and how that is kept small',
};
const HOUR = 3_600_000;

/** Authorities to work on one named officer: granted, listed for who works under them, cancelled. */
export function targetedRoutes(app: FastifyInstance): void {
  const sees = {
    action: 'see targeted authorities',
    look: { action: 'list', what: 'targeted authorities' },
  } as const;
  app.get('/authorities', { config: sees }, async (request, reply) => {
    const view = await request.view();
    const all = await targetedAuthorities(view.unmasked);
    const mask = (id: string, about: string) =>
      view.names === 'pseudonyms' ? view.maskOf({ kind: 'authority', about }).reference('officer', id) : id;
    return reply.page('monitoring/targeted.njk', {
      authorities: all.map((one) => {
        const state = standing(one, view.at);
        return {
          ...one,
          officerId: mask(one.officerId, one.authorityId),
          state,
          reviewOverdue: state === 'in force' && one.reviewAt < view.at,
          mayRenew: state !== 'cancelled' && may(view.session, 'grant a targeted authority'),
          mayCancel:
            state !== 'cancelled' &&
            state !== 'ended' &&
            may(view.session, 'cancel a targeted authority', { state: 'in force' }),
        };
      }),
    });
  });

  const grants = { action: 'grant a targeted authority' } as const;

  async function officerOfForm(view: View, id: string) {
    const { run } = view;
    // Whoever authorises names one officer: the authority is the purpose.
    const found =
      run && id !== ''
        ? (await officerNames(view.lists.events, run.world, [id], run.horizon)).get(id)
        : undefined;
    if (found === undefined) throw new NotFound('officer');
    return found;
  }

  /** The authority that a new one is to go on, where the reader may see it and it was not cancelled. */
  async function before(view: View, id: string): Promise<TargetedAuthority | undefined> {
    const [one] = id === '' ? [] : await targetedAuthorities(view.unmasked, id);
    if (id !== '' && (one === undefined || one.cancelledAt !== null)) throw new NotFound('authority');
    return one;
  }

  async function form(
    request: FastifyRequest,
    reply: FastifyReply,
    { officer, renews }: { officer: string; renews: string },
    more: object = {},
  ) {
    const view = await request.view();
    const [accounts, old] = await Promise.all([nameable(view.unmasked), before(view, renews)]);
    return reply.page('monitoring/grant.njk', {
      officer: await officerOfForm(view, old?.officerId ?? officer),
      renews: old,
      accounts: accounts.filter((one) => one.accountId !== view.session.accountId),
      grades: TARGETED.grades.value,
      limits: TARGETED,
      form: { days: '28', members: old?.memberIds },
      ...more,
    });
  }

  app.get<{ Querystring: Query }>('/authorities/new', { config: grants }, (request, reply) =>
    form(request, reply, { officer: one(request.query, 'officer'), renews: one(request.query, 'renews') }),
  );

  app.post<{ Body: Form }>('/authorities', { config: grants }, async (request, reply) => {
    const view = await request.view();
    const old = await before(view, field(request.body, 'renews'));
    const officerId = old?.officerId ?? field(request.body, 'officer');
    await officerOfForm(view, officerId);
    const text = Object.fromEntries(
      Object.keys(WANTED).map((name) => [name, field(request.body, name)]),
    ) as Record<keyof typeof WANTED, string>;
    const grade = field(request.body, 'grade');
    const urgent = field(request.body, 'urgent') === 'yes';
    const days = Number(field(request.body, 'days'));
    // A renewal begins where the one before ends, unless that is over.
    const later = old !== undefined && old.endsAt > view.at ? old.endsAt : view.at;
    const begins = field(request.body, 'begins');
    const beginsAt = begins === '' ? later : new Date(`${begins}T00:00:00Z`);
    const latest = new Date(view.at.getTime() + TARGETED.latestBegin.value * 24 * HOUR);
    const nameables = new Set((await nameable(view.unmasked)).map(({ accountId }) => accountId));
    const members = [...new Set(fields(request.body, 'members'))].filter((id) => nameables.has(id));
    const longest = urgent ? TARGETED.urgentHours.value / 24 : 90;
    const errors = missing(text, WANTED);
    if (!(TARGETED.grades.value as readonly string[]).includes(grade))
      errors.push({ text: 'Choose the grade', href: '#grade' });
    if (!Number.isInteger(days) || days < 1 || days > longest)
      errors.push({ text: `Enter a whole number of days from 1 to ${longest}`, href: '#days' });
    if (!(begins === '' || (beginsAt > view.at && beginsAt <= latest && !urgent)))
      errors.push({
        text: `Enter a first day within ${TARGETED.latestBegin.value} days, like ${localDay(latest)}; an urgent one begins at once`,
        href: '#begins',
      });
    if (members.length === 0) errors.push({ text: 'Choose who works under it', href: '#members' });
    if (errors.length > 0) {
      const renews = old?.authorityId ?? '';
      return form(
        request,
        reply.code(422),
        { officer: officerId, renews },
        {
          form: { ...text, grade, urgent, days, begins, members },
          errors,
        },
      );
    }
    const endsAt = new Date(beginsAt.getTime() + days * 24 * HOUR);
    const reviewAt = new Date(beginsAt.getTime() + days * 12 * HOUR);
    const id = await grantTargeted(view.unmasked, view.session, view.at, {
      officerId,
      urgent,
      grade,
      ...text,
      beginsAt,
      renews: old?.authorityId,
      endsAt,
      reviewAt,
      members,
    });
    if (id === undefined) throw new NotFound('officer');
    return reply.redirect('/authorities', 303);
  });

  app.post<{ Params: { id: string }; Body: Form }>(
    '/authorities/:id/cancel',
    { config: { action: 'cancel a targeted authority' } },
    async (request, reply) => {
      const view = await request.view();
      const [one] = await targetedAuthorities(view.unmasked, request.params.id);
      if (one === undefined) throw new NotFound('authority');
      const state = standing(one, view.at);
      if (state === 'ended' || state === 'cancelled') throw new Refused();
      const why = field(request.body, 'why') || 'No reason given';
      if (!(await cancelTargeted(view.unmasked, view.session, view.at, one.authorityId, why)))
        throw new NotFound('authority');
      return reply.redirect('/authorities', 303);
    },
  );
}
