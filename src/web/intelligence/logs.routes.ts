import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GRADING } from '../../intelligence/logs/grading.ts';
import { HANDLING } from '../../intelligence/logs/handling.ts';
import {
  type Log,
  logOf,
  logSubjects,
  logsOn,
  moveLog,
  originalOf,
  type Shelf,
  saveDraft,
} from '../../intelligence/logs/log.store.ts';
import { type Draft, doubtsOf, gapsOf, PROVENANCES } from '../../intelligence/logs/log.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import { localDay } from '../../kernel/local-time.ts';
import { ownMatters } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, type Mistake } from '../layout/form.ts';
import { one, paging, type Query, readPage } from '../layout/paging.ts';
import { signalOf } from '../signals/signals.store.ts';
import type { View } from '../view.ts';
import { asLines, logMask, subjectsFrom } from './concerned.ts';
import { keepable, type LogForm, mistakes, readLogForm } from './log-form.ts';

const PAGE = 25;
const SHELVES: { value: Shelf; text: string; keepers?: true }[] = [
  { value: 'live', text: 'Live' },
  { value: 'own', text: 'Yours' },
  { value: 'waiting', text: 'Waiting', keepers: true },
  { value: 'due', text: 'Due for review', keepers: true },
  { value: 'closed', text: 'Closed' },
];
const EMPTY: Draft = { title: '', provenance: '', sourceDetail: '', from: '', to: '', paragraphs: [] };

/** Logs in lists, and writing one: a draft is kept whatever it lacks, and submitted once nothing is open. */
export function logsRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    '/intelligence/logs',
    { config: { action: 'list intelligence logs', look: { action: 'list', what: 'intelligence logs' } } },
    async (request, reply) => {
      const { session, unmasked, at } = await request.view();
      const keeps = may(session, 'keep an intelligence log');
      const reads = may(session, 'open an officer');
      const shelves = SHELVES.filter(({ value, keepers }) => (keepers ? keeps : reads || value === 'own'));
      const asked = one(request.query, 'shelf');
      const shelf = shelves.find(({ value }) => value === asked)?.value ?? shelves[0]?.value ?? 'own';
      const page = readPage(request.query);
      const about = { shelf, accountId: session.accountId, today: localDay(at) };
      const [{ logs, total }, waiting] = await Promise.all([
        logsOn(unmasked, about, (page - 1) * PAGE, PAGE),
        keeps ? logsOn(unmasked, { ...about, shelf: 'waiting' }, 0, 1) : undefined,
      ]);
      return reply.page('intelligence/logs.njk', {
        logs,
        total,
        shelf,
        shelves,
        waiting: waiting?.total,
        today: localDay(at),
        paging: paging('/intelligence/logs', request.query, page, total, PAGE),
      });
    },
  );

  app.get<{ Querystring: Query }>(
    '/intelligence/logs/new',
    { config: { action: 'write an intelligence log' } },
    async (request, reply) => {
      const view = await request.view();
      const reference = one(request.query, 'signal');
      const signal = await writtenFrom(view, reference);
      if (reference !== '' && signal === undefined) throw new NotFound('signal');
      const id = newIdentifier();
      const mask = logMask(view, id);
      const subjects = signal
        ? [
            { kind: 'officer' as const, id: signal.officerId },
            ...(signal.personId === '' ? [] : [{ kind: 'person' as const, id: signal.personId }]),
          ]
        : [];
      return editPage(
        request,
        reply,
        id,
        undefined,
        {
          draft: signal
            ? {
                ...EMPTY,
                provenance: 'signal',
                sourceDetail: `Signal of the indicator ${signal.indicator.replaceAll('-', ' ')}`,
              }
            : EMPTY,
          matterId: '',
          officers: asLines(subjects, 'officer', mask),
          people: asLines(subjects, 'person', mask),
        },
        { signal: reference },
      );
    },
  );

  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/intelligence/logs/:id/edit',
    { config: { action: 'write an intelligence log' } },
    async (request, reply) => {
      const view = await request.view();
      const log = await ownDraft(view, request.params.id);
      const [original, subjects] = await Promise.all([
        originalOf(view.unmasked, log.logId),
        logSubjects(view.unmasked, log.logId),
      ]);
      const mask = logMask(view, log.logId);
      return editPage(
        request,
        reply,
        log.logId,
        log,
        {
          draft: {
            title: log.title,
            provenance: original?.provenance ?? '',
            sourceDetail: original?.detail ?? '',
            from: log.from ?? '',
            to: log.to ?? '',
            paragraphs: original?.paragraphs ?? [],
          },
          matterId: log.matterId ?? '',
          officers: asLines(subjects, 'officer', mask),
          people: asLines(subjects, 'person', mask),
        },
        { kept: one(request.query, 'kept') === '1' },
      );
    },
  );

  app.post<{ Params: { id: string }; Body: Form }>(
    '/intelligence/logs/:id/edit',
    { config: { action: 'write an intelligence log' } },
    async (request, reply) => {
      const view = await request.view();
      const { id } = request.params;
      if (!/^[0-9a-hj-z]{26}$/.test(id)) throw new NotFound('log');
      const form = readLogForm(request.body);
      const act = field(request.body, 'act');
      const signal = field(request.body, 'signal');
      const { subjects, unknown } = await subjectsFrom(view, id, form);
      const matter = (await ownMatters(view.unmasked)).find((one) => one.matterId === form.matterId);
      const of = (kind: 'officer' | 'person') =>
        subjects.filter((one) => one.kind === kind).map((one) => one.id);
      const done = await saveDraft(view.unmasked, view.session, view.at, id, keepable(form.draft), {
        matterId: matter?.matterId ?? null,
        signalId: (await writtenFrom(view, signal))?.id ?? null,
        officers: of('officer'),
        people: of('person'),
      });
      if (!done) throw new NotFound('log');
      const log = await ownDraft(view, id);
      const errors = [
        ...mistakes(gapsOf(form.draft, localDay(view.at)), form.draft),
        ...unknown.map(() => ({
          text: 'A line names nobody who is known here. Leave it out, and say in the text who it is about',
          href: '#officers',
        })),
      ].filter((_, i, all) => all.findIndex(({ text }) => text === all[i]?.text) === i);
      if (act === 'add') return editPage(request, reply, id, log, form, { extra: 1, kept: true, signal });
      if (act !== 'submit') {
        return unknown.length > 0
          ? editPage(request, reply.code(422), id, log, form, {
              errors: errors.filter(({ href }) => href === '#officers'),
              signal,
            })
          : reply.redirect(`/intelligence/logs/${id}/edit?kept=1`, 303);
      }
      if (errors.length > 0) return editPage(request, reply.code(422), id, log, form, { errors, signal });
      const doubts = doubtsOf(form.draft);
      if (doubts.length > 0 && field(request.body, 'meant') !== doubts.join(' '))
        return editPage(request, reply.code(422), id, log, form, { doubts, signal });
      const moved = await moveLog(view.unmasked, view.session, view.at, id, {
        act: 'submit',
        was: 'draft',
        why: doubts.length > 0 ? `Meant as it stands: ${doubts.join(' ')}` : undefined,
      });
      if (!moved) throw new NotFound('log');
      return reply.redirect('/intelligence/logs?shelf=own', 303);
    },
  );
}

