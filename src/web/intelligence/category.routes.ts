import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { partings } from '../../intelligence/category/agreement.ts';
import { CATEGORIES, NOT_CORRUPTION, outcomeName } from '../../intelligence/category/categories.ts';
import {
  categorisationsOf,
  categorise,
  type Instead,
  openReviews,
  reviewed,
} from '../../intelligence/category/category.store.ts';
import { decisionSentence, neighbourName } from '../../intelligence/category/decide.ts';
import { QUESTIONS, type Question } from '../../intelligence/category/questions.ts';
import { type Log, logOf, logSubjects, originalOf, sanitisedOf } from '../../intelligence/logs/log.store.ts';
import { look } from '../../trust/look.ts';
import { may } from '../../trust/policy/may.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, type Mistake } from '../layout/form.ts';
import type { View } from '../view.ts';
import { calledBy, logMask, read } from './concerned.ts';
import { carried, guided, onTheWay } from './guided.ts';
import { opened } from './log-page.ts';

type ById = { Params: { id: string }; Body: Form };
const CONFIG = {
  action: 'categorise an intelligence log',
  look: { action: 'decide', what: 'category of an intelligence log' },
} as const;
/** How long reviews are fed back to those who categorise, in days. */
export const FED_BACK = 365;

/** A log under its national category: guided questions one by one, the result with its reasons, and what was decided before. */
export function categoryRoutes(app: FastifyInstance): void {
  app.get<ById>('/intelligence/logs/:id/category', { config: CONFIG }, async (request, reply) => {
    const view = await request.view();
    const log = await found(view, request.params.id);
    if (!opened(view, log)) return reply.redirect(`/intelligence/logs/${log.logId}`, 303);
    return page(request, reply, log);
  });

  app.post<ById>('/intelligence/logs/:id/category', { config: CONFIG }, async (request, reply) => {
    const view = await request.view();
    const { unmasked, session, at } = view;
    const log = await found(view, request.params.id);
    if (!opened(view, log)) return reply.redirect(`/intelligence/logs/${log.logId}`, 303);
    const { answers, decision } = guided(request.body);
    if (field(request.body, 'act') !== 'keep' || decision === undefined) return page(request, reply, log);
    const { instead, errors } = readInstead(request.body);
    if (errors.length > 0) return page(request, reply.code(422), log, errors);
    const done = await categorise(unmasked, session, at, log.logId, {
      answers: onTheWay(answers),
      decision,
      instead,
    });
    if (!done) throw new NotFound('log');
    return reply.redirect(`/intelligence/logs/${log.logId}/category`, 303);
  });
}

async function found(view: View, id: string): Promise<Log> {
  const log = await logOf(view.unmasked, id);
  if (log === undefined) throw new NotFound('log');
  if (!may(view.session, CONFIG.action, { state: log.state })) throw new Refused();
  return log;
}

/** Outcomes to choose from; category 4 by what is known of abuse of position. */
export const CHOICES: { value: string; text: string; outcome: Instead['outcome']; apsp: Instead['apsp'] }[] =
  [
    ...CATEGORIES.all.flatMap(({ number }) =>
      number === 4
        ? (
            [
              ['yes', 'abuse of position for a sexual purpose'],
              ['cannot tell', 'possibly abuse of position for a sexual purpose'],
              ['no', 'not abuse of position for a sexual purpose'],
            ] as const
          ).map(([apsp, words]) => ({
            value: `4 ${apsp}`,
            text: `${outcomeName(4)}: ${words}`,
            outcome: 4,
            apsp,
          }))
        : [{ value: String(number), text: outcomeName(number), outcome: number, apsp: 'no' as const }],
    ),
    { value: NOT_CORRUPTION, text: outcomeName(NOT_CORRUPTION), outcome: NOT_CORRUPTION, apsp: 'no' },
  ];

