import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rateLowerBound, saturating } from './statistics.ts';

it('gives the tabled lower bound of a Poisson count when there is no prior to speak of', () => {
  // Exact one-sided 99 % lower limit for 20 events: 10.35 (chi-squared tables, 0.01 quantile with 40 degrees / 2 = 11.08
  // for the posterior with shape 20).
  expect(rateLowerBound(20, 1, 1e9, 1e-9, 2.326)).toBeCloseTo(11.08, 1);
});

it('grows with the events and never exceeds the plain rate or the peers, whichever is higher', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2000 }),
      fc.double({ min: 0.1, max: 100, noNaN: true }),
      (n, peers) => {
        const bound = rateLowerBound(n, 1, peers, 1, 2.33);
        expect(bound).toBeLessThanOrEqual(Math.max(n, peers));
        expect(bound).toBeGreaterThanOrEqual(0);
        expect(rateLowerBound(n + 1, 1, peers, 1, 2.33)).toBeGreaterThanOrEqual(bound);
      },
    ),
  );
});

it('scores just enough by half, and more by more, below 1', () => {
  expect(saturating(1, 1)).toBe(0.5);
  expect(saturating(0, 1)).toBe(0);
  expect(saturating(1000, 1)).toBeLessThan(1);
});
