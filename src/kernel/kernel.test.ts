import { describe, expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { newIdentifier } from './identifier.ts';
import { dayInWords, localDay, momentInWords } from './local-time.ts';

describe('local time', () => {
  it.each([
    ['2026-03-29T00:59:59Z', '2026-03-29', '29 March 2026, 00:59'],
    ['2026-03-29T01:00:00Z', '2026-03-29', '29 March 2026, 02:00'],
    ['2026-07-01T23:30:00Z', '2026-07-02', '2 July 2026, 00:30'],
    ['2026-10-25T01:30:00Z', '2026-10-25', '25 October 2026, 01:30'],
  ])('%s is the local day %s, %s', (at, day, words) => {
    expect(localDay(new Date(at))).toBe(day);
    expect(momentInWords(new Date(at))).toBe(words);
    expect(words.startsWith(dayInWords(new Date(at)))).toBe(true);
  });
});

describe('an identifier', () => {
  it('is opaque, of one length and never the same', () => {
    const many = Array.from({ length: 2000 }, newIdentifier);
    expect(new Set(many).size).toBe(2000);
    for (const one of many) expect(one).toMatch(/^[0-9a-hj-km-np-tv-z]{26}$/);
  });
});

describe('a failure', () => {
  it('says what happened and what to do', () => {
    expect(new Failure('It rained', { todo: 'Take a coat' }).sentence()).toBe('It rained. Take a coat');
    expect(new Failure('It rained').sentence()).toBe('It rained');
  });
});
