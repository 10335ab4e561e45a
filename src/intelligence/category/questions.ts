import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { NOT_CORRUPTION } from './categories.ts';

const outcome = z.union([z.int().min(1).max(12), z.literal(NOT_CORRUPTION)]);

const answer = z
  .strictObject({
    id: z.string(),
    says: z.string(),
    because: z.string(),
    next: z.string().optional(),
    ends: z.strictObject({ outcome, apsp: z.enum(['yes', 'no', 'cannot tell']) }).optional(),
    edge: z.union([outcome, z.literal('APSP')]).optional(),
    doubts_apsp: z.literal(true).optional(),
  })
  .refine((one) => (one.next === undefined) !== (one.ends === undefined), 'leads on or ends, one of both');

const schema = z.strictObject({
  version: z.int().positive(),
  source: z.string(),
  start: z.string(),
  questions: z.array(
    z.strictObject({
      id: z.string(),
      asks: z.string(),
      hint: z.string().optional(),
      answers: z.array(answer).min(2),
    }),
  ),
});

/** The guided questions: `src/intelligence/category/questions.yaml`. */
export type Questions = z.infer<typeof schema>;
export type Question = Questions['questions'][number];
export type Answer = Question['answers'][number];

export const CANNOT_TELL = 'cannot tell';

/** Reads guided questions; throws where what they say does not have their form. `faultsIn` says whether they make sense. */
export function readQuestions(yaml: string): Questions {
  return schema.parse(parse(yaml, { schema: 'core' }));
}

export const QUESTIONS = readQuestions(
  readFileSync(path.join(import.meta.dirname, 'questions.yaml'), 'utf8'),
);

/** A question by its identifier; undefined when there is none. */
export function questionOf(questions: Questions, id: string): Question | undefined {
  return questions.questions.find((question) => question.id === id);
}

/**
 * What is wrong with a set of questions, in sentences; none when every path ends, every question is reached, each offers
 * 'cannot tell', and every category and 'not police corruption' can come out.
 */
export function faultsIn(questions: Questions): string[] {
  const faults: string[] = [];
  const reached = new Set<string>();
  const outcomes = new Set<unknown>();
  function follow(id: string, before: readonly string[]): void {
    if (before.includes(id)) {
      faults.push(`'${id}' leads back to itself`);
      return;
    }
    if (reached.has(id)) return;
    const question = questionOf(questions, id);
    if (question === undefined) {
      faults.push(`'${before.at(-1) ?? 'start'}' leads to '${id}', which is no question`);
      return;
    }
    for (const one of question.answers) {
      if (one.ends !== undefined) outcomes.add(one.ends.outcome);
      if (one.next !== undefined) follow(one.next, [...before, id]);
    }
    // Only now: a question that leads back to itself is met before it is done.
    reached.add(id);
  }
  follow(questions.start, []);
  for (const { id, answers } of questions.questions) {
    if (!reached.has(id)) faults.push(`'${id}' is never asked`);
    if (new Set(answers.map((one) => one.id)).size < answers.length)
      faults.push(`'${id}' has an answer twice`);
    if (!answers.some((one) => one.id === CANNOT_TELL))
      faults.push(`'${id}' does not offer '${CANNOT_TELL}'`);
  }
  if (new Set(questions.questions.map((one) => one.id)).size < questions.questions.length) {
    faults.push('a question stands there twice');
  }
  for (const wanted of [...Array.from({ length: 12 }, (_, index) => index + 1), NOT_CORRUPTION]) {
    if (!outcomes.has(wanted)) faults.push(`no path leads to ${wanted}`);
  }
  return faults;
}
