import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { againstPeers, type Running, type Workforce } from './peers.ts';

const DAY = 86_400_000;
const BEGIN = Date.parse('2026-01-05T00:00:00Z');
const day = (n: number) => BEGIN + n * DAY;
const rule = { floor: 5, factor: 2, least: 8 };

function force(
  size: number,
  roleOf: (officer: string) => string = () => 'response',
  ends = day(150),
): Workforce {
  return {
    officers: Array.from({ length: size }, (_, n) => `officer-${n}`),
    roleAt: (officer) => roleOf(officer),
    begins: BEGIN,
    ends,
  };
}

/** A total that grows by one a day until it is `total`. */
function growing(officer: number, total: number, from = 0): Running {
  return {
    officer_id: `officer-${officer}`,
    compared: false,
    steps: Array.from({ length: total }, (_, n) => [day(from + n), n + 1] as const),
  };
}

describe('a total beside those of colleagues', () => {
  it('is raised when it reaches the floor and colleagues have nothing', () => {
    const [raised] = againstPeers([growing(0, 10, 40)], rule, force(20));
    expect(raised).toMatchObject({ raised_at: day(44), compared_with: 'role' });
  });

  it('is not raised when colleagues have as much', () => {
    const all = Array.from({ length: 20 }, (_, n) => growing(n, 10, 30));
    all.push(growing(0, 11, 60));
    expect(againstPeers(all, rule, force(20)).at(-1)).toBeUndefined();
  });

  it('is raised beside one colleague who has as much', () => {
    const [raised] = againstPeers([growing(0, 10, 40), growing(1, 12, 20)], rule, force(20));
    expect(raised?.raised_at).toBe(day(44));
  });

  it('is compared with everybody where the role has too few, and with nobody in a small force', () => {
    const roleOf = (officer: string) => (officer === 'officer-0' ? 'roads' : 'response');
    expect(againstPeers([growing(0, 10, 40)], rule, force(20, roleOf))[0]?.compared_with).toBe('all');
    expect(againstPeers([growing(0, 10)], rule, force(3))[0]).toMatchObject({
      raised_at: day(4),
      compared_with: 'nobody',
    });
  });

  it('waits until habits are known, unless it is far above the floor', () => {
    expect(againstPeers([growing(0, 6)], rule, force(20, undefined, day(20)))).toEqual([undefined]);
    expect(againstPeers([growing(0, 20)], rule, force(20))[0]?.raised_at).toBe(day(14));
    const [built] = againstPeers([growing(0, 6)], rule, force(20));
    expect(built?.raised_at).toBe(day(28));
  });

  it('leaves colleagues’ totals alone where the indicator has compared already', () => {
    const all = Array.from({ length: 20 }, (_, n) => growing(n, 10, 30));
    const [raised] = againstPeers([{ ...growing(0, 6, 60), compared: true }, ...all], rule, force(20));
    expect(raised?.raised_at).toBe(day(64));
  });
});

it('decides about every moment from what was known then: cut at any time, it is raised then or not at all', () => {
  const steps = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 6 })), { maxLength: 12 })
    .map((all) => {
      let total = 0;
      return all
        .sort((a, b) => a[0] - b[0])
        .map(([at, more]) => {
          total += more;
          return [day(at), total] as const;
        });
    });
  const running = fc.array(
    fc.record({
      officer_id: fc.integer({ min: 0, max: 14 }).map((n) => `officer-${n}`),
      steps,
      compared: fc.constant(false),
    }),
    { maxLength: 15 },
  );
  fc.assert(
    fc.property(running, fc.integer({ min: 0, max: 130 }), (all, until) => {
      const workforce = (ends: number) =>
        force(15, (officer) => (officer.endsWith('1') ? 'roads' : 'response'), ends);
      const whole = againstPeers(all, rule, workforce(day(150)));
      const cut = againstPeers(
        all.map((one) => ({ ...one, steps: one.steps.filter(([at]) => at <= day(until)) })),
        rule,
        workforce(day(until)),
      );
      for (const [index, one] of whole.entries()) {
        const then = cut[index]?.raised_at;
        if (one === undefined || one.raised_at > day(until)) expect(then).toBeUndefined();
        else expect(then).toBe(one.raised_at);
      }
    }),
    { numRuns: 300 },
  );
});
