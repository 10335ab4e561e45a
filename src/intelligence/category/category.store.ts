import { type RawBuilder, sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { type PlaceName, scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../../trust/purpose/purpose.store.ts';
import type { Session } from '../../trust/session.ts';
import { NOT_CORRUPTION, type Outcome } from './categories.ts';
import type { Answers, Decision, Neighbour } from './decide.ts';
import { sampleToReview } from './sample.ts';

/** Under which category a log was put. All functions here take records of an account: the database decides what exists. */
export interface Categorisation {
  id: string;
  by: string;
  at: Date;
  /** Version of the guided questions. */
  questions: number;
  answers: Answers;
  /** What the answers came to, and what it was put under. */
  proposed: Outcome;
  outcome: Outcome;
  apsp: Decision['apsp'];
  edges: Neighbour[];
  /** Why another category than the answers came to. */
  reason: string | null;
}

/** What somebody chose in place of what the answers came to, with the reason. */
export interface Instead {
  outcome: Outcome;
  apsp: Decision['apsp'];
  reason: string;
}

/** An outcome as it stands in the store, which has text. */
export function readOutcome(text: string): Outcome {
  return text === NOT_CORRUPTION ? text : Number(text);
}

const readNeighbour = (text: string): Neighbour => (text === 'APSP' ? text : readOutcome(text));
const texts = (edges: readonly Neighbour[]) => edges.map(String);

/** JSON sealed under the key of a log. */
function answersOf(place: PlaceName, id: string, logId: string, answers: Answers): RawBuilder<unknown> {
  return sql`to_jsonb(${sealed(place, id, answers, scopeOf('log', logId))}::text)`;
}

/** Puts a log under a category: what the answers came to, or another with a reason. False where that cannot be done. */
export async function categorise(
  records: Records,
  session: Session,
  at: Date,
  logId: string,
  { answers, decision, instead }: { answers: Answers; decision: Decision; instead?: Instead | undefined },
): Promise<boolean> {
  const id = newIdentifier();
  const { outcome, apsp } = instead ?? decision;
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ done: boolean }>`select categorise_log(${id}, ${logId}, ${decision.version},
      ${answersOf('categorisation.answers', id, logId, answers)}, ${String(decision.outcome)}, ${String(outcome)}, ${apsp},
      ${texts(decision.edges)}, ${sealed('categorisation.reason', id, instead?.reason ?? null, scopeOf('log', logId))}) as done`.execute(
      trx,
    );
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'intelligence log categorised', instead?.reason, { log: logId });
    return true;
  });
}

/** Every categorisation of a log, the newest first. */
export async function categorisationsOf(records: Records, logId: string): Promise<Categorisation[]> {
  const { rows } = await sql<
    Omit<Categorisation, 'answers' | 'proposed' | 'outcome' | 'edges'> & {
      answers: string;
      proposed: string;
      outcome: string;
      edges: string[];
    }
  >`select c.categorisation_id as id, a.name as by, c.decided_at as at, c.questions,
      ${opened('categorisation.answers', 'c')} as answers, c.proposed, c.outcome, c.apsp, c.edges,
      ${opened('categorisation.reason', 'c')} as reason
    from categorisation c join account a on a.account_id = c.decided_by
    where c.log_id = ${logId} order by c.categorisation_no desc`.execute(records);
  return rows.map((row) => ({
    ...row,
    answers: readAnswers(row.answers),
    proposed: readOutcome(row.proposed),
    outcome: readOutcome(row.outcome),
    edges: row.edges.map(readNeighbour),
  }));
}

function readAnswers(value: unknown): Answers {
  return (typeof value === 'string' ? JSON.parse(value) : value) as Answers;
}

/** A review that its reader has taken and not answered yet. The title of the log names nobody. */
export interface OpenReview {
  id: string;
  logId: string;
  title: string;
  drawnAt: Date;
}

