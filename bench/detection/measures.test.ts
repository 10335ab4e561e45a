import { describe, expect, it } from 'vitest';
import { falseAlarms, measure, median, timeSaved } from './measures.ts';

type Planted = Parameters<typeof timeSaved>[0]['planted'][number];
const none = { accesses: 0, calls: 0, messages: 0, positions: 0, conduct: 0 };

function planted(officer_id: string, strength: Planted['strength'], first_at: string | null = '2026-01-01') {
  const last_at = first_at === null ? null : '2026-01-11';
  const rest = { person_ids: [], indicators: [], planted_events: none, event_ids: [] };
  return { family: 'texter', officer_id, strength, first_at, last_at, ...rest };
}

const truth = {
  planted: [
    planted('a', 'strong'),
    planted('b', 'weak'),
    planted('c', 'medium'),
    planted('z', 'strong', null),
  ],
  look_alikes: [{ kind: 'clerk', officer_id: 'd', person_ids: [], why: 'work', told_events: none }],
};
const ranking = ['a', 'd', 'c', 'e', 'b', ...Array.from({ length: 195 }, (_, n) => `n${n}`)].map(
  (officer_id) => ({ officer_id, role: officer_id === 'd' ? 'records' : 'response', band: 'none' }),
);

describe('a ranking beside the truth', () => {
  it('is right and complete by the number flagged', () => {
    const measured = measure(ranking, truth);
    expect(measured.at_planted).toEqual({ places: 3, precision: 2 / 3, recall: 2 / 3 });
    expect(measured.at_clear).toEqual({ places: 2, precision: 0.5, recall: 0.5 });
    expect(measured.at_share.map((one) => one.places)).toEqual([1, 2, 4]);
    expect(measured.average_precision).toBeCloseTo((1 / 1 + 2 / 3 + 3 / 5) / 3);
  });

  it('names who was wronged and who was missed', () => {
    const measured = measure(ranking, truth);
    expect(measured.look_alikes_above).toEqual([{ kind: 'clerk', officer_id: 'd', place: 2 }]);
    expect(measured.wrongly_named.map((one) => one.officer_id)).toEqual(['d']);
    expect(measured.missed).toMatchObject([{ officer_id: 'c', place: 3 }]);
  });

  it('counts honest officers of a role in the bands that are worked', () => {
    const flagged = ranking.map((one) => (one.officer_id === 'd' ? { ...one, band: 'medium' } : one));
    expect(falseAlarms(flagged, truth)).toContainEqual({ role: 'records', officers: 1, high: 0, medium: 1 });
  });
});

it('saves the time from first raised to the last trace, and none where nothing was raised', () => {
  expect(timeSaved(truth, new Map([['a', '2026-01-03']]))).toEqual([0, 0.8]);
  expect(median([0, 0.8, 0.9])).toBe(0.8);
});
