import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { beginningOf, localDay } from '../../kernel/local-time.ts';
import { ownMatters } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import { whatIsErased } from '../../trust/retention/certificate.ts';
import {
  askErasure,
  decideErasure,
  type Erasure,
  erasureOf,
  GROUNDS,
  isGround,
  listErasures,
  type Wish,
} from '../../trust/retention/erasure.store.ts';
import { isKind, KIND_NAMES, kindOf } from '../../trust/retention/kinds.ts';
import { provenCertificate } from '../../trust/retention/proof.ts';
import { floorOn, isDay } from '../../trust/retention/rule.ts';
import { rulesInForce } from '../../trust/retention/rules.store.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { byField, type Form, field, type Mistake, missing } from '../layout/form.ts';
import type { WebServices } from '../services.ts';
import { requireStepUp } from '../step-up.ts';
import type { View } from '../view.ts';
import { isKnown } from './known.ts';

const SCOPES = ['kind', 'person', 'officer', 'matter', 'entry'] as const;

/** Erasures: asked for by one person, decided by another, carried out in both stores, with a certificate at the end. */
export function erasuresRoutes(
  app: FastifyInstance,
  services: Pick<WebServices, 'records' | 'retention' | 'home' | 'log'>,
): void {
  const { records, retention, home } = services;
  const stateOf = (one: Erasure) => (one.status === 'running' ? 'approved' : one.status);

  async function list(
    request: FastifyRequest,
    reply: FastifyReply,
    more: { form?: object; errors?: Mistake[] } = {},
  ) {
    const view = await request.view();
    const rules = await rulesInForce(records);
    const today = localDay(view.at);
    return reply.page('retention/erasures.njk', {
      erasures: (await listErasures(view.unmasked)).map((one) => ({ ...one, what: whatIsErased(one) })),
      kinds: KIND_NAMES.filter((name) => kindOf(name).how === 'as a whole').map((name) => ({
        name,
        title: kindOf(name).title,
        before: floorOn(rules.find((rule) => rule.kind === name) ?? { months: 12_000 }, today),
      })),
      matters: (await ownMatters(view.unmasked)).filter((matter) => matter.closedAt !== null),
      grounds: Object.entries(GROUNDS).map(([value, text]) => ({ value, text })),
      mayAsk: may(view.session, 'ask for an erasure'),
      mayName: mayName(view, { scope: 'entry' }),
      form: {},
      wrong: byField(more.errors),
      ...more,
    });
  }

  app.get('/retention/erasures', { config: { action: 'see erasures' } }, (request, reply) =>
    list(request, reply),
  );

  app.post<{ Body: Form }>(
    '/retention/erasures',
    { config: { action: 'ask for an erasure' } },
    async (request, reply) => {
      const view = await request.view();
      const { wish, errors, form } = await readWish(request.body, view);
      if (wish === undefined) return list(request, reply.code(422), { form, errors });
      requireStepUp(request);
      // The same for what does not exist and for what the reader must know nothing of.
      if (!(await isKnown(view, wish.scope, wish.target)) || !mayName(view, wish))
        throw new NotFound(wish.scope);
      const id = await askErasure(view.unmasked, view.session, view.at, wish);
      if (id === undefined) throw new NotFound(wish.scope);
      return reply.redirect(`/retention/erasures/${id}`, 303);
    },
  );

  async function readWish(
    body: Form,
    view: View,
  ): Promise<{ wish?: Wish; errors: Mistake[]; form: Record<string, string> }> {
    const form = Object.fromEntries(
      ['scope', 'kind', 'before', 'person', 'officer', 'matter', 'entry', 'ground', 'reason'].map((name) => [
        name,
        field(body, name),
      ]),
    ) as Record<string, string>;
    const scope = SCOPES.find((one) => one === form.scope);
    const { ground = '', reason = '', kind = '', before = '' } = form;
    const errors: Mistake[] = missing(form, { reason: 'Enter why it is erased' });
    if (!isGround(ground)) errors.push({ text: 'Choose the ground', href: '#ground' });
    if (scope === undefined) errors.push({ text: 'Choose what is erased', href: '#scope' });
    const target = scope === undefined || scope === 'kind' ? '' : (form[scope] ?? '');
    let ruleVersion: number | undefined;
    if (scope === 'kind') {
      const rule = (await rulesInForce(records)).find((one) => one.kind === kind);
      if (!isKind(kind) || rule === undefined || kindOf(kind).how !== 'as a whole')
        errors.push({ text: 'Choose a kind that is erased as a whole', href: '#kind' });
      else if (!isDay(before) || before > floorOn(rule, localDay(view.at)))
        errors.push({
          text: `Enter the first day that stays: ${floorOn(rule, localDay(view.at))} or before, for the rule keeps what is later`,
          href: '#before',
        });
      else ruleVersion = rule.version;
    } else if (
      scope !== undefined &&
      (target === '' || target.length > 64 || (scope === 'entry' && !/^\d{1,15}$/.test(target)))
    ) {
      errors.push({ text: 'Say which', href: `#${scope}` });
    }
    if (errors.length > 0 || scope === undefined || !isGround(ground)) return { errors, form };
    const wish = scope === 'kind' ? { scope, kind, before, ruleVersion } : { scope, target };
    return { wish: { ...wish, ground, reason }, errors, form };
  }

  /** An entry of the log is named by its number, which readers of the log have who are not of the workforce. */
  function mayName(view: View, { scope }: Pick<Wish, 'scope'>): boolean {
    return scope !== 'entry' || (numbered(view) && may(view.session, 'read the audit log'));
  }

  async function found(view: View, id: string): Promise<Erasure> {
    const erasure = await erasureOf(view.unmasked, id);
    if (erasure === undefined) throw new NotFound('erasure');
    return erasure;
  }

  app.get<{ Params: { id: string } }>(
    '/retention/erasures/:id',
    { config: { action: 'see erasures' } },
    async (request, reply) => {
      const view = await request.view();
      const erasure = await found(view, request.params.id);
      const open = ['asked', 'approved', 'running'].includes(erasure.status);
      // How much there is about somebody tells a reader of the workforce what others of their circle did.
      const counted = numbered(view) || !['person', 'officer'].includes(erasure.scope);
      const reach =
        !open || !counted || erasure.scope === 'matter' || erasure.scope === 'entry'
          ? undefined
          : await retention.preview(
              erasure.scope === 'kind'
                ? { scope: 'kind', kind: erasure.kind ?? '', before: beginningOf(erasure.before ?? '') }
                : { scope: erasure.scope, id: erasure.target ?? '' },
            );
      return reply.page('retention/erasure.njk', {
        erasure,
        what: whatIsErased(erasure),
        ground: GROUNDS[erasure.ground],
        reach: reach && Object.entries(reach).sort(),
        counted,
        counts: Object.entries(erasure.counts ?? {}).sort(),
        proven:
          erasure.entryNo === null || !numbered(view)
            ? undefined
            : await provenCertificate(records, home, erasure.entryNo),
        numbered: numbered(view),
        mayDecide: may(view.session, 'decide an erasure', { state: stateOf(erasure), by: erasure.askedById }),
      });
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/retention/erasures/:id',
    { config: { action: 'decide an erasure' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      const erasure = await found(view, id);
      if (!may(view.session, 'decide an erasure', { state: stateOf(erasure), by: erasure.askedById }))
        throw new Refused();
      const agreed = field(request.body, 'decision') === 'agree';
      if (agreed) requireStepUp(request);
      if (!(await decideErasure(view.unmasked, view.session, view.at, id, agreed))) throw new Refused();
      if (agreed) await soon(retention.carryOut(id));
      return reply.redirect(`/retention/erasures/${id}`, 303);
    },
  );

  /** Waits a moment for what may take long. What fails is begun again at the next opening, or with the next erasure. */
  async function soon(work: Promise<void>): Promise<void> {
    const watched = work.catch((problem: Error) =>
      services.log?.({ level: 'error', fault: problem.name, in: 'erasure' }),
    );
    await Promise.race([watched, new Promise((done) => setTimeout(done, WAIT).unref())]);
  }

  app.get<{ Params: { id: string } }>(
    '/retention/erasures/:id/certificate',
    { config: { action: 'see erasures' } },
    async (request, reply) => {
      const view = await request.view();
      const { entryNo, erasureId } = await found(view, request.params.id);
      const proven =
        entryNo === null || !numbered(view) ? undefined : await provenCertificate(records, home, entryNo);
      if (proven === undefined) throw new NotFound('certificate');
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="erasure-${erasureId}.json"`)
        .header('cache-control', 'private, no-store')
        .send(`${JSON.stringify(proven, null, 2)}\n`);
    },
  );
}

const WAIT = 3000;

/** Whether the reader sees numbers of the log and proofs, as on its own pages: whoever is of the workforce could count with them. */
function numbered({ session }: View): boolean {
  return session.officerId === null;
}
