import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contributionsOf, decayOf, type EvidenceKind, type RiskSignal, rankRisk } from './risk.ts';
import { DEFAULT_RISK } from './settings.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;

function signal(given: Partial<RiskSignal>): RiskSignal {
  return {
    signal_id: 'signal-1',
    indicator: 'contact-volume',
    kind: 'contact',
    officer_id: 'officer-1',
    person_id: 'person-1',
    last_at: NOW,
    score: 0.5,
    evidence: ['a', 'b'],
    vulnerable: 0,
    ...given,
  };
}

const KINDS: EvidenceKind[] = ['access', 'contact', 'presence', 'conduct', 'circle', 'sequence'];

const signals = fc.array(
  fc.record({
    indicator: fc.constantFrom(
      'contact-volume',
      'access-unexplained',
      'presence-undeployed',
      'conduct-pattern',
    ),
    kind: fc.constantFrom(...KINDS),
    officer_id: fc.constantFrom('officer-1', 'officer-2', 'officer-3'),
    person_id: fc.constantFrom('', 'person-1', 'person-2'),
    last_at: fc.integer({ min: NOW - 2000 * DAY, max: NOW }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
    evidence: fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 6 }),
    vulnerable: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 12 },
);
const numbered = signals.map((all) => all.map((one, n) => ({ ...one, signal_id: `signal-${n}` })));
const workforce = Array.from({ length: 150 }, (_, n) => `officer-${n + 1}`);

const rank = (all: RiskSignal[], officers = workforce) => rankRisk(officers, all, NOW, DEFAULT_RISK);
const points = (all: RiskSignal[]) =>
  contributionsOf(all, NOW, DEFAULT_RISK).reduce((sum, one) => sum + one.points, 0);

describe('the ranking', () => {
  it('has a row for every officer, ranks without gap, scores falling', () => {
    fc.assert(
      fc.property(numbered, (all) => {
        const rows = rank(all);
        expect(rows.map((row) => row.rank)).toEqual(workforce.map((_, n) => n + 1));
        expect(new Set(rows.map((row) => row.officer_id))).toEqual(new Set(workforce));
        for (const [index, row] of rows.entries())
          expect(row.score).toBeLessThanOrEqual(rows[index - 1]?.score ?? Number.POSITIVE_INFINITY);
      }),
    );
  });

  it('does not depend on the order in which signals come', () => {
    fc.assert(
      fc.property(numbered, (all) => {
        expect(rank(all.toReversed())).toEqual(rank(all));
      }),
    );
  });

  it('itemises: what signals contributed adds up to the score', () => {
    fc.assert(
      fc.property(numbered, (all) => {
        for (const row of rank(all)) {
          const sum = row.contributions.reduce((total, one) => total + one.points, 0);
          expect(row.score).toBeCloseTo(sum, 3);
          expect(row.contributions).toHaveLength(row.signals);
        }
      }),
    );
  });

  it('keeps the high band within its budget, and out of it those with one weak kind of evidence', () => {
    fc.assert(
      fc.property(numbered, (all) => {
        const high = rank(all).filter((row) => row.band === 'high');
        expect(high.length).toBeLessThanOrEqual(1); // 1 % of 150
        for (const row of high) {
          const own = all.filter((one) => one.officer_id === row.officer_id);
          const kinds = new Set(own.map((one) => one.kind));
          const strong = own.some((one) => one.score >= DEFAULT_RISK.overwhelming);
          expect(kinds.size >= 2 || strong || row.score >= DEFAULT_RISK.overwhelming_points).toBe(true);
          expect([...kinds]).not.toEqual(['access']);
        }
      }),
    );
  });

  it('allows one officer in the high band of the smallest force', () => {
    expect(rank([signal({ score: 0.95 })], ['officer-1', 'officer-2'])[0]?.band).toBe('high');
  });

  it('never puts anyone in the high band for looks alone, however many and strong', () => {
    const looks = Array.from({ length: 50 }, (_, n) =>
      signal({
        signal_id: `s${n}`,
        person_id: `p${n}`,
        evidence: [`e${n}`],
        kind: 'access',
        score: 1,
        vulnerable: 1,
      }),
    );
    expect(rank(looks)[0]).toMatchObject({ officer_id: 'officer-1', band: 'medium' });
  });
});

describe('what a signal adds', () => {
  it('is never less than nothing, and no more than its weighted score', () => {
    fc.assert(
      fc.property(numbered, (all) => {
        for (const one of contributionsOf(all, NOW, DEFAULT_RISK)) {
          expect(one.points).toBeGreaterThanOrEqual(0);
          expect(one.points).toBeLessThanOrEqual(one.score * DEFAULT_RISK.vulnerable_weight + 1e-9);
        }
      }),
    );
  });

  it('counts the same facts once', () => {
    const one = signal({});
    expect(points([one, signal({ signal_id: 'signal-2', score: 0.4 })])).toBeCloseTo(points([one]));
    const fresh = signal({ signal_id: 'signal-2', score: 0.4, evidence: ['c', 'd'] });
    expect(points([one, fresh])).toBeGreaterThan(points([one]));
    const half = signal({ signal_id: 'signal-2', score: 0.4, evidence: ['b', 'c'] });
    expect(points([one, half])).toBeCloseTo(points([one]) + (points([one, fresh]) - points([one])) / 2);
  });

  it('is not swallowed by one signal about many people', () => {
    const pairs = ['a', 'b', 'c'].map((id) =>
      signal({ signal_id: id, person_id: `person-${id}`, evidence: [id], score: 0.8 }),
    );
    const broad = signal({ signal_id: 'broad', person_id: '', evidence: ['a', 'b', 'c'], score: 0.85 });
    expect(points([...pairs, broad])).toBeCloseTo(points(pairs));
  });

  it('counts more for a vulnerable person, less the longer ago', () => {
    expect(points([signal({ vulnerable: 1 })])).toBeCloseTo(
      points([signal({})]) * DEFAULT_RISK.vulnerable_weight,
    );
    const then = NOW - (DEFAULT_RISK.continuing_days + DEFAULT_RISK.half_life_days) * DAY;
    expect(decayOf(then, NOW, DEFAULT_RISK)).toBeCloseTo(0.5);
    expect(decayOf(NOW - DAY, NOW, DEFAULT_RISK)).toBe(1);
  });

  it('is capped for complaints, all together', () => {
    const matters = Array.from({ length: 20 }, (_, n) =>
      signal({ signal_id: `m${n}`, kind: 'conduct', evidence: [], score: 0.9 }),
    );
    expect(points(matters)).toBeCloseTo(DEFAULT_RISK.weak_cap);
  });
});
