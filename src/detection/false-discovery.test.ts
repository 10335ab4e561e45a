import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { chanceOf, falseDiscovery, normalTail, spentIn } from './false-discovery.ts';
import { rateLowerBound } from './statistics.ts';

it('knows the tabled tails of the normal distribution', () => {
  expect(normalTail(0)).toBeCloseTo(0.5, 12);
  expect(normalTail(1.959964)).toBeCloseTo(0.025, 7);
  expect(normalTail(-1.644854)).toBeCloseTo(0.95, 7);
  expect(normalTail(4.753424) / 1e-6).toBeCloseTo(1, 5);
});

it('gives as chance the tail beyond the z whose lower bound just reaches what is asked', () => {
  fc.assert(
    fc.property(fc.integer({ min: 30, max: 400 }), fc.double({ min: 0, max: 5, noNaN: true }), (n, z) => {
      const usual = 0.5;
      const bound = rateLowerBound(n, 40, usual, 2, z);
      expect(chanceOf(n, 40, usual, 2, bound / usual)).toBeCloseTo(normalTail(z), 8);
    }),
  );
});

describe('the step-up procedure', () => {
  it('finds those of the published example', () => {
    // Benjamini and Hochberg (1995), section 3.2: fifteen hypotheses, four rejected at 0.05.
    const chances = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];
    expect(falseDiscovery(chances, 15).filter((rate) => rate <= 0.05)).toHaveLength(4);
  });

  it('keeps the order of the chances, and finds no more with more tests', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (chances) => {
        const rates = falseDiscovery(chances, chances.length);
        const more = falseDiscovery(chances, chances.length + 10);
        for (const [i, a] of chances.entries()) {
          expect(rates[i]).toBeGreaterThanOrEqual(a * (1 - 1e-12));
          expect(more[i]).toBeGreaterThanOrEqual(rates[i] ?? 0);
          for (const [j, b] of chances.entries())
            if (a < b) expect(rates[i]).toBeLessThanOrEqual(rates[j] ?? 1);
        }
      }),
    );
  });
});

it('never spends more than the level, however long data come', () => {
  let spent = 0;
  for (let week = 1; week <= 100_000; week++) spent += spentIn(week, 0.1);
  expect(spent).toBeLessThan(0.1);
  expect(spent).toBeGreaterThan(0.0999);
});

/** Numbers from 0 to 1, the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A Poisson count, by counting how many exponential waits fit. */
function poisson(mean: number, random: () => number): number {
  const wait = () => -Math.log(1 - random());
  let n = 0;
  for (let waited = wait(); waited < mean; waited += wait()) n++;
  return n;
}

/**
 * A year of a force of which `guilty` work at `times` the rate that is asked for and all others just at it, which is the worst case.
 * Everybody is tested every week over thirteen, as the indicators do. Gives the share of those raised who are not guilty, and how
 * many of the guilty are raised.
 */
function year(random: () => number, officers: number, guilty: number, times: number) {
  const [usual, factor, shifts] = [0.4, 2, 4];
  const weeks = 52;
  const counts = Array.from({ length: officers }, (_, officer) => {
    const rate = usual * factor * (officer < guilty ? times : 1);
    return Array.from({ length: weeks }, () => poisson(rate * shifts, random));
  });
  const raised = new Set<number>();
  for (let week = 1; week <= weeks; week++) {
    const from = Math.max(0, week - 13);
    const chances = counts.map((all) => {
      const n = all.slice(from, week).reduce((sum, one) => sum + one, 0);
      return chanceOf(n, shifts * (week - from), usual, 2, factor);
    });
    for (const [officer, rate] of falseDiscovery(chances, officers).entries()) {
      if (rate <= spentIn(week, 0.1)) raised.add(officer);
    }
  }
  const rightly = [...raised].filter((officer) => officer < guilty).length;
  return { wrong: raised.size === 0 ? 0 : 1 - rightly / raised.size, found: rightly };
}

describe('simulated', () => {
  it('a chance of so much or less is not more frequent than it says, for who works just at the rate that is asked for', () => {
    const random = seeded(5);
    for (const expected of [5, 20, 80]) {
      const chances = Array.from({ length: 20_000 }, () =>
        chanceOf(poisson(expected, random), expected / 0.8, 0.4, 2, 2),
      );
      for (const level of [0.1, 0.01, 0.001]) {
        const share = chances.filter((chance) => chance <= level).length / chances.length;
        // Three standard errors for the simulation itself.
        expect(share, `${expected} at ${level}`).toBeLessThan(level + 3 * Math.sqrt(level / chances.length));
      }
    }
  });

  it('a tenth of those found is found by chance, where ninety tests of a hundred are of nothing: 9%', () => {
    const random = seeded(6);
    const wrong = Array.from({ length: 4000 }, () => {
      const chances = Array.from({ length: 100 }, (_, test) => (test < 10 ? random() * 1e-4 : random()));
      const found = falseDiscovery(chances, 100).flatMap((rate, test) => (rate <= 0.1 ? [test] : []));
      return found.filter((test) => test >= 10).length / Math.max(1, found.length);
    });
    expect(wrong.reduce((sum, one) => sum + one, 0) / wrong.length).toBeCloseTo(0.09, 2);
  });
});

describe('a simulated force', () => {
  it.each([
    ['nobody guilty', 0, 1, 0],
    ['two in a hundred at twice the rate', 2, 2, 0.95],
    ['ten in a hundred at one and a half times', 10, 1.5, 0.35],
  ])(
    'with %s: of those raised in a whole year less than a tenth owe it to chance',
    (_, guilty, times, power) => {
      const random = seeded(1 + guilty);
      const years = Array.from({ length: 60 }, () => year(random, 100, guilty, times));
      const mean = (of: (one: (typeof years)[number]) => number) =>
        years.reduce((sum, one) => sum + of(one), 0) / years.length;
      expect(mean((one) => one.wrong)).toBeLessThan(0.1);
      expect(mean((one) => one.found)).toBeGreaterThanOrEqual(power * guilty);
    },
  );
});

describe('the SQL of the indicators', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  it('says the same in the engine’s words', async () => {
    const counts = [0, 3, 10, 25, 26, 40, 41, 80, 200];
    const rows = await stores.events.query<{ chance: number; rate: number; level: number }>(
      `SELECT chance, min(chance * 20 / place) OVER (ORDER BY place ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS rate,
         0.1 * 13 / ((9 + 12) * (9 + 13)) AS level
       FROM (
         SELECT n, erfc(3 * sqrt(n + 2) * (1 - 1 / (9 * (n + 2)) - cbrt(2 * (40 * 0.3 + 2) / (n + 2))) / sqrt(2)) / 2 AS chance,
           row_number() OVER (ORDER BY chance, n) AS place
         FROM (SELECT arrayJoin({counts:Array(UInt32)}) AS n)
       ) ORDER BY n`,
      { counts },
    );
    const chances = counts.map((n) => chanceOf(n, 40, 0.3, 2, 2));
    const rates = falseDiscovery(chances, 20);
    for (const [index, row] of rows.entries()) {
      expect(Math.abs(row.chance - (chances[index] ?? 2))).toBeLessThan(1e-9);
      expect(Math.abs(Math.min(1, row.rate) - (rates[index] ?? 2))).toBeLessThan(1e-8);
      expect(row.level).toBeCloseTo(spentIn(9, 0.1), 12);
    }
    expect(rows).toHaveLength(counts.length);
  });
});
