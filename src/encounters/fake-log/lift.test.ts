import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXPLANATIONS } from '../explanation.ts';
import { judge, LIFT_SETTINGS, refusedOf } from './lift.ts';

/** One explanation, `assigned`, that held so often in so many first looks of each log. */
function judged(real: [held: number, looks: number], fake: [held: number, looks: number]) {
  const row = (log: string, [held, looks]: [number, number]) => ({ log, first: true, looks, held: [held] });
  const [one] = judge([row('real', real), row('other_person', fake)]);
  if (one === undefined) throw new Error('nothing was judged');
  return one;
}

describe('an explanation', () => {
  it('has earned it when it explains real first looks five times as often as fake ones', () => {
    const one = judged([4000, 10_000], [100, 10_000]);
    expect(one.verdict).toBe('earned');
    expect(one.lift).toBeCloseTo(40, 0);
    expect(one.least).toBeGreaterThan(30);
    expect(one.most).toBeLessThan(50);
  });

  it('is refused when it explains fake ones nearly as often', () => {
    expect(judged([9000, 10_000], [8000, 10_000]).verdict).toBe('refused');
    expect(judged([4000, 10_000], [1000, 10_000]).verdict).toBe('refused');
  });

  it('is doubtful, and stands, when chance may have made the difference', () => {
    expect(judged([96, 2000], [20, 2000]).verdict).toBe('doubtful');
  });

  it('is not judged by few looks', () => {
    expect(judged([400, 999], [400, 999]).verdict).toBe('unmeasured');
    expect(judged([29, 10_000], [29, 10_000]).verdict).toBe('unmeasured');
    expect(judge([]).every(({ verdict }) => verdict === 'unmeasured')).toBe(true);
  });

  it('is judged by first looks; a post by other officers, everything else by other people', () => {
    const held = EXPLANATIONS.map(() => 1000);
    const few = EXPLANATIONS.map(() => 10);
    const all = judge([
      { log: 'real', first: true, looks: 2000, held },
      { log: 'real', first: false, looks: 2000, held },
      { log: 'other_person', first: true, looks: 2000, held: few },
      { log: 'other_person', first: false, looks: 2000, held },
      { log: 'other_officer', first: true, looks: 2000, held },
    ]);
    expect(refusedOf(all)).toEqual(['role']);
    expect(all[0]?.later.fake.held).toBe(1000);
  });
});

it('with more looks of the same shares the interval narrows around the same lift', () => {
  const share = fc.integer({ min: 1, max: 99 });
  fc.assert(
    fc.property(share, share, fc.integer({ min: 2, max: 50 }), (real, fake, times) => {
      const few = judged([real * 100, 10_000], [fake * 100, 10_000]);
      const many = judged([real * 100 * times, 10_000 * times], [fake * 100 * times, 10_000 * times]);
      expect(many.most - many.least).toBeLessThan(few.most - few.least);
      expect(many.lift).toBeCloseTo(few.lift, 0);
      expect(few.least).toBeLessThanOrEqual(few.lift);
      expect(few.most).toBeGreaterThanOrEqual(few.lift);
    }),
  );
});

it('one that lifts just enough is refused by chance in one of forty at the most', () => {
  // Seeded, so that the figure is the same every time.
  let state = 20_260_601;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const drawn = (looks: number, share: number) => {
    let held = 0;
    for (let i = 0; i < looks; i++) if (random() < share) held++;
    return held;
  };
  const runs = 1000;
  let refused = 0;
  for (let i = 0; i < runs; i++) {
    const fake = 0.04;
    const one = judged([drawn(1500, fake * LIFT_SETTINGS.lift_least), 1500], [drawn(1500, fake), 1500]);
    if (one.verdict === 'refused') refused++;
  }
  expect(refused / runs).toBeLessThan(0.04); // 0.025 and three standard errors
  expect(refused).toBeGreaterThan(0);
});
