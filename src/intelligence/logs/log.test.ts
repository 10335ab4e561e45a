import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagram, moveFrom, unreached } from '../../kernel/machine.ts';
import { actRefused, type Draft, doubtsOf, gapsOf, LOG, type LogAct, type LogState } from './log.ts';
import { reviewOn } from './review.ts';

const TODAY = '2026-03-21';
const whole: Draft = {
  title: 'Visits after a call',
  provenance: 'colleague',
  sourceDetail: 'An invented colleague, collar 4711',
  from: '2026-03-01',
  to: '2026-03-07',
  paragraphs: [
    {
      number: 1,
      text: 'The officer has visited the same address three times.',
      source: '2',
      assessment: 'C',
      handling: 'P',
      conditions: [],
      audiences: [],
      corroboration: '',
    },
  ],
};
const fieldsOf = (draft: Draft) => gapsOf(draft, TODAY).map(({ field }) => field);

describe('a draft', () => {
  it('that says what it must can be submitted', () => {
    expect(gapsOf(whole, TODAY)).toEqual([]);
    expect(doubtsOf(whole)).toEqual([]);
  });

  it.each([
    ['no title', { title: '' }, 'title'],
    ['nowhere to come from', { provenance: 'rumour' }, 'provenance'],
    ['no source', { sourceDetail: '' }, 'sourceDetail'],
    ['a source that its unit keeps to itself', { provenance: 'dedicated source unit' }, 'sourceDetail'],
    ['a day to come', { to: '2026-03-22' }, 'to'],
    ['a day that does not exist', { from: '2026-02-30' }, 'from'],
    ['an end before its beginning', { from: '2026-03-09' }, 'to'],
    ['nothing written', { paragraphs: [] }, 'text1'],
  ])('with %s is asked about', (_, change, field) => {
    expect(fieldsOf({ ...whole, ...change })).toEqual([field]);
  });

  it('from a source unit says a number and nothing else', () => {
    expect(fieldsOf({ ...whole, provenance: 'dedicated source unit', sourceDetail: 'R-7/26' })).toEqual([]);
    expect(fieldsOf({ ...whole, provenance: 'dedicated source unit', sourceDetail: '' })).toEqual([]);
  });

  it('with a grading that contradicts itself is asked about, by paragraph', () => {
    const [one] = whole.paragraphs;
    if (one === undefined) throw new Error('a paragraph');
    const draft = { ...whole, paragraphs: [one, { ...one, number: 2, handling: 'C' as const }] };
    expect(doubtsOf(draft)).toEqual([expect.stringMatching(/^Paragraph 2: .*Which ones/)]);
  });
});

describe('the life of a log', () => {
  const ACTS = [...new Set(LOG.moves.map(({ act }) => act))] as LogAct[];
  const PEOPLE = ['author', 'maker', 'checker'];

  it('reaches every state, and is drawn in the docs as it is', () => {
    expect(unreached(LOG)).toEqual([]);
    const docs = readFileSync(path.join(import.meta.dirname, '../../../docs/intelligence.md'), 'utf8');
    expect(docs).toContain(diagram(LOG));
  });

  it('shows nothing to others before somebody who is neither author nor maker has checked it, whatever is tried', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.constantFrom(...PEOPLE)), { maxLength: 30 }),
        (tried) => {
          let state: LogState = LOG.start;
          let sanitiser: string | null = null;
          let checked = false;
          for (const [act, who] of tried) {
            if (actRefused(state, act, who, { author: 'author', sanitiser }) !== undefined) continue;
            const move = moveFrom(LOG, state, act);
            if (move === undefined) throw new Error('an act without a move');
            if (act === 'sanitise') [sanitiser, checked] = [who, false];
            if (act === 'pass') checked = who !== sanitiser && who !== 'author';
            state = move.to;
            if (state === 'live' || state === 'closed') expect(checked).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is submitted by its author alone', () => {
    expect(actRefused('draft', 'submit', 'maker', { author: 'author', sanitiser: null })).toMatch(
      /who wrote it/,
    );
    expect(actRefused('draft', 'pass', 'maker', { author: 'author', sanitiser: null })).toMatch(
      /cannot be told/,
    );
  });
});

describe('the review of a log', () => {
  it.each([
    ['1', '2026-03-21', '2036-03-21'],
    ['3', '2024-02-29', '2030-02-28'],
    ['4', '2027-12-31', '2028-12-31'],
    ['2', '2018-02-28', '2028-02-28'],
  ] as const)('of group %s from %s is on %s', (group, from, on) => {
    expect(reviewOn(group, from)).toBe(on);
  });
});