function readInstead(form: Form): { instead?: Instead | undefined; errors: Mistake[] } {
  const value = field(form, 'instead');
  const reason = field(form, 'reason');
  if (value === '') {
    return reason === ''
      ? { errors: [] }
      : { errors: [{ text: 'Choose another category, or leave the reason empty', href: '#instead' }] };
  }
  const choice = CHOICES.find((one) => one.value === value);
  if (choice === undefined) return { errors: [{ text: 'Choose a category of the list', href: '#instead' }] };
  if (reason === '')
    return { errors: [{ text: 'Enter why it belongs under another category', href: '#reason' }] };
  return { instead: { outcome: choice.outcome, apsp: choice.apsp, reason }, errors: [] };
}

/** What the texts of a log say to its reader; the look is written down. */
export async function textsOf(view: View, log: Log): Promise<string[]> {
  const mask = logMask(view, log.logId);
  const { subjects, original, sanitised } = await look(view.unmasked, view.session, view.at, async (trx) => {
    const value = {
      subjects: await logSubjects(trx, log.logId),
      original: await originalOf(trx, log.logId),
      sanitised: await sanitisedOf(trx, log.logId),
    };
    const of = (kind: 'officer' | 'person') =>
      value.subjects.filter((one) => one.kind === kind).map(({ id }) => id);
    return {
      value,
      look: {
        action: 'view' as const,
        what: 'intelligence log, for its category',
        found: { officers: of('officer'), people: of('person') },
        more: { log: log.logId },
      },
    };
  });
  if (original !== undefined) return original.paragraphs.map(({ text }) => text);
  const people = await calledBy(view, subjects);
  return sanitised.map(({ text }) => read(text, people, mask));
}

/** Where reviewers and others parted at a question, over the reviews that this reader may see. */
async function fedBack(
  view: View,
  question: Question,
): Promise<{ times: number; of: number; lines: string[] }> {
  const since = new Date(view.at.getTime() - FED_BACK * 86_400_000);
  const pairs = (await reviewed(view.unmasked, since)).filter(
    (one) => one.firstQuestions === QUESTIONS.version && one.secondQuestions === QUESTIONS.version,
  );
  const here = partings(QUESTIONS, pairs).filter((one) => one.question === question.id);
  const says = (id: string) => question.answers.find((one) => one.id === id)?.says ?? id;
  return {
    times: here.reduce((sum, one) => sum + one.count, 0),
    of: pairs.length,
    lines: here
      .slice(0, 3)
      .map(
        ({ first, second, count }) =>
          `${count} ${count === 1 ? 'time' : 'times'}: “${says(first)}” first, “${says(second)}” in the review`,
      ),
  };
}

async function page(
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  log: Log,
  errors: Mistake[] = [],
): Promise<FastifyReply> {
  const view = await request.view();
  const blind = (await openReviews(view.unmasked, view.session.accountId)).find(
    (one) => one.logId === log.logId,
  );
  if (blind !== undefined) return reply.redirect(`/intelligence/category-reviews/${blind.id}`, 303);
  const here = guided(request.method === 'POST' ? request.body : undefined);
  const history = await categorisationsOf(view.unmasked, log.logId);
  const mistakes = here.unanswered ? [{ text: 'Choose an answer', href: '#answer' }] : errors;
  if (here.unanswered) reply.code(422);
  return reply.page('intelligence/category.njk', {
    log,
    here,
    carried: carried(here.answers),
    to: `/intelligence/logs/${log.logId}/category`,
    texts: await textsOf(view, log),
    feedback: here.at && (await fedBack(view, here.at)),
    result: here.decision && decisionSentence({ ...here.decision, edges: [] }),
    edges: here.decision?.edges.map(neighbourName),
    choices: CHOICES,
    typed: { instead: field(request.body, 'instead'), reason: field(request.body, 'reason') },
    history: history.map((one) => ({
      ...one,
      sentence: decisionSentence({
        ...one,
        edges: one.reason === null ? one.edges : [],
        reasons: [],
        version: one.questions,
      }),
      proposed: outcomeName(one.proposed),
    })),
    errors: mistakes,
    started: request.method === 'POST',
  });
}
