import { describe, expect, it } from 'vitest';
import { isRepeatedHour, localText, offsetText, Period } from './clock.ts';

describe('local time', () => {
  it('knows both clock changes of a year', () => {
    expect(offsetText(Date.parse('2026-10-25T00:59:59Z'))).toBe('2026-10-25T01:59:59+01:00');
    expect(offsetText(Date.parse('2026-10-25T01:00:00Z'))).toBe('2026-10-25T01:00:00+00:00');
    expect(localText(Date.parse('2026-03-29T00:59:59Z'))).toBe('2026-03-29T00:59:59');
    expect(localText(Date.parse('2026-03-29T01:00:00Z'))).toBe('2026-03-29T02:00:00');
  });

  it('agrees with Intl over a year', () => {
    const format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/London',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 3_600_000 * 3.7) {
      expect(localText(at)).toBe(format.format(at).replace(' ', 'T'));
    }
  });

  it('finds the second run of the doubled hour and takes a wall clock there as the first', () => {
    expect(isRepeatedHour(Date.parse('2026-10-25T00:30:00Z'))).toBe(false);
    expect(isRepeatedHour(Date.parse('2026-10-25T01:30:00Z'))).toBe(true);
    expect(isRepeatedHour(Date.parse('2026-10-25T02:30:00Z'))).toBe(false);
    const period = new Period('2026-11-01', 10);
    expect(new Date(period.at(3, 90)).toISOString()).toBe('2026-10-25T00:30:00.000Z');
    expect(period.midnight(4) - period.midnight(3)).toBe(25 * 3_600_000);
    expect(period.dayOf(period.midnight(4) - 1)).toBe(3);
  });
});
