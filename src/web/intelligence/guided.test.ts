import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyPath } from '../../intelligence/category/decide.ts';
import { QUESTIONS } from '../../intelligence/category/questions.ts';
import { carried, type Guided, guided, onTheWay } from './guided.ts';

const form = (from: Guided, more: Record<string, string>) => ({
  answers: carried(from.answers),
  at: from.at?.id ?? '',
  ...more,
});
const next = (from: Guided, answer: string) => guided(form(from, { act: 'next', answer }));
const back = (from: Guided) => guided(form(from, { act: 'back' }));

describe('the questions, one by one', () => {
  it('go from the first to the result, and back with every answer kept', () => {
    const paths = [...everyPath(QUESTIONS)];
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        let here = guided();
        for (const [question, answer] of Object.entries(path)) {
          expect(here.at?.id).toBe(question);
          here = next(here, answer);
        }
        expect(here.at).toBeUndefined();
        expect(here.decision).toBeDefined();
        for (const [question, answer] of Object.entries(path).reverse()) {
          here = back(here);
          expect([here.at?.id, here.chosen]).toEqual([question, answer]);
        }
        expect(back(here).at?.id).toBe('workforce');
        expect(here.answers).toEqual(path);
      }),
      { numRuns: 60 },
    );
  });

  it('stay where nothing was chosen, and say so', () => {
    const first = next(guided(), '');
    expect([first.at?.id, first.unanswered]).toEqual(['workforce', true]);
    const second = next(next(guided(), 'yes'), 'made up');
    expect([second.at?.id, second.unanswered]).toEqual(['sexual', true]);
  });

  it('take another way when an answer is changed, and keep only what was asked in the end', () => {
    let here = next(next(next(guided(), 'yes'), 'yes'), 'position');
    here = next(here, 'public');
    expect(here.decision?.outcome).toBe(4);
    here = next(back(back(back(here))), 'no');
    expect(here.at?.id).toBe('what');
    here = next(next(here, 'systems'), 'looked');
    expect(here.decision?.outcome).toBe(7);
    expect(onTheWay(here.answers)).toEqual({
      workforce: 'yes',
      sexual: 'no',
      what: 'systems',
      information: 'looked',
    });
  });

  it('take nothing from a form that no page of ours sent', () => {
    const odd = guided({
      answers: 'workforce=perhaps;__proto__=yes;sexual',
      at: 'nowhere',
      act: 'next',
      answer: 'x',
    });
    expect([odd.at?.id, odd.answers]).toEqual(['workforce', {}]);
  });
});
