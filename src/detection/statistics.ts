/**
 * The statistics of detection, each with its formula. The indicators' SQL says the same in the engine's words; the test
 * beside this file compares both.
 */

/**
 * Lower bound of a rate after `n` events in `exposure` units, shrunk towards the peers' mean: with a Gamma prior of
 * shape `a` and mean `peers`, the posterior is Gamma(n + a, exposure + a / peers). Its quantile at `z` standard errors
 * below is taken by Wilson and Hilferty (1931): `shape / rate * (1 - 1/(9 shape) - z / (3 sqrt(shape)))^3`.
 * Few events prove little: the bound lies near the peers' mean until there are many.
 */
export function rateLowerBound(n: number, exposure: number, peers: number, a: number, z: number): number {
  const shape = n + a;
  const rate = exposure + a / peers;
  const root = 1 - 1 / (9 * shape) - z / (3 * Math.sqrt(shape));
  return (shape / rate) * Math.max(0, root) ** 3;
}

/** A score from 0 to below 1 for a strength: 0.5 where the strength equals `half`, by `s / (s + half)`. */
export function saturating(strength: number, half: number): number {
  return strength <= 0 ? 0 : strength / (strength + half);
}
