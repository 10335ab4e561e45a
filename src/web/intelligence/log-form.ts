import { isAssessment, isHandling, isSource } from '../../intelligence/logs/grading.ts';
import { isAudience, isCondition } from '../../intelligence/logs/handling.ts';
import { type Draft, type Gap, isDay, type Paragraph } from '../../intelligence/logs/log.ts';
import { type Form, fields, type Mistake } from '../layout/form.ts';

/** Characters of one paragraph: longer ones are kept, and asked to be divided. */
export const LONGEST_PARAGRAPH = 4000;
const MOST_PARAGRAPHS = 20;

/** A draft as its form holds it. */
export interface LogForm {
  draft: Draft;
  matterId: string;
  /** Identifiers, one a line, as the reader wrote them. */
  officers: string;
  people: string;
}

/** Everything that was typed, however long: a draft loses nothing. */
function typed(form: Form, name: string): string {
  const value = form?.[name];
  return typeof value === 'string' ? value.trim() : '';
}

/** Reads the form of a draft. A grading that is none becomes untested, not known and bound by conditions: nothing is shared by a slip. */
export function readLogForm(form: Form): LogForm {
  const count = Math.min(MOST_PARAGRAPHS, Math.max(1, Number(typed(form, 'paragraphs')) || 1));
  const paragraphs = Array.from({ length: count }, (_, i): Paragraph => {
    const number = i + 1;
    const [source, assessment, handling] = ['source', 'assessment', 'handling'].map((name) =>
      typed(form, `${name}${number}`),
    ) as [string, string, string];
    return {
      number,
      text: typed(form, `text${number}`),
      source: isSource(source) ? source : '2',
      assessment: isAssessment(assessment) ? assessment : 'D',
      handling: isHandling(handling) ? handling : 'C',
      conditions: fields(form, `conditions${number}`).filter(isCondition),
      audiences: fields(form, `audiences${number}`).filter(isAudience),
      corroboration: typed(form, `corroboration${number}`).slice(0, 1000),
    };
  });
  return {
    draft: {
      title: typed(form, 'title').slice(0, 200),
      provenance: typed(form, 'provenance').slice(0, 100),
      sourceDetail: typed(form, 'sourceDetail').slice(0, 4000),
      from: day(form, 'from'),
      to: day(form, 'to'),
      paragraphs,
    },
    matterId: typed(form, 'matter').slice(0, 100),
    officers: typed(form, 'officers').slice(0, 4000),
    people: typed(form, 'people').slice(0, 4000),
  };
}

/** A day typed in three fields, as `YYYY-MM-DD`; empty where nothing was typed, and no day where it is none. */
function day(form: Form, name: string): string {
  const [year = '', month = '', date = ''] = ['year', 'month', 'day'].map((part) =>
    typed(form, `${name}-${part}`).slice(0, 10),
  );
  if (year === '' && month === '' && date === '') return '';
  return `${year.padStart(4, '0')}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
}

/** Days that the store can keep: what is no day is not kept, but asked about. */
export function keepable(draft: Draft): Draft {
  const kept = (text: string) => (isDay(text) ? text : '');
  return { ...draft, from: kept(draft.from), to: kept(draft.to) };
}

/** Gaps of a draft as mistakes of its form, with those that only the form can have. */
export function mistakes(gaps: readonly Gap[], draft: Draft): Mistake[] {
  const long = draft.paragraphs
    .filter(({ text }) => text.length > LONGEST_PARAGRAPH)
    .map(({ number }) => ({
      text: `Paragraph ${number} is longer than ${LONGEST_PARAGRAPH.toLocaleString('en-GB')} characters. Divide it: each part has a grading of its own`,
      href: `#text${number}`,
    }));
  return [...gaps.map(({ field, text }) => ({ text, href: `#${FIRST[field] ?? field}` })), ...long];
}

/** Where the summary of mistakes leads for a field that has several inputs. */
const FIRST: Record<string, string> = { from: 'from-day', to: 'to-day' };

/** The lines of a field in which each line names somebody. */
export function lines(text: string): string[] {
  return [...new Set(text.split(/[\n,;]+/).map((one) => one.trim()))]
    .filter((one) => one !== '')
    .slice(0, 50);
}
