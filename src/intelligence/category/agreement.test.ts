import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agreement,
  agreementByOutcome,
  confusions,
  drift,
  kappa,
  parting,
  partings,
  type Rated,
  share,
} from './agreement.ts';
import { NOT_CORRUPTION, type Outcome } from './categories.ts';
import { QUESTIONS } from './questions.ts';

const times = (count: number, first: Outcome, second: Outcome): Rated[] =>
  Array.from({ length: count }, () => ({ first, second }));

const outcome = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant<Outcome>(NOT_CORRUPTION));
const ratings = fc.array(fc.record({ first: outcome, second: outcome }), { minLength: 1, maxLength: 60 });

/** Numbers in [0, 1) that are the same on every run (a linear congruential generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('kappa', () => {
  // 2 by 2, worked by hand: po = 0.7, pe = 0.5 * 0.6 + 0.5 * 0.4 = 0.5, kappa = 0.4.
  it('is what a worked example says, with its interval', () => {
    const rated = [...times(20, 4, 4), ...times(5, 4, 8), ...times(10, 8, 4), ...times(15, 8, 8)];
    const found = kappa(rated);
    expect(found?.value).toBeCloseTo(0.4, 10);
    // By the formula, cell by cell, with n = 50.
    const [po, pe, n] = [0.7, 0.5, 50];
    const diagonal = 0.4 * (0.5 - 1.1 * 0.3) ** 2 + 0.3 * (0.5 - 0.9 * 0.3) ** 2;
    const rest = 0.3 ** 2 * (0.1 * (0.6 + 0.5) ** 2 + 0.2 * (0.4 + 0.5) ** 2);
    const error = Math.sqrt((diagonal + rest - (po * pe - 2 * pe + po) ** 2) / (n * (1 - pe) ** 4));
    expect(found?.low).toBeCloseTo(0.4 - 1.959964 * error, 10);
    expect(found?.high).toBeCloseTo(0.4 + 1.959964 * error, 10);
  });

  it('is 1 where all agree, and says how little few matters prove', () => {
    const few = kappa([...times(2, 4, 4), ...times(2, 8, 8)]);
    expect(few?.value).toBe(1);
    expect(few?.low).toBeLessThan(0.5);
    const many = kappa([...times(200, 4, 4), ...times(200, 8, 8)]);
    expect(many?.low).toBeGreaterThan(0.95);
  });

  it('is not there without reviews, or where there is one category only', () => {
    expect(kappa([])).toBeUndefined();
    expect(kappa(times(9, 4, 4))).toBeUndefined();
    expect(agreement([])).toBeUndefined();
  });

  it('lies within its bounds and does not care who was first', () => {
    fc.assert(
      fc.property(ratings, (rated) => {
        const found = kappa(rated);
        const turned = kappa(rated.map(({ first, second }) => ({ first: second, second: first })));
        expect(turned === undefined).toBe(found === undefined);
        if (found === undefined || turned === undefined) return;
        expect(turned.value).toBeCloseTo(found.value, 9);
        expect(found.low).toBeLessThanOrEqual(found.value + 1e-9);
        expect(found.high).toBeGreaterThanOrEqual(found.value - 1e-9);
        expect(found.low).toBeGreaterThanOrEqual(-1);
        expect(found.high).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is about 0 for two who choose by chance, and its interval covers 0 about as often as it says', () => {
    const next = numbers(5);
    const pick = () => Math.floor(next() ** 2 * 5) + 1;
    const found = Array.from({ length: 400 }, () =>
      kappa(Array.from({ length: 150 }, () => ({ first: pick(), second: pick() }))),
    );
    const values = found.map((one) => one?.value ?? Number.NaN);
    expect(Math.abs(values.reduce((sum, value) => sum + value, 0) / 400)).toBeLessThan(0.01);
    const covered = found.filter((one) => one !== undefined && one.low <= 0 && one.high >= 0).length / 400;
    expect(covered).toBeGreaterThan(0.91);
    expect(covered).toBeLessThan(0.99);
  });

  // The second copies the first with chance 0.6 and chooses by the same chances otherwise: kappa is 0.6.
  it('finds how much two agree beyond chance, and its interval covers it', () => {
    const next = numbers(11);
    const pick = () => Math.floor(next() * 4) + 1;
    const found = Array.from({ length: 400 }, () =>
      kappa(
        Array.from({ length: 150 }, () => {
          const first = pick();
          return { first, second: next() < 0.6 ? first : pick() };
        }),
      ),
    );
    const covered =
      found.filter((one) => one !== undefined && one.low <= 0.6 && one.high >= 0.6).length / 400;
    expect(covered).toBeGreaterThan(0.91);
    expect(covered).toBeLessThan(0.99);
  });
});

describe('shares', () => {
  it('have the interval of Wilson, for none and for all too', () => {
    expect(share(8, 10).low).toBeCloseTo(0.4902, 3);
    expect(share(8, 10).high).toBeCloseTo(0.9433, 3);
    expect(share(0, 10)).toMatchObject({ value: 0, low: 0 });
    expect(share(10, 10)).toMatchObject({ value: 1, high: 1 });
    expect(share(10, 10).low).toBeCloseTo(0.7225, 3);
  });
});

describe('what reviews show', () => {
  const rated = [...times(6, 4, 4), ...times(3, 8, 4), ...times(1, 4, 8), ...times(2, 7, 7)];

  it('is the agreement of each category, the worst first', () => {
    expect(agreementByOutcome(rated)).toEqual([
      { outcome: 8, both: 0, one: 4, agreement: 0 },
      { outcome: 4, both: 6, one: 4, agreement: 0.75 },
      { outcome: 7, both: 2, one: 0, agreement: 1 },
    ]);
  });

  it('is which two are taken for each other, the most frequent first', () => {
    expect(confusions(rated)).toEqual([
      { taken: 8, meant: 4, count: 3 },
      { taken: 4, meant: 8, count: 1 },
    ]);
  });

  it('counts every review once, whatever they say', () => {
    fc.assert(
      fc.property(ratings, (all) => {
        const apart = confusions(all).reduce((sum, one) => sum + one.count, 0);
        const same = agreementByOutcome(all).reduce((sum, one) => sum + one.both, 0);
        expect(apart + same).toBe(all.length);
        expect(agreement(all)?.value).toBeCloseTo(same / all.length, 12);
      }),
    );
  });

  it('is how agreement goes from month to month', () => {
    const months = [
      ...times(4, 4, 4).map((one) => ({ ...one, month: '2026-09' })),
      ...times(1, 4, 8).map((one) => ({ ...one, month: '2026-07' })),
    ];
    expect(drift(months).map(({ month, reviews, agreement: { value } }) => [month, reviews, value])).toEqual([
      ['2026-07', 1, 0],
      ['2026-09', 4, 1],
    ]);
  });

  it('is the question at which two parted', () => {
    const first = { workforce: 'yes', sexual: 'no', what: 'justice', justice: 'own end' };
    const second = { workforce: 'yes', sexual: 'yes', tie: 'position', whom: 'public' };
    expect(parting(QUESTIONS, first, second)).toEqual({ question: 'sexual', first: 'no', second: 'yes' });
    expect(parting(QUESTIONS, first, first)).toBeUndefined();
    const pair = { firstAnswers: first, secondAnswers: second };
    expect(partings(QUESTIONS, [pair, pair, { firstAnswers: first, secondAnswers: first }])).toEqual([
      { question: 'sexual', first: 'no', second: 'yes', count: 2 },
    ]);
  });
});
