import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromOldGrading, GRADING, gradingDoubts, gradingText } from './grading.ts';

const grading = fc.record({
  source: fc.constantFrom('1', '2', '3'),
  assessment: fc.constantFrom('A', 'B', 'C', 'D', 'E'),
  handling: fc.constantFrom('P', 'C'),
});

describe('a grading', () => {
  it('is written as people write it', () => {
    expect(gradingText({ source: '2', assessment: 'C', handling: 'P' })).toBe('2C P');
  });

  it.each([
    ['corroborated by nothing', { source: '2', assessment: 'B', handling: 'P' }, [], '', /Is it C\?/],
    [
      'corroborated and not said',
      { source: '2', assessment: 'C', handling: 'P' },
      [],
      'The log of the car',
      /Is it B\?/,
    ],
    ['reliable and false', { source: '1', assessment: 'E', handling: 'P' }, [], '', /Is that meant/],
    ['unreliable and direct', { source: '3', assessment: 'A', handling: 'P' }, [], '', /besides the source/],
    ['conditions under P', { source: '2', assessment: 'C', handling: 'P' }, ['S2'], '', /sets none/],
    ['no conditions under C', { source: '2', assessment: 'C', handling: 'C' }, [], '', /Which ones/],
  ] as const)('is asked about: %s', (_, one, conditions, corroboration, question) => {
    expect(gradingDoubts(one, { conditions, corroboration }).join(' ')).toMatch(question);
  });

  it('without conditions and contradictions raises no question', () => {
    expect(
      gradingDoubts({ source: '2', assessment: 'C', handling: 'P' }, { conditions: [], corroboration: '' }),
    ).toEqual([]);
    expect(
      gradingDoubts(
        { source: '1', assessment: 'B', handling: 'C' },
        { conditions: ['A2'], corroboration: 'A log' },
      ),
    ).toEqual([]);
  });

  it('says of conditions whatever is graded that they and the code go together, or asks', () => {
    fc.assert(
      fc.property(grading, fc.boolean(), (one, conditions) => {
        const asked = gradingDoubts(one, { conditions: conditions ? ['S1'] : [], corroboration: '' });
        const about = asked.filter((text) => /condition/i.test(text));
        expect(about.length).toBe(conditions === (one.handling === 'C') ? 0 : 1);
      }),
    );
  });
});

describe('a grading of the older scheme', () => {
  it('becomes one of today’s, whichever it is, and sharing never gets wider', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...'ABCDEabcde'),
        fc.constantFrom(...'12345'),
        fc.constantFrom(...'12345'),
        fc.constantFrom('', 'The log of the car'),
        (source, assessment, handling, corroboration) => {
          const one = fromOldGrading({ source, assessment, handling }, corroboration);
          expect(one).toBeDefined();
          expect(Object.keys(GRADING.sources)).toContain(one?.source);
          expect(one?.handling).toBe(handling === '1' ? 'P' : 'C');
          if (one?.assessment === 'B') expect(corroboration).not.toBe('');
        },
      ),
    );
  });

  it('that is none is refused', () => {
    for (const old of ['F11', 'A61', 'A16', 'A01', ' 11']) {
      const [source = '', assessment = '', handling = ''] = old;
      expect(fromOldGrading({ source, assessment, handling }, '')).toBeUndefined();
    }
  });
});
