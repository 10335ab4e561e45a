import { describe, expect, it } from 'vitest';
import { inForce, type MonitoringAuthority, reviewsOverdue, stopsOn } from './authority.store.ts';

const one: MonitoringAuthority = {
  authority_id: 'calls',
  version: 1,
  title: 'Calls',
  what: 'w',
  legal_basis: 'l',
  purpose: 'p',
  indicators: ['contact-volume'],
  told_how: 't',
  begins_on: '2026-01-01',
  review_on: '2026-06-30',
  ended_on: null,
  ended_why: null,
  entered_by: 'x',
  entered_at: new Date('2026-01-01T00:00:00Z'),
};

describe('the review of an authority for monitoring', () => {
  it('overdue is said from the day after, and stops the authority when the grace is over', () => {
    expect(stopsOn(one)).toBe('2026-07-29');
    expect(reviewsOverdue([one], '2026-06-30')).toEqual([]);
    expect(reviewsOverdue([one], '2026-07-01')).toEqual([
      { title: 'Calls', stopsOn: '2026-07-29', stopped: false },
    ]);
    expect(inForce([one], '2026-07-28')).toEqual([one]);
    expect(inForce([one], '2026-07-29')).toEqual([]);
    expect(reviewsOverdue([one], '2026-07-29')[0]?.stopped).toBe(true);
  });

  it('is done by the next version, once that has begun; an ended authority needs none', () => {
    const next = { ...one, version: 2, begins_on: '2026-08-10', review_on: '2027-06-30' };
    expect(reviewsOverdue([one, next], '2026-08-09')).toHaveLength(1);
    expect(reviewsOverdue([one, next], '2026-08-10')).toEqual([]);
    expect(inForce([one, next], '2026-08-10')).toEqual([next]);
    expect(reviewsOverdue([{ ...one, ended_on: '2026-07-01' }], '2026-08-01')).toEqual([]);
  });
});