/** The reader's open reviews, the oldest first. */
export async function openReviews(records: Records, accountId: string): Promise<OpenReview[]> {
  const { rows } = await sql<OpenReview>`select r.review_id as id, r.log_id as "logId",
      ${opened('intelligence_log.title', 'l')} as title, r.drawn_at as "drawnAt"
    from category_review r join intelligence_log l on l.log_id = r.log_id
    where r.reviewer_id = ${accountId} and r.reviewed_at is null order by r.drawn_at, r.review_id`.execute(
    records,
  );
  return rows;
}

/**
 * Draws reviews for the reader: of the categorisations since `since` that somebody else made and nobody reviews, a sample in which
 * rare categories and edges come up. How many were taken.
 */
export async function drawReviews(
  records: Records,
  session: Session,
  at: Date,
  { size, since }: { size: number; since: Date },
): Promise<number> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      id: string;
      outcome: string;
      edge: boolean;
    }>`select c.categorisation_id as id,
        c.outcome, c.edges <> '{}' as edge
      from categorisation c
      where c.decided_by <> ${session.accountId} and c.decided_at >= ${since}
        and not exists (select 1 from categorisation n where n.log_id = c.log_id and n.categorisation_no > c.categorisation_no)
        and not exists (select 1 from category_review r where r.categorisation_id = c.categorisation_id)
      order by c.categorisation_no desc limit 20000`.execute(trx);
    const all = rows.map((row) => ({ ...row, outcome: readOutcome(row.outcome) }));
    const drawn = sampleToReview(all, size, newIdentifier()).map((one) => one.id);
    const taken = await sql<{
      taken: number;
    }>`select draw_category_reviews(${drawn.map(() => newIdentifier())},
      ${drawn}) as taken`.execute(trx);
    const count = taken.rows[0]?.taken ?? 0;
    if (count > 0) await noted(trx, session, at, 'categorisations drawn for review', undefined, { count });
    return count;
  });
}

/** Writes down what the reader of a review answers; false where it is not theirs, or is answered. */
export async function answerReview(
  records: Records,
  session: Session,
  at: Date,
  review: Pick<OpenReview, 'id' | 'logId'>,
  { answers, decision }: { answers: Answers; decision: Decision },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select answer_category_review(${review.id}, ${decision.version},
      ${answersOf('category_review.answers', review.id, review.logId, answers)}, ${String(decision.outcome)},
      ${decision.apsp}, ${texts(decision.edges)}) as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'category reviewed', undefined, { log: review.logId });
    return true;
  });
}

/** A categorisation and its review, side by side. */
export interface Reviewed {
  id: string;
  logId: string;
  title: string;
  reviewedAt: Date;
  first: Outcome;
  firstApsp: Decision['apsp'];
  firstAnswers: Answers;
  firstQuestions: number;
  second: Outcome;
  secondApsp: Decision['apsp'];
  secondAnswers: Answers;
  secondQuestions: number;
}

/** Reviews since a moment that the reader may see, the newest first, at most 2,000. */
export async function reviewed(records: Records, since: Date): Promise<Reviewed[]> {
  const { rows } = await sql<
    Omit<Reviewed, 'first' | 'second' | 'firstAnswers' | 'secondAnswers'> & {
      first: string;
      second: string;
      firstAnswers: string;
      secondAnswers: string;
    }
  >`select r.review_id as id, r.log_id as "logId", ${opened('intelligence_log.title', 'l')} as title,
      r.reviewed_at as "reviewedAt", c.outcome as first, c.apsp as "firstApsp",
      ${opened('categorisation.answers', 'c')} as "firstAnswers", c.questions as "firstQuestions", r.outcome as second,
      r.apsp as "secondApsp", ${opened('category_review.answers', 'r')} as "secondAnswers", r.questions as "secondQuestions"
    from category_review r join categorisation c on c.categorisation_id = r.categorisation_id
      join intelligence_log l on l.log_id = r.log_id
    where r.reviewed_at >= ${since} order by r.reviewed_at desc, r.review_id limit 2000`.execute(records);
  return rows.map((row) => ({
    ...row,
    first: readOutcome(row.first),
    second: readOutcome(row.second),
    firstAnswers: readAnswers(row.firstAnswers),
    secondAnswers: readAnswers(row.secondAnswers),
  }));
}
