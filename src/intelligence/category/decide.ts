import { NOT_CORRUPTION, type Outcome, outcomeName } from './categories.ts';
import { type Answer, CANNOT_TELL, type Question, type Questions, questionOf } from './questions.ts';

/** Answers by question, as somebody gave them. Answers to questions that are not asked on the way are left alone. */
export type Answers = Readonly<Record<string, string>>;

/** What a matter would be if an answer were a little different: another outcome, or the same with another answer on APSP. */
export type Neighbour = Outcome | 'APSP';

/** What the answers come to. */
export interface Decision {
  outcome: Outcome;
  /** Abuse of position for a sexual purpose, which is always serious corruption. */
  apsp: 'yes' | 'no' | 'cannot tell';
  /** On the edge of what; empty when the answers settle it. */
  edges: Neighbour[];
  /** Why, a sentence for every answer, in the order of the questions. */
  reasons: string[];
  /** The version of the questions. */
  version: number;
}

/** How far the answers lead: to a decision, or to the question that is open. `asked`: the questions on the way that are answered. */
export type Walk = { asked: { question: Question; answer: Answer }[] } & (
  | { decision: Decision; open?: undefined }
  | { decision?: undefined; open: Question }
);

/**
 * Follows the answers through the questions, as far as they go. An answer that the question does not offer counts as none.
 * Where somebody cannot tell, the more serious side is taken and the other is named as the edge.
 */
export function walk(questions: Questions, answers: Answers): Walk {
  const asked: Walk['asked'] = [];
  let id = questions.start;
  for (;;) {
    const question = questionOf(questions, id);
    if (question === undefined) throw new Error(`The questions have none called ${id}`);
    const given = Object.hasOwn(answers, id) ? answers[id] : undefined;
    const answer = question.answers.find((one) => one.id === given);
    if (answer === undefined) return { asked, open: question };
    asked.push({ question, answer });
    if (answer.ends !== undefined) return { asked, decision: decided(questions.version, asked, answer.ends) };
    id = answer.next ?? '';
  }
}

function decided(version: number, asked: Walk['asked'], ends: NonNullable<Answer['ends']>): Decision {
  const given = asked.map((one) => one.answer);
  const apsp = ends.apsp === 'yes' && given.some((answer) => answer.doubts_apsp) ? 'cannot tell' : ends.apsp;
  const edges = new Set<Neighbour>(given.flatMap((answer) => answer.edge ?? []));
  edges.delete(ends.outcome);
  return {
    outcome: ends.outcome,
    apsp,
    edges: [...edges],
    reasons: given.map((answer) => answer.because),
    version,
  };
}

/** Every way through the questions, as answers. */
export function* everyPath(questions: Questions, answers: Answers = {}): Generator<Answers> {
  const { open } = walk(questions, answers);
  if (open === undefined) {
    yield answers;
    return;
  }
  for (const answer of open.answers) yield* everyPath(questions, { ...answers, [open.id]: answer.id });
}

/** Whether somebody could not tell the answer to one of the questions. */
export function unsure(answers: Answers): boolean {
  return Object.values(answers).includes(CANNOT_TELL);
}

/** A neighbour in words. */
export function neighbourName(neighbour: Neighbour): string {
  return neighbour === 'APSP' ? 'Abuse of position for a sexual purpose, or not' : outcomeName(neighbour);
}

/** A decision in one sentence. */
export function decisionSentence({ outcome, apsp, edges }: Decision): string {
  const position =
    outcome !== 4
      ? ''
      : apsp === 'yes'
        ? ', abuse of position for a sexual purpose'
        : apsp === 'no'
          ? ', not abuse of position for a sexual purpose'
          : ', possibly abuse of position for a sexual purpose';
  const edge = edges.length === 0 ? '' : `. On the edge of: ${edges.map(neighbourName).join('; ')}`;
  return `${outcome === NOT_CORRUPTION ? outcomeName(outcome) : `Category ${outcomeName(outcome)}`}${position}${edge}`;
}
