import { describe, expect, it } from 'vitest';
import { CATEGORIES, NOT_CORRUPTION, outcomeName, readCategories } from './categories.ts';
import { type Answers, decisionSentence, everyPath, unsure, walk } from './decide.ts';
import { CANNOT_TELL, faultsIn, QUESTIONS, readQuestions } from './questions.ts';

const PATHS = [...everyPath(QUESTIONS)];

function decided(answers: Answers) {
  const { decision } = walk(QUESTIONS, answers);
  if (decision === undefined) throw new Error(`no decision: ${JSON.stringify(answers)}`);
  return decision;
}

describe('the categories', () => {
  it('are twelve, of which three look ahead, the third of them a setting', () => {
    const ahead = CATEGORIES.all.filter((one) => one.futureRisk).map((one) => one.number);
    expect(ahead).toEqual([9, 10, 12]);
    expect(outcomeName(4)).toBe('4 Sexual misconduct');
    expect(outcomeName(NOT_CORRUPTION)).toBe('Not police corruption');
  });

  it('are refused where one is missing', () => {
    expect(() => readCategories('version: 1')).toThrow();
  });
});

describe('the questions', () => {
  it('end on every path, are all asked, all offer "cannot tell", and reach every category', () => {
    expect(faultsIn(QUESTIONS)).toEqual([]);
  });

  it('that lead in a circle, nowhere, or are never asked are found', () => {
    const odd = readQuestions(`
version: 1
source: a test
start: a
questions:
  - { id: a, asks: A?, answers: [{ id: on, says: On, because: x, next: b }, { id: off, says: Off, because: x, next: gone }] }
  - { id: b, asks: B?, answers: [{ id: back, says: Back, because: x, next: a }, { id: cannot tell, says: '?', because: x, next: a }] }
  - { id: c, asks: C?, answers: [{ id: d, says: D, because: x, ends: { outcome: 4, apsp: no } }, { id: d, says: D, because: x, next: a }] }
`);
    const faults = faultsIn(odd);
    for (const fault of [
      "'a' leads back to itself",
      "'a' leads to 'gone', which is no question",
      "'c' is never asked",
      "'c' has an answer twice",
      "'a' does not offer 'cannot tell'",
      'no path leads to 4',
    ])
      expect(faults).toContain(fault);
  });

  it('give exactly one result on every path, with a reason for each answer', () => {
    expect(PATHS.length).toBeGreaterThan(300);
    for (const answers of PATHS) {
      const { decision, asked } = walk(QUESTIONS, answers);
      expect(asked.map((one) => one.question.id)).toEqual(Object.keys(answers));
      expect(decision?.reasons).toHaveLength(asked.length);
      expect(decision?.edges).not.toContain(decision?.outcome);
    }
  });

  it('name an edge whenever somebody could not tell, unless it is the same whichever way the doubt goes', () => {
    const silent = PATHS.filter((answers) => unsure(answers) && decided(answers).edges.length === 0);
    for (const answers of silent) {
      const named = walk(QUESTIONS, answers).asked.flatMap(({ answer }) => answer.edge ?? []);
      expect(new Set(named)).toEqual(new Set([decided(answers).outcome]));
    }
  });

  it('hold abuse of position to lie within sexual misconduct, and nowhere else', () => {
    for (const answers of PATHS) {
      const { outcome, apsp } = decided(answers);
      if (apsp !== 'no') expect(outcome).toBe(4);
    }
  });

  // What else the answers could have been: every way through in which nobody doubts and that agrees with all that was sure.
  it('never hide abuse of position behind "cannot tell"', () => {
    const sure = PATHS.filter((answers) => !unsure(answers)).map((answers) => ({
      answers,
      apsp: decided(answers).apsp,
    }));
    const certain = sure.filter((one) => one.apsp === 'yes');
    expect(certain.length).toBeGreaterThan(0);
    let seen = 0;
    for (const answers of PATHS.filter(unsure)) {
      const might = certain.some((one) =>
        Object.entries(one.answers).every(([question, answer]) =>
          [undefined, CANNOT_TELL, answer].includes(answers[question]),
        ),
      );
      if (!might) continue;
      seen += 1;
      const { outcome, apsp, edges } = decided(answers);
      expect({ outcome, apsp }, JSON.stringify(answers)).toEqual({ outcome: 4, apsp: 'cannot tell' });
      expect(edges).not.toEqual([]);
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('do not count answers that are not offered, or to questions that are not asked', () => {
    expect(walk(QUESTIONS, {}).open?.id).toBe('workforce');
    expect(walk(QUESTIONS, { workforce: 'perhaps' }).open?.id).toBe('workforce');
    expect(walk(QUESTIONS, { workforce: 'yes', constructor: 'no' }).open?.id).toBe('sexual');
    expect(decided({ workforce: 'no', sexual: 'yes' }).outcome).toBe(NOT_CORRUPTION);
  });

  it('say what they come to in a sentence', () => {
    const doubtful = {
      workforce: 'yes',
      sexual: 'cannot tell',
      'if not sexual': 'looked',
      tie: 'position',
      whom: 'public',
    };
    expect(decisionSentence(decided(doubtful))).toBe(
      'Category 4 Sexual misconduct, possibly abuse of position for a sexual purpose. On the edge of: 7 Misuse of force systems',
    );
    expect(decisionSentence(decided({ workforce: 'yes', sexual: 'yes', tie: 'nothing', beside: 'no' }))).toBe(
      'Not police corruption',
    );
  });
});
