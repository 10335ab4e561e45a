import { type Answers, type Decision, walk } from '../../intelligence/category/decide.ts';
import { QUESTIONS, type Question, questionOf } from '../../intelligence/category/questions.ts';
import { type Form, field } from '../layout/form.ts';

/** Where somebody stands in the guided questions: at one of them, or at the result. */
export interface Guided {
  /** Every answer given so far, those to questions further on included. */
  answers: Answers;
  /** The question that is shown; undefined at the result. */
  at: Question | undefined;
  /** What was answered to it before. */
  chosen: string | undefined;
  /** The questions before it, with what was answered. */
  before: { asks: string; says: string }[];
  /** The result, once every question on the way is answered. */
  decision: Decision | undefined;
  /** Nothing was chosen. */
  unanswered: boolean;
}

// Identifiers of questions and answers hold neither of these.
const BETWEEN = ';';
const IS = '=';

/** Answers as a form carries them from page to page: nothing of them stands in an address. */
export function carried(answers: Answers): string {
  return Object.entries(answers)
    .map(([question, answer]) => question + IS + answer)
    .join(BETWEEN);
}

function readCarried(text: string): Answers {
  const known = text
    .split(BETWEEN)
    .map((part) => part.split(IS))
    .filter(([id = '', answer]) => questionOf(QUESTIONS, id)?.answers.some((one) => one.id === answer));
  return Object.fromEntries(known.map(([id, answer]) => [id, answer ?? '']));
}

/**
 * The next place in the questions. `act` is `next` with an answer to the question that was shown, or `back`, which keeps every answer.
 * Without a form, the first question.
 */
export function guided(form?: Form): Guided {
  const shown = questionOf(QUESTIONS, field(form, 'at'));
  const given = field(form, 'answer');
  const answered = shown?.answers.some((one) => one.id === given) ?? false;
  const answers = {
    ...readCarried(field(form, 'answers')),
    ...(answered && shown !== undefined ? { [shown.id]: given } : {}),
  };
  const { asked, decision, open } = walk(QUESTIONS, answers);
  const act = field(form, 'act');
  const unanswered = act === 'next' && shown !== undefined && !answered;
  const place = asked.findIndex(({ question }) => question.id === shown?.id);
  const to =
    act === 'next' ? place + 1 : act === 'back' ? (place < 0 ? asked.length : place) - 1 : asked.length;
  const at = unanswered ? shown : (asked[Math.max(0, to)]?.question ?? open);
  const step = asked.findIndex(({ question }) => question.id === at?.id);
  return {
    answers,
    at,
    chosen: at === undefined ? undefined : answers[at.id],
    before: (step < 0 ? asked : asked.slice(0, step)).map(({ question, answer }) => ({
      asks: question.asks,
      says: answer.says,
    })),
    decision: at === undefined ? decision : undefined,
    unanswered,
  };
}

/** The answers on the way to the result, without those to questions that were not asked in the end. */
export function onTheWay(answers: Answers): Answers {
  return Object.fromEntries(
    walk(QUESTIONS, answers).asked.map(({ question, answer }) => [question.id, answer.id]),
  );
}
