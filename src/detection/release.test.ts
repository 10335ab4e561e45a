import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stateOf } from './release.ts';

const now = (released: 'live' | 'shadow') => ({ content: 'new', released });
const decided = (state: 'live' | 'shadow', content = 'new') => ({ indicator: 'one', content, state });

describe('an indicator', () => {
  it('runs as the program released it, while nobody has decided', () => {
    expect(stateOf(now('live'), undefined, false)).toBe('live');
    expect(stateOf(now('shadow'), undefined, false)).toBe('shadow');
    expect(stateOf(now('shadow'), decided('live'), false)).toBe('live');
  });

  it('stays in shadow once somebody put it there, whatever changes', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.constantFrom('new', 'old'),
        fc.constantFrom('live', 'shadow'),
        (wait, of, as) => {
          expect(stateOf(now(as), decided('shadow', of), wait)).toBe('shadow');
        },
      ),
    );
  });

  it('falls back to shadow when it changes, for a force that has it so', () => {
    expect(stateOf(now('live'), decided('live', 'old'), true)).toBe('shadow');
    expect(stateOf(now('live'), undefined, true)).toBe('shadow');
    expect(stateOf(now('live'), decided('live'), true)).toBe('live');
    expect(stateOf(now('live'), decided('live', 'old'), false)).toBe('live');
  });
});