/** The signal of an address, for whoever may open signals. */
async function writtenFrom(view: View, reference: string) {
  const { lists, run, addresses, session } = view;
  if (reference === '' || run === undefined || !may(session, 'open a signal')) return undefined;
  return signalOf(lists.unmasked, run.run_id, addresses.opened(reference));
}

/** The reader's own draft; anything else is not found. */
async function ownDraft(view: View, id: string): Promise<Log> {
  const log = await logOf(view.unmasked, id);
  if (log === undefined || log.state !== 'draft' || log.authorId !== view.session.accountId)
    throw new NotFound('log');
  return log;
}

async function editPage(
  request: FastifyRequest,
  reply: FastifyReply,
  id: string,
  log: Log | undefined,
  form: LogForm,
  more: { errors?: Mistake[]; doubts?: string[]; extra?: number; kept?: boolean; signal?: string } = {},
): Promise<FastifyReply> {
  const view = await request.view();
  const written = form.draft.paragraphs.filter(({ text }, i) => text !== '' || i === 0);
  const blank = {
    text: '',
    source: '2',
    assessment: 'C',
    handling: 'P',
    conditions: [],
    audiences: [],
    corroboration: '',
  };
  const paragraphs = [
    ...written,
    ...Array.from({ length: written.length === 0 ? 1 : (more.extra ?? 0) }, () => blank),
  ].map((one, i) => ({ ...one, number: i + 1 }));
  return reply.page('intelligence/edit.njk', {
    id,
    log,
    form,
    paragraphs,
    matters: (await ownMatters(view.unmasked)).filter((one) => one.closedAt === null),
    provenances: PROVENANCES,
    grading: GRADING,
    handling: HANDLING,
    pseudonyms: view.mask !== undefined,
    ...more,
  });
}
