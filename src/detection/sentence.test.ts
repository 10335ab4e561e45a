import { expect, it } from 'vitest';
import { wholeWords } from './indicator.ts';
import { compose } from './sentence.ts';

it('puts facts, plurals and days into a sentence, and leaves out what is not known', () => {
  const sentence = '{who} had {n:contact/contacts}[ on {at@day}][, {texts} of them texts][, while {duty}]';
  expect(
    compose(sentence, {
      who: 'PC 4471',
      n: '41',
      at: '2026-06-12 22:30:00.000',
      texts: '38',
      duty: 'off_duty',
    }),
  ).toBe('PC 4471 had 41 contacts on 12 June 2026, 38 of them texts, while off duty');
  expect(compose(sentence, { who: 'PC 4471', n: '1', texts: '0' })).toBe('PC 4471 had 1 contact');
});

it('finds whole words only', () => {
  const pattern = new RegExp(
    wholeWords(['sex', 'over-familiar', 'asked me out', 'harass*']).replace('(?i)', ''),
    'i',
  );
  for (const text of ['about SEX.', 'was Over-Familiar', 'he asked  me out', 'harassing'])
    expect(pattern.test(text), text).toBe(true);
  for (const text of ['Middlesex', 'sexes', 'asked me outside']) expect(pattern.test(text), text).toBe(false);
});
