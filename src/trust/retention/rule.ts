/** Days are local calendar days, `2026-03-21`: they compare as text. */
export type Day = string;

/** How long things of a kind are kept. */
export interface Rule {
  kind: string;
  version: number;
  /** From the day that the kind counts from; the day on which they end is still kept. */
  months: number;
  /** Months from one review to the next before the end; null for none. */
  reviewEvery: number | null;
  /** At the end somebody decides, or it is erased. */
  atEnd: 'review' | 'erase';
}

/** What somebody decided about one thing: keep it until a day, or erase it. */
export interface Review {
  decision: 'keep' | 'erase';
  keepUntil: Day | null;
  decidedOn: Day;
}

/** Where a thing stands on a day. */
export type Standing = 'kept' | 'review due' | 'to be erased';

const pad = (n: number, width = 2) => String(n).padStart(width, '0');
const lastOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

/** A day some months later or earlier; the last day of the month where the month is too short (31 January, 29 February). */
export function addMonths(day: Day, months: number): Day {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const all = year * 12 + (month - 1) + months;
  const [y, m] = [Math.floor(all / 12), (((all % 12) + 12) % 12) + 1];
  return `${pad(y, 4)}-${pad(m)}-${pad(Math.min(date, lastOf(y, m)))}`;
}

/** The day after, or `days` after. */
export function addDays(day: Day, days = 1): Day {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) &&
    addDays(text, 0) === text
  );
}

/** The last day on which something that counts from `from` is kept by the rule alone. */
export function keptUntil(rule: Pick<Rule, 'months'>, from: Day): Day {
  return addMonths(from, rule.months);
}

/**
 * The first day that is still kept on `today`: everything that counts from a day before it has come to its end. What a rule
 * erases as a whole is erased up to here.
 */
export function floorOn(rule: Pick<Rule, 'months'>, today: Day): Day {
  let day = addDays(addMonths(today, -rule.months), -4);
  while (keptUntil(rule, day) < today) day = addDays(day);
  return day;
}

/**
 * Where a thing stands on a day: kept; due for review, on the way or at the end; or to be erased, because a person said so or
 * the rule says so. What a person decided to keep is kept to that day, and reviewed then. Never to be erased before its end
 * unless a person decided it.
 */
export function standingOn(rule: Rule, from: Day, reviews: readonly Review[], today: Day): Standing {
  const newest = [...reviews].sort((a, b) => (a.decidedOn < b.decidedOn ? -1 : 1)).at(-1);
  if (newest?.decision === 'erase') return 'to be erased';
  if (newest?.keepUntil != null) return newest.keepUntil < today ? 'review due' : 'kept';
  if (keptUntil(rule, from) < today) return rule.atEnd === 'erase' ? 'to be erased' : 'review due';
  if (rule.reviewEvery === null) return 'kept';
  return addMonths(newest?.decidedOn ?? from, rule.reviewEvery) < today ? 'review due' : 'kept';
}

/** The day on which a thing is next due, by its rule and what was decided about it. */
export function nextDue(rule: Rule, from: Day, reviews: readonly Review[]): Day {
  const newest = [...reviews].sort((a, b) => (a.decidedOn < b.decidedOn ? -1 : 1)).at(-1);
  if (newest?.decision === 'erase') return newest.decidedOn;
  if (newest?.keepUntil != null) return addDays(newest.keepUntil);
  const end = addDays(keptUntil(rule, from));
  if (rule.reviewEvery === null) return end;
  const review = addDays(addMonths(newest?.decidedOn ?? from, rule.reviewEvery));
  return [review, end].sort()[0] as Day;
}
