import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  cancelTargeted,
  grantTargeted,
  standing,
  TARGETED,
  targetedAuthorities,
} from '../../trust/authority/targeted.store.ts';
import { nameable } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, fields, missing } from '../layout/form.ts';
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
    const found =
      run && id !== '' ? (await officerNames(view.events, run.world, [id], run.horizon)).get(id) : undefined;
    if (found === undefined) throw new NotFound('officer');
    return found;
  }

  async function form(request: FastifyRequest, reply: FastifyReply, officer: string, more: object = {}) {
    const view = await request.view();
    const accounts = await nameable(view.unmasked);
    return reply.page('monitoring/grant.njk', {
      officer: await officerOfForm(view, officer),
      accounts: accounts.filter((one) => one.accountId !== view.session.accountId),
      grades: TARGETED.grades.value,
      limits: TARGETED,
      form: { days: '28' },
      ...more,
    });
  }

  app.get<{ Querystring: { officer?: string } }>('/authorities/new', { config: grants }, (request, reply) =>
    form(request, reply, String(request.query.officer ?? '')),
  );

  app.post<{ Body: Form }>('/authorities', { config: grants }, async (request, reply) => {
    const view = await request.view();
    const officerId = field(request.body, 'officer');
    await officerOfForm(view, officerId);
    const text = Object.fromEntries(
      Object.keys(WANTED).map((name) => [name, field(request.body, name)]),
    ) as Record<keyof typeof WANTED, string>;
    const grade = field(request.body, 'grade');
    const urgent = field(request.body, 'urgent') === 'yes';
    const days = Number(field(request.body, 'days'));
    const nameables = new Set((await nameable(view.unmasked)).map(({ accountId }) => accountId));
    const members = [...new Set(fields(request.body, 'members'))].filter((id) => nameables.has(id));
    const longest = urgent ? TARGETED.urgentHours.value / 24 : 90;
    const errors = missing(text, WANTED);
    if (!(TARGETED.grades.value as readonly string[]).includes(grade))
      errors.push({ text: 'Choose the grade', href: '#grade' });
    if (!Number.isInteger(days) || days < 1 || days > longest)
      errors.push({ text: `Enter a whole number of days from 1 to ${longest}`, href: '#days' });
    if (members.length === 0) errors.push({ text: 'Choose who works under it', href: '#members' });
    if (errors.length > 0) {
      return form(request, reply.code(422), officerId, {
        form: { ...text, grade, urgent, days, members },
        errors,
      });
    }
    const endsAt = new Date(view.at.getTime() + days * 24 * HOUR);
    const reviewAt = new Date(view.at.getTime() + days * 12 * HOUR);
    const id = await grantTargeted(view.unmasked, view.session, view.at, {
      officerId,
      urgent,
      grade,
      ...text,
      beginsAt: view.at,
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
