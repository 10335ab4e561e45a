import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { namesLeft, withoutTokens, withTokens } from './tokens.ts';

const subjects = [
  { kind: 'officer', id: 'E-5001', names: ['Robin Invented', 'E-5001', '5001'] },
  { kind: 'person', id: 'P-7', names: ['Kit Mock', 'P-7'] },
  { kind: 'person', id: 'P-8', names: ['Kit Mockling'] },
] as const;

describe('tokens in place of names', () => {
  it('stand for each of those concerned, by whatever they are called', () => {
    const text = 'ROBIN INVENTED (5001) rang Kit Mock, not Kit Mockling, about E-5001’s car.';
    const said = withTokens(text, subjects);
    expect(said).toBe('[officer 1] ([officer 1]) rang [person 1], not [person 2], about [officer 1]’s car.');
    expect(namesLeft(said, subjects)).toEqual([]);
    expect(namesLeft(text, subjects).map(({ name }) => name)).toContain('Kit Mockling');
    expect(withoutTokens(said, subjects, ({ id }) => id)).toBe(
      'E-5001 (E-5001) rang P-7, not P-8, about E-5001’s car.',
    );
  });

  it('leave words alone that only hold a name, and tokens of nobody', () => {
    expect(withTokens('A mocking remark about 50012', subjects)).toBe('A mocking remark about 50012');
    expect(withoutTokens('[person 9] and [dog 1]', subjects, ({ id }) => id)).toBe('[person 9] and [dog 1]');
  });

  it('leave no name, whatever the text', () => {
    const word = fc.constantFrom('Robin', 'Invented', 'Kit', 'Mock', 'Mockling', 'E-5001', 'P-7', 'met', ',');
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        expect(namesLeft(withTokens(words.join(' '), subjects), subjects)).toEqual([]);
      }),
    );
  });
});
