import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csv } from './csv.ts';
import { safeName } from './data/upload.ts';
import { address, paging, readPage } from './layout/paging.ts';
import { asNumber } from './search/search.store.ts';
import { asDate, duration, several, words } from './words.ts';

describe('words', () => {
  it('are those that people say', () => {
    expect(words('annual_leave')).toBe('annual leave');
    expect(words(null)).toBe('');
    expect(several(1, 'text')).toBe('1 text');
    expect(several(1204, 'text')).toBe('1,204 texts');
    expect([5, 300, 3600, 11_100].map(duration)).toEqual(['5 s', '5 min', '1 h', '3 h 5 min']);
    expect(asDate('2026-03-21 14:05:09.123').toISOString()).toBe('2026-03-21T14:05:09.123Z');
  });
});

describe('exports', () => {
  it('quote what must be quoted and never begin a formula', () => {
    expect(
      csv(
        ['a', 'b'],
        [
          ['x,"y"', 1],
          ['=1+1', new Date('2026-03-21T00:00:00Z')],
          [null, '@x'],
        ],
      ),
    ).toBe('a,b\r\n"x,""y""",1\r\n\'=1+1,2026-03-21T00:00:00.000Z\r\n,\'@x\r\n');
  });
});

describe('numbers', () => {
  it('are known in any form people write', () => {
    for (const text of [
      '07700 900123',
      '+44 7700 900123',
      '00447700900123',
      '447700900123',
      '07700-900123',
      '07700900123.0',
      '(07700) 900123',
    ]) {
      expect(asNumber(text), text).toBe('+447700900123');
    }
    for (const text of ['kit', 'I-0312', '4471', '', 'E-4471 x'])
      expect(asNumber(text), text).toBeUndefined();
  });
});

describe('names of uploads', () => {
  it('stay below their folder', () => {
    expect(safeName('calls.csv.gz')).toBe('calls.csv.gz');
    expect(safeName('../../etc/passwd')).toBe('passwd');
    expect(safeName('C:\\x\\people.csv')).toBe('people.csv');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(safeName(name)).toMatch(/^$|^[\w-][\w.-]*$/);
      }),
    );
  });
});

describe('pages of lists', () => {
  it('are read from any text', () => {
    expect(readPage({ page: '3' })).toBe(3);
    for (const page of ['0', '-1', 'x', '1e9', '2.5', undefined]) expect(readPage({ page })).toBe(1);
    expect(readPage({ page: ['2', '3'] })).toBe(2);
  });

  it('keep the filter and lead to every page', () => {
    expect(address('/signals', { band: 'high', page: '2', text: '' }, { page: '' })).toBe(
      '/signals?band=high',
    );
    expect(paging('/x', {}, 1, 20, 25)).toBeUndefined();
    expect(paging('/x', {}, 2, 120, 25)).toMatchObject({
      previous: { href: '/x' },
      next: { href: '/x?page=3' },
      items: [{ number: 1 }, { number: 2, current: true }, { number: 3 }, { ellipsis: true }, { number: 5 }],
    });
  });
});
