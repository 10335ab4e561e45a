import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readHeader } from './csv-header.ts';
import { QuoteCheck, recordEnd } from './quotes.ts';

const field = fc.oneof(
  fc
    .string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r\n', 'é', ' '), maxLength: 8 })
    .map((text) => `"${text.replaceAll('"', '""')}"`),
  fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' '), minLength: 1, maxLength: 6 }),
);
const record = fc.array(field, { minLength: 2, maxLength: 5 }).map((fields) => ['x', ...fields].join(','));
const file = fc.tuple(fc.array(record, { minLength: 1, maxLength: 6 }), fc.constantFrom('\n', '\r\n'));

function checked(bytes: Buffer, cut: number): QuoteCheck {
  const check = new QuoteCheck(',');
  for (let at = 0; at < bytes.length; at += cut) check.add(bytes.subarray(at, at + cut));
  return check;
}

it('sound quotes are found sound, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 1, max: 9 }), ([records, end], cut) => {
      const bytes = Buffer.from(records.join(end) + end);
      expect(checked(bytes, cut).sound()).toBe(true);
      expect(checked(bytes, cut).met()).toBe(bytes.includes('"'));
    }),
  );
});

it('records end where another parser ends them', () => {
  fc.assert(
    fc.property(file, ([records, end]) => {
      const bytes = Buffer.from(records.join(end) + end);
      const theirs = parse(bytes, { relax_column_count: true }) as string[][];
      let at = 0;
      for (const one of theirs) {
        const found = recordEnd(bytes, at, 0x2c, true);
        if (typeof found === 'string') throw new Error(found);
        expect(readHeader(bytes.subarray(at, found.end), ',', 0).names).toEqual(
          one.map((name) => name.trim()),
        );
        at = found.end;
      }
      expect(at).toBe(bytes.length);
    }),
  );
});

it('broken quotes are found, wherever the chunks are cut', () => {
  for (const text of ['a,"b\n', 'a,"b"c\n', 'a,"b" ,c\n', '"', 'a\n"b""\nc', `"${'x'.repeat(1_100_000)}\n`]) {
    for (const cut of [1, 2, 3, 65536]) expect(checked(Buffer.from(text), cut).sound(), text).toBe(false);
  }
  for (const text of ['', 'a"b,c\n', 'a,"b"', '""', '\ufeff"a","b"\n']) {
    for (const cut of [3, 4, 65536]) expect(checked(Buffer.from(text), cut).sound(), text).toBe(true);
  }
});
