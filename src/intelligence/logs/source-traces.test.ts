import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sourceTraces } from './source-traces.ts';

const source = {
  detail: 'Pat Mockling, a nurse on Ward 7 of Fauxham Infirmary, 07700 900123',
  author: 'Robin Invented',
};
const found = (text: string) => sourceTraces(text, source).map(({ words }) => words);

describe('what a sanitised text gives away', () => {
  it.each([
    ['the name of the source', 'Mockling has seen the officer there.', 'mockling'],
    ['where they work', 'It is known in the infirmary.', 'infirmary'],
    ['a number', 'The telephone 900123 was used.', '900123'],
    ['the author', 'As Robin wrote before.', 'robin'],
    ['the voice of a witness', 'I saw the car twice.', 'I'],
    ['a tie', 'According to a report, his sister said he boasted of it.', 'his sister'],
    ['the source itself', 'The source believes that he will return.', 'source'],
    ['a minute', 'He left at 02:17 on Tuesday.', 'at 02:17'],
    ['how few know it', 'There were only two in the room: only they know.', 'only they'],
  ])('%s', (_, text, words) => {
    expect(found(text)).toContain(words);
  });

  it('is nothing in a text that gives nothing away', () => {
    expect(
      found('The officer is said to have visited the same address on several evenings in March.'),
    ).toEqual([]);
    expect(found('His sister lives in the same street.')).toEqual([]);
  });

  it('finds every particular word of the source that is left in, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('Mockling', 'nurse', 'ward', 'Fauxham', 'Infirmary', '07700', '900123'),
        fc.nat(3),
        (word, at) => {
          const text = ['The officer', 'is known to', 'visit there', 'often'];
          text.splice(at, 0, word);
          expect(found(text.join(' '))).toContain(word.toLowerCase());
        },
      ),
    );
  });
});
