import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logsAbout } from '../../intelligence/logs/known-before.store.ts';
import {
  changeMatter,
  type Matter,
  matterOf,
  membersOf,
  nameable,
  openMatter,
  ownMatters,
  subjectsOf,
} from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import type { Action } from '../../trust/policy/table.ts';
import { beginPurpose } from '../../trust/purpose/purpose.store.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, missing } from '../layout/form.ts';
import { signalOf } from '../signals/signals.store.ts';
import { behindSignal } from '../signals/triage.ts';
import type { View } from '../view.ts';

const stateOf = (matter: Matter) => (matter.closedAt === null ? 'open' : 'closed');

/** Matters: compartments that named people see, and of which nobody else learns that they exist. */
export function mattersRoutes(app: FastifyInstance): void {
  app.get('/matters', { config: { action: 'list own matters' } }, async (request, reply) => {
    const { unmasked } = await request.view();
    return reply.page('matters/matters.njk', { matters: await ownMatters(unmasked) });
  });

  async function newPage(request: FastifyRequest, reply: FastifyReply, from: string, more: object = {}) {
    const { lists, run, addresses } = await request.view();
    const signal = run && (await signalOf(lists.records, run.run_id, addresses.opened(from)));
    if (signal === undefined) throw new NotFound('signal');
    return reply.page('matters/new.njk', { signal, title: '', ...more });
  }

  app.get<{ Querystring: { signal?: string } }>(
    '/matters/new',
    { config: { action: 'open a matter' } },
    (request, reply) => newPage(request, reply, String(request.query.signal ?? '')),
  );

  app.post<{ Body: Form }>('/matters', { config: { action: 'open a matter' } }, async (request, reply) => {
    const view = await request.view();
    const { unmasked, lists, run, session, at, addresses } = view;
    const from = field(request.body, 'signal');
    const signalId = addresses.opened(from);
    const title = field(request.body, 'title').slice(0, 200);
    const errors = missing({ title }, { title: 'Enter what members shall call the matter' });
    if (errors.length > 0) return newPage(request, reply.code(422), from, { title, errors });
    const signal = run && (await signalOf(lists.unmasked, run.run_id, signalId));
    if (signal === undefined) throw new NotFound('signal');
    const id = await openMatter(unmasked, session, at, {
      title,
      signalId,
      officers: [signal.officerId],
      people: signal.personId === '' ? await behindSignal(view, signal) : [signal.personId],
    });
    if (id === undefined) throw new NotFound('signal');
    return reply.redirect(`/matters/${id}`, 303);
  });

  /** The matter of the address, for somebody who may do this to it in its state. */
  async function found(view: View, id: string, action: Action): Promise<Matter> {
    const matter = await matterOf(view.unmasked, id);
    if (matter === undefined) throw new NotFound('matter');
    if (!may(view.session, action, { state: stateOf(matter) })) throw new Refused();
    return matter;
  }

  app.get<{ Params: { id: string } }>(
    '/matters/:id',
    { config: { action: 'see a matter' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      const matter = await found(view, id, 'see a matter');
      const [members, subjects, accounts] = await Promise.all([
        membersOf(view.unmasked, id),
        subjectsOf(view.unmasked, id),
        nameable(view.unmasked),
      ]);
      const logs = await logsAbout(
        view.unmasked,
        subjects.map(({ kind, subjectId }) => ({ kind, id: subjectId })),
      );
      const mask = view.names === 'pseudonyms' ? view.maskOf({ kind: 'matter', about: id }) : undefined;
      const current = new Set(members.map((member) => member.accountId));
      return reply.page('matters/matter.njk', {
        matter,
        members,
        logs,
        subjects: subjects.map((one) => ({
          ...one,
          id: mask?.reference(one.kind, one.subjectId) ?? one.subjectId,
        })),
        accounts: accounts.filter((account) => !current.has(account.accountId)),
        mayName: may(view.session, 'name members of a matter', { state: stateOf(matter) }),
        mayClose: may(view.session, 'close a matter', { state: stateOf(matter) }),
        working: view.purpose?.about === id && view.purpose.kind === 'matter',
      });
    },
  );

  app.post<{ Params: { id: string } }>(
    '/matters/:id/work',
    { config: { action: 'see a matter' } },
    async (request, reply) => {
      const view = await request.view();
      const matter = await found(view, request.params.id, 'see a matter');
      await beginPurpose(view.unmasked, view.session, view.at, {
        kind: 'matter',
        about: matter.matterId,
        words: `Matter: ${matter.title}`,
      });
      return reply.redirect(`/matters/${matter.matterId}`, 303);
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/matters/:id/members',
    { config: { action: 'name members of a matter' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      await found(view, id, 'name members of a matter');
      const [add, end] = [field(request.body, 'add'), field(request.body, 'end')];
      if (add !== '' || end !== '') {
        await changeMatter(view.unmasked, view.session, view.at, id, end === '' ? { add } : { end });
      }
      return reply.redirect(`/matters/${id}`, 303);
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/matters/:id/close',
    { config: { action: 'close a matter' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      await found(view, id, 'close a matter');
      const why = field(request.body, 'why');
      if (why !== '') await changeMatter(view.unmasked, view.session, view.at, id, { close: why });
      return reply.redirect(`/matters/${id}`, 303);
    },
  );
}
