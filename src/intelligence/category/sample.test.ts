import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleToReview } from './sample.ts';

const all = fc.uniqueArray(
  fc.record({ id: fc.uuid(), outcome: fc.integer({ min: 1, max: 12 }), edge: fc.boolean() }),
  { selector: (one) => one.id, maxLength: 80 },
);

describe('a sample to review', () => {
  it('has the size asked for, nobody twice, and is the same for the same seed in whatever order', () => {
    fc.assert(
      fc.property(all, fc.nat(100), fc.string(), (ones, size, seed) => {
        const drawn = sampleToReview(ones, size, seed);
        expect(drawn).toHaveLength(Math.min(size, ones.length));
        expect(new Set(drawn.map((one) => one.id)).size).toBe(drawn.length);
        expect(sampleToReview([...ones].reverse(), size, seed)).toEqual(drawn);
      }),
    );
  });

  it('holds every category and every edge that there is, if it is large enough', () => {
    const key = (one: { outcome: number; edge: boolean }) => `${one.outcome} ${one.edge}`;
    fc.assert(
      fc.property(all, fc.string(), (ones, seed) => {
        const kinds = new Set(ones.map(key));
        expect(new Set(sampleToReview(ones, kinds.size, seed).map(key))).toEqual(kinds);
      }),
    );
  });

  it('brings up one rare edge among a thousand of the common', () => {
    const common = Array.from({ length: 1000 }, (_, i) => ({ id: `c${i}`, outcome: 7, edge: false }));
    const drawn = sampleToReview([...common, { id: 'rare', outcome: 4, edge: true }], 10, 'a');
    expect(drawn.map((one) => one.id)).toContain('rare');
    expect(sampleToReview(common, 10, 'a')).not.toEqual(sampleToReview(common, 10, 'b'));
  });
});
