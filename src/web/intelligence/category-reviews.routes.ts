import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  agreement,
  agreementByOutcome,
  confusions,
  drift,
  kappa,
  parting,
  partings,
} from '../../intelligence/category/agreement.ts';
import { outcomeName } from '../../intelligence/category/categories.ts';
import {
  answerReview,
  drawReviews,
  type OpenReview,
  openReviews,
  type Reviewed,
  reviewed,
} from '../../intelligence/category/category.store.ts';
import { decisionSentence } from '../../intelligence/category/decide.ts';
import { QUESTIONS, questionOf } from '../../intelligence/category/questions.ts';
import { logOf } from '../../intelligence/logs/log.store.ts';
import { localDay } from '../../kernel/local-time.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field } from '../layout/form.ts';
import type { View } from '../view.ts';
import { FED_BACK, textsOf } from './category.routes.ts';
import { carried, guided, onTheWay } from './guided.ts';
import { opened } from './log-page.ts';

type ById = { Params: { id: string }; Body: Form };
/** How many are drawn at once. Own choice: an hour's work. */
const DRAWN = 10;
const CONFIG = { action: 'review categories' } as const;

/** Independent review: a sample is drawn, answered before the first answer is seen, and counted. */
export function categoryReviewsRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: { drawn?: string } }>(
    '/intelligence/category-reviews',
    { config: { ...CONFIG, look: { action: 'list', what: 'reviews of categories' } } },
    async (request, reply) => {
      const view = await request.view();
      const open = await openReviews(view.unmasked, view.session.accountId);
      const pairs = await reviewed(view.unmasked, since(view));
      return reply.page('intelligence/category-reviews.njk', {
        open,
        drawn: request.query.drawn,
        size: DRAWN,
        ...figures(pairs),
        apart: pairs
          .filter((one) => one.first !== one.second)
          .slice(0, 25)
          .map(apart),
      });
    },
  );

  app.post('/intelligence/category-reviews', { config: CONFIG }, async (request, reply) => {
    const view = await request.view();
    const { unmasked, session, at } = view;
    const count = await drawReviews(unmasked, session, at, { size: DRAWN, since: since(view) });
    return reply.redirect(`/intelligence/category-reviews?drawn=${count}`, 303);
  });

  app.get<ById>('/intelligence/category-reviews/:id', { config: CONFIG }, async (request, reply) => {
    const view = await request.view();
    const review = await ownOpen(view, request.params.id);
    if (review !== undefined) return reviewPage(request, reply, review);
    const done = (await reviewed(view.unmasked, since(view))).find((one) => one.id === request.params.id);
    if (done === undefined) throw new NotFound('review');
    return reply.page('intelligence/category-review-done.njk', { review: done, ...apart(done) });
  });

  app.post<ById>('/intelligence/category-reviews/:id', { config: CONFIG }, async (request, reply) => {
    const view = await request.view();
    const { unmasked, session, at } = view;
    const review = await ownOpen(view, request.params.id);
    if (review === undefined) throw new NotFound('review');
    const log = await logOf(unmasked, review.logId);
    const { answers, decision } = guided(request.body);
    if (
      log === undefined ||
      !opened(view, log) ||
      field(request.body, 'act') !== 'keep' ||
      decision === undefined
    )
      return reviewPage(request, reply, review);
    if (!(await answerReview(unmasked, session, at, review, { answers: onTheWay(answers), decision })))
      throw new NotFound('review');
    return reply.redirect(`/intelligence/category-reviews/${review.id}`, 303);
  });
}

const since = ({ at }: View) => new Date(at.getTime() - FED_BACK * 86_400_000);

async function ownOpen(view: View, id: string): Promise<OpenReview | undefined> {
  return (await openReviews(view.unmasked, view.session.accountId)).find((one) => one.id === id);
}

async function reviewPage(
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  review: OpenReview,
): Promise<FastifyReply> {
  const view = await request.view();
  const log = await logOf(view.unmasked, review.logId);
  if (log === undefined) throw new NotFound('review');
  if (!opened(view, log)) return reply.page('intelligence/category-review.njk', { review, log });
  const here = guided(request.method === 'POST' ? request.body : undefined);
  if (here.unanswered) reply.code(422);
  return reply.page('intelligence/category-review.njk', {
    review,
    log,
    here,
    carried: carried(here.answers),
    to: `/intelligence/category-reviews/${review.id}`,
    texts: await textsOf(view, log),
    result: here.decision && decisionSentence(here.decision),
    errors: here.unanswered ? [{ text: 'Choose an answer', href: '#answer' }] : [],
  });
}

/** A pair of answers in words, and where they parted. */
function apart(one: Reviewed) {
  const said = (outcome: Reviewed['first'], apsp: Reviewed['firstApsp']) =>
    decisionSentence({ outcome, apsp, edges: [], reasons: [], version: QUESTIONS.version });
  const same = one.firstQuestions === QUESTIONS.version && one.secondQuestions === QUESTIONS.version;
  const at = same ? parting(QUESTIONS, one.firstAnswers, one.secondAnswers) : undefined;
  return {
    id: one.id,
    title: one.title,
    logId: one.logId,
    at: one.reviewedAt,
    first: said(one.first, one.firstApsp),
    second: said(one.second, one.secondApsp),
    agree: one.first === one.second && one.firstApsp === one.secondApsp,
    parted: at && words(at),
  };
}

function words({ question, first, second }: { question: string; first: string; second: string }) {
  const one = questionOf(QUESTIONS, question);
  const says = (id: string) => one?.answers.find((answer) => answer.id === id)?.says ?? id;
  return { asks: one?.asks ?? question, first: says(first), second: says(second) };
}

function figures(pairs: readonly Reviewed[]) {
  return {
    compared: pairs.length,
    agreement: agreement(pairs),
    kappa: kappa(pairs),
    byOutcome: agreementByOutcome(pairs).map((one) => ({ ...one, name: outcomeName(one.outcome) })),
    confusions: confusions(pairs).map(({ taken, meant, count }) => ({
      taken: outcomeName(taken),
      meant: outcomeName(meant),
      count,
    })),
    months: drift(pairs.map((one) => ({ ...one, month: localDay(one.reviewedAt).slice(0, 7) }))),
    partings: partings(
      QUESTIONS,
      pairs.filter(
        (one) => one.firstQuestions === QUESTIONS.version && one.secondQuestions === QUESTIONS.version,
      ),
    )
      .slice(0, 10)
      .map((one) => ({ ...words(one), count: one.count })),
  };
}
