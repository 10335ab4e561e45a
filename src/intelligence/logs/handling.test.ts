import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Audience, HANDLING, sharingRefused } from './handling.ts';

const AUDIENCES = Object.keys(HANDLING.audiences) as Audience[];
const open = { number: 1, handling: 'P', conditions: [], audiences: [] } as const;
const bound = { number: 2, handling: 'C', conditions: ['A1'], audiences: ['this force'] } as const;

describe('what may be shared with whom', () => {
  it('follows the handling code of each paragraph', () => {
    expect(sharingRefused([open], 'partners', false)).toEqual([]);
    expect(sharingRefused([open, bound], 'this force', false)).toEqual([]);
    expect(sharingRefused([open, bound], 'partners', false)).toEqual([
      'Paragraph 2 may go only to: others in this force.',
    ]);
    expect(sharingRefused([{ ...bound, audiences: [] }], 'this force', true)).toEqual([
      'Paragraph 2 may go to nobody yet.',
    ]);
  });

  it('waits for the originator where they must agree', () => {
    const asked = { ...bound, conditions: ['S2'] };
    expect(sharingRefused([asked], 'this force', false)).toEqual([
      'Paragraph 2 may go on only once its originator has agreed (S2).',
    ]);
    expect(sharingRefused([asked], 'this force', true)).toEqual([]);
  });

  it('never goes abroad unless named, and nothing under conditions goes to whom they do not name', () => {
    const handled = fc.record({
      number: fc.nat(9),
      handling: fc.constantFrom('P' as const, 'C' as const),
      conditions: fc.subarray(Object.keys(HANDLING.conditions)),
      audiences: fc.subarray<string>(AUDIENCES),
    });
    fc.assert(
      fc.property(fc.array(handled), fc.constantFrom(...AUDIENCES), fc.boolean(), (all, audience, agreed) => {
        if (sharingRefused(all, audience, agreed).length > 0) return;
        for (const one of all) {
          if (one.handling === 'C' || audience === 'abroad') expect(one.audiences).toContain(audience);
          if (one.handling === 'C' && one.conditions.includes('S2')) expect(agreed).toBe(true);
        }
      }),
    );
  });
});
