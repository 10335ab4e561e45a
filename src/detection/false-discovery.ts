/**
 * How many of those raised owe it to chance: at most a tenth, by indicator, over all weeks together. Each function says the same
 * as the SQL of the indicators that are so held; the test beside this file compares both. Formulas and proof: `docs/statistics.md`.
 */

/** Weeks by which the spending of the level is spread: as many as a count looks back. */
const SPREAD = 13;

/**
 * The chance that an officer whose true rate is only `factor` times what colleagues usually have shows `n` events in `exposure`
 * units: the share of the posterior Gamma(n + shape, exposure + shape / usual) that lies below `factor * usual`, by Wilson and
 * Hilferty (1931), as in `rateLowerBound`. Where that bound just reaches `factor * usual`, this is the normal tail beyond its `z`.
 */
export function chanceOf(n: number, exposure: number, usual: number, shape: number, factor: number): number {
  const k = n + shape;
  const z = 3 * Math.sqrt(k) * (1 - 1 / (9 * k) - Math.cbrt((factor * (exposure * usual + shape)) / k));
  return normalTail(z);
}

/**
 * The smallest false discovery rate at which each is among those found, by Benjamini and Hochberg (1995): of `tests` tests, `chances`
 * are those of the ones that could be found at all, in any order. Gives them in the order in which they came.
 */
export function falseDiscovery(chances: readonly number[], tests: number): number[] {
  const order = chances.map((_, index) => index).sort((a, b) => (chances[a] ?? 1) - (chances[b] ?? 1));
  const rates = chances.map(() => 1);
  let least = 1;
  for (let place = order.length; place >= 1; place--) {
    const index = order[place - 1] ?? 0;
    least = Math.min(least, ((chances[index] ?? 1) * tests) / place);
    rates[index] = least;
  }
  return rates;
}

/**
 * What may be spent of `level` in the `week`-th week of data (1 is the first), so that all weeks that will ever come spend `level`
 * together: 1/(j + 12) - 1/(j + 13) adds up to 1/13.
 */
export function spentIn(week: number, level: number): number {
  return (level * SPREAD) / ((week + SPREAD - 1) * (week + SPREAD));
}

/** The share of the normal distribution beyond `z`: by its power series near 0, by Laplace's continued fraction further out. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2) {
    let term = z;
    let sum = z;
    for (let odd = 3; odd < 80; odd += 2) {
      term *= (z * z) / odd;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let below = z;
  for (let n = 100; n >= 1; n--) below = z + n / below;
  return density / below;
}
