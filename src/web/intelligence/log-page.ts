import type { FastifyReply, FastifyRequest } from 'fastify';
import { GRADING, gradingText } from '../../intelligence/logs/grading.ts';
import { HANDLING } from '../../intelligence/logs/handling.ts';
import { logsAbout } from '../../intelligence/logs/known-before.store.ts';
import {
  disseminationsOf,
  type Log,
  logActs,
  logSubjects,
  originalOf,
  sanitisedOf,
} from '../../intelligence/logs/log.store.ts';
import { PROVENANCES, type Provenance } from '../../intelligence/logs/log.ts';
import { RETENTION_GROUPS } from '../../intelligence/logs/review.ts';
import { type Called, tokensOf, withTokens } from '../../intelligence/logs/tokens.ts';
import { localDay } from '../../kernel/local-time.ts';
import { look } from '../../trust/look.ts';
import { may } from '../../trust/policy/may.ts';
import type { Action } from '../../trust/policy/table.ts';
import type { View } from '../view.ts';
import { calledBy, callOf, logMask, read } from './concerned.ts';

/** What was done, as its list says it. */
const DONE: Record<string, string> = {
  submit: 'Submitted',
  return: 'Returned to its author',
  sanitise: 'Sanitised',
  'send back': 'Sent back',
  pass: 'Passed',
  review: 'Reviewed',
  close: 'Closed',
  reopen: 'Opened again',
};

/** Whether the purpose in force opens the log: its own, the matter it is kept in, or broken glass. */
export function opened({ purpose }: View, log: Log): boolean {
  if (purpose === undefined) return false;
  if (purpose.kind === 'matter') return purpose.about === log.matterId;
  return purpose.kind === 'broken_glass' || (purpose.kind === 'log' && purpose.about === log.logId);
}

/** The page of a log; without a purpose that opens it, what may be known before. `more`: what was wrong with a form, and what it held. */
export async function logPage(
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
  more: Record<string, unknown> = {},
): Promise<FastifyReply> {
  const view = await request.view();
  if (!opened(view, log)) return reply.page('intelligence/cover.njk', { log, ...more });
  const { unmasked, session, at } = view;
  const { accountId } = session;
  const mask = logMask(view, log.logId);
  const shown = await look(unmasked, session, at, async (trx) => {
    const subjects = await logSubjects(trx, log.logId);
    const [known, original, sanitised, acts, disseminations] = [
      await logsAbout(trx, subjects, log.logId),
      await originalOf(trx, log.logId),
      await sanitisedOf(trx, log.logId),
      await logActs(trx, log.logId),
      await disseminationsOf(trx, log.logId),
    ];
    const of = (kind: 'officer' | 'person') =>
      subjects.filter((one) => one.kind === kind).map(({ id }) => id);
    return {
      value: { subjects, known, original, sanitised, acts, disseminations },
      look: {
        action: 'view',
        what: original === undefined ? 'intelligence log' : 'intelligence log with its source',
        found: { officers: of('officer'), people: of('person') },
        more: { log: log.logId },
      },
    };
  });
  const people = await calledBy(view, shown.subjects);
  const call = callOf(mask);
  const can = (action: Action) => may(session, action, { state: log.state, by: log.sanitiserId });
  const sanitising = can('sanitise an intelligence log') && shown.original !== undefined;
  return reply.page('intelligence/log.njk', {
    log,
    paragraphs: shown.sanitised.map((one) => ({
      ...one,
      text: read(one.text, people, mask),
      grading: gradingText(one),
    })),
    original: shown.original && {
      ...shown.original,
      provenance: PROVENANCES[shown.original.provenance as Provenance] ?? shown.original.provenance,
      paragraphs: shown.original.paragraphs.map((one) => ({
        ...one,
        grading: gradingText(one),
        suggested: withTokens(one.text, people),
      })),
    },
    concerned: [...tokensOf(people)].map(([token, one]: [string, Called]) => ({
      token,
      kind: one.kind,
      called: call(one),
      address: `/${one.kind === 'officer' ? 'officers' : 'people'}/${encodeURIComponent(mask?.reference(one.kind, one.id) ?? one.id)}`,
    })),
    opens: may(session, 'open an officer'),
    known: shown.known,
    acts: shown.acts.map((one) => ({ ...one, act: DONE[one.act] ?? one.act })),
    disseminations: shown.disseminations,
    sanitising,
    checking: can('check an intelligence log') && log.authorId !== accountId && log.state === 'sanitised',
    keeping: can('keep an intelligence log'),
    sharing: can('share an intelligence log'),
    agreeing:
      log.state === 'live' &&
      log.authorId === accountId &&
      log.agreedAt === null &&
      shown.sanitised.some(({ conditions }) => conditions.includes('S2')),
    due: log.reviewOn !== null && log.reviewOn <= localDay(at),
    groups: RETENTION_GROUPS.groups,
    grading: GRADING,
    handling: HANDLING,
    ...more,
  });
}
