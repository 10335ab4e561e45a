import { type Machine, moveFrom } from '../../kernel/machine.ts';
import type { Grading } from './grading.ts';
import { gradingDoubts } from './grading.ts';

export type LogState = 'draft' | 'submitted' | 'sanitised' | 'live' | 'closed';

/**
 * The life of an intelligence log. Its author writes a draft and submits it; somebody makes the sanitised version and another one checks
 * it; only then do others read it. Nothing skips the check.
 */
export const LOG: Machine<LogState> = {
  states: ['draft', 'submitted', 'sanitised', 'live', 'closed'],
  start: 'draft',
  moves: [
    { from: 'draft', to: 'submitted', act: 'submit' },
    { from: 'submitted', to: 'draft', act: 'return' },
    { from: 'submitted', to: 'sanitised', act: 'sanitise' },
    { from: 'sanitised', to: 'submitted', act: 'send back' },
    { from: 'sanitised', to: 'live', act: 'pass' },
    { from: 'live', to: 'live', act: 'review' },
    { from: 'live', to: 'closed', act: 'close' },
    { from: 'closed', to: 'live', act: 'reopen' },
  ],
};

export type LogAct = 'submit' | 'return' | 'sanitise' | 'send back' | 'pass' | 'review' | 'close' | 'reopen';

/** Who has had a hand in a log, as accounts. */
export interface Hands {
  author: string;
  /** Who made the sanitised version, if anybody. */
  sanitiser: string | null;
}

/**
 * Why somebody may not do an act to a log in that state, in words; undefined where they may. Roles are the policy's affair; this is
 * about who may follow whom: the author alone writes and submits, and the sanitised version is checked by neither its maker nor the
 * author. The database holds the same.
 */
export function actRefused(
  state: LogState,
  act: LogAct,
  account: string,
  { author, sanitiser }: Hands,
): string | undefined {
  if (moveFrom(LOG, state, act) === undefined) return `A log that is ${state} cannot be told to ${act}.`;
  if (act === 'submit' && account !== author) return 'Only who wrote it can submit it.';
  if ((act === 'pass' || act === 'send back') && account === sanitiser)
    return 'Whoever made the sanitised version cannot check it.';
  if (act === 'pass' && account === author)
    return 'Whoever wrote the log cannot check its sanitised version.';
  return undefined;
}

/** Where a log comes from. What is kept of it is held apart from the log, for those who may see originals. */
export const PROVENANCES = {
  officer: 'Seen or heard by the author',
  colleague: 'A report by a colleague',
  signal: 'A signal of this system',
  audit: 'An audit of systems or records',
  complaint: 'A complaint',
  partner: 'A partner agency',
  public: 'A member of the public',
  'dedicated source unit': 'A dedicated source unit',
  debrief: 'A debrief of somebody dismissed',
  survey: 'A survey',
  'other force': 'Another force',
} as const;
export type Provenance = keyof typeof PROVENANCES;
export const isProvenance = (text: string): text is Provenance => Object.hasOwn(PROVENANCES, text);

/** One paragraph as its author wrote it. */
export interface Paragraph extends Grading {
  number: number;
  text: string;
  conditions: readonly string[];
  audiences: readonly string[];
  /** What corroborates it; empty for none. */
  corroboration: string;
}

/** What a draft holds, as far as it is written. Days as `YYYY-MM-DD`, empty where not known. */
export interface Draft {
  title: string;
  provenance: string;
  /** Who or what the source is. */
  sourceDetail: string;
  from: string;
  to: string;
  paragraphs: readonly Paragraph[];
}

/** Something that must be mended before a log can be submitted, and the field that it is about. */
export interface Gap {
  field: string;
  text: string;
}

/** What a draft lacks to be submitted. `today` is the day of the force. */
export function gapsOf(draft: Draft, today: string): Gap[] {
  const gaps: Gap[] = [];
  const gap = (field: string, text: string) => gaps.push({ field, text });
  if (draft.title === '') gap('title', 'Enter a title that names nobody');
  if (!isProvenance(draft.provenance)) gap('provenance', 'Say where it comes from');
  if (draft.provenance === 'dedicated source unit' && /[a-z]{3}/i.test(draft.sourceDetail))
    gap(
      'sourceDetail',
      'A dedicated source unit keeps to itself who its source is. Enter the number of its report, no words',
    );
  if (draft.provenance !== 'dedicated source unit' && draft.provenance !== '' && draft.sourceDetail === '')
    gap('sourceDetail', 'Say who or what the source is. It is held apart from the log');
  for (const [field, day] of [
    ['from', draft.from],
    ['to', draft.to],
  ] as const) {
    if (day !== '' && !isDay(day)) gap(field, 'Enter a day that exists, such as 2026-03-21');
    else if (day > today) gap(field, 'It happened on a day that is yet to come. Which day was it?');
  }
  if (isDay(draft.from) && isDay(draft.to) && draft.to < draft.from)
    gap('to', 'It ended before it began. Which way round is it?');
  if (draft.paragraphs.every(({ text }) => text === '')) gap('text1', 'Write at least one paragraph');
  return gaps;
}

/** What in a draft does not go together: questions that its author answers by mending it or by saying that it is meant. */
export function doubtsOf(draft: Draft): string[] {
  return draft.paragraphs
    .filter(({ text }) => text !== '')
    .flatMap((one) => gradingDoubts(one, one).map((question) => `Paragraph ${one.number}: ${question}`));
}

/** Whether a text is a day that exists, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}
