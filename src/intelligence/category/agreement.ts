import type { Outcome } from './categories.ts';
import type { Answers } from './decide.ts';
import { walk } from './decide.ts';
import type { Questions } from './questions.ts';

/** One matter that two people put under a category, each without seeing the other's answer. */
export interface Rated {
  first: Outcome;
  second: Outcome;
}

/** A figure with the bounds of its 95% interval. */
export interface Bounded {
  value: number;
  low: number;
  high: number;
}

const Z = 1.959964;

/**
 * A share of `n` with its 95% interval by Wilson (1927): centre (p + z²/2n)/(1 + z²/n), half width
 * z √(p(1−p)/n + z²/4n²)/(1 + z²/n). It holds for few cases and for shares of 0 and 1 too. `n` is at least 1.
 */
export function share(count: number, n: number): Bounded {
  const p = count / n;
  const middle = (p + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2))) / (1 + Z ** 2 / n);
  return {
    value: p,
    low: Math.max(0, Math.min(p, middle - half)),
    high: Math.min(1, Math.max(p, middle + half)),
  };
}

/** How often two people chose the same; undefined when nothing was reviewed. */
export function agreement(rated: readonly Rated[]): Bounded | undefined {
  if (rated.length === 0) return undefined;
  return share(rated.filter(({ first, second }) => first === second).length, rated.length);
}

/**
 * Cohen's kappa (Cohen 1960): (po − pe)/(1 − pe), where po is the share of equal answers and pe = Σ p_i. p_.i what chance would
 * give. 1: always the same; 0: as chance. The interval is kappa ± z times the large-sample standard error of Fleiss, Cohen and Everitt (1969),
 *
 *   var = [ Σ p_ii ((1−pe) − (p_i. + p_.i)(1−po))² + (1−po)² Σ_{i≠j} p_ij (p_.i + p_j.)² − (po pe − 2 pe + po)² ] / (n (1−pe)⁴).
 *
 * Where that is nought (all the same), the Wilson bounds of po are taken in the first formula instead, so that few matters do not look
 * certain. Undefined when nothing was reviewed, or when both put everything under one and the same category: then chance explains all.
 */
export function kappa(rated: readonly Rated[]): Bounded | undefined {
  const n = rated.length;
  const labels = [...new Set(rated.flatMap(({ first, second }) => [first, second]))];
  const part = (test: (one: Rated) => boolean) => rated.filter(test).length / n;
  const row = new Map(labels.map((label) => [label, part((one) => one.first === label)]));
  const column = new Map(labels.map((label) => [label, part((one) => one.second === label)]));
  const of = (map: Map<Outcome, number>, label: Outcome) => map.get(label) ?? 0;
  const pe = labels.reduce<number>((sum, label) => sum + of(row, label) * of(column, label), 0);
  if (labels.length < 2) return undefined;
  const po = part(({ first, second }) => first === second);
  const value = (po - pe) / (1 - pe);
  // Sums over the matters instead of over the cells: each adds 1/n to its own.
  const spread = rated.reduce<number>((sum, { first, second }) => {
    const term =
      first === second
        ? 1 - pe - (of(row, first) + of(column, first)) * (1 - po)
        : (1 - po) * (of(column, first) + of(row, second));
    return sum + term ** 2 / n;
  }, 0);
  const variance = (spread - (po * pe - 2 * pe + po) ** 2) / (n * (1 - pe) ** 4);
  if (variance < 1e-12) {
    const { low, high } = share(po * n, n);
    return { value, low: Math.max(-1, (low - pe) / (1 - pe)), high: Math.min(1, (high - pe) / (1 - pe)) };
  }
  const half = Z * Math.sqrt(variance);
  return { value, low: Math.max(-1, value - half), high: Math.min(1, value + half) };
}

/**
 * For each category that either of the two chose: how often both did, of how often at least one did, as the positive agreement
 * 2a/(2a + b + c) with a = both, b and c = one alone.
 */
export function agreementByOutcome(
  rated: readonly Rated[],
): { outcome: Outcome; both: number; one: number; agreement: number }[] {
  const outcomes = new Set(rated.flatMap(({ first, second }) => [first, second]));
  return [...outcomes]
    .map((outcome) => {
      const both = rated.filter((pair) => pair.first === outcome && pair.second === outcome).length;
      const one = rated.filter((pair) => (pair.first === outcome) !== (pair.second === outcome)).length;
      return { outcome, both, one, agreement: (2 * both) / (2 * both + one) };
    })
    .sort(
      (a, b) =>
        a.agreement - b.agreement || b.one - a.one || String(a.outcome).localeCompare(String(b.outcome)),
    );
}

/** Which two are taken for each other, how often, the most frequent first. `taken`: first answer; `meant`: the reviewer's. */
export function confusions(rated: readonly Rated[]): { taken: Outcome; meant: Outcome; count: number }[] {
  const counts = new Map<string, { taken: Outcome; meant: Outcome; count: number }>();
  for (const { first, second } of rated) {
    if (first === second) continue;
    const key = `${first}>${second}`;
    const known = counts.get(key) ?? { taken: first, meant: second, count: 0 };
    counts.set(key, { ...known, count: known.count + 1 });
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || `${a.taken}>${a.meant}`.localeCompare(`${b.taken}>${b.meant}`),
  );
}

/** Agreement month by month (`YYYY-MM`), in order; months without reviews are left out. */
export function drift(
  rated: readonly (Rated & { month: string })[],
): { month: string; reviews: number; agreement: Bounded }[] {
  const months = [...new Set(rated.map((one) => one.month))].sort();
  return months.map((month) => {
    const own = rated.filter((one) => one.month === month);
    const same = own.filter(({ first, second }) => first === second).length;
    return { month, reviews: own.length, agreement: share(same, own.length) };
  });
}

/** The first question at which two people answered differently; undefined when they went the same way. */
export function parting(
  questions: Questions,
  first: Answers,
  second: Answers,
): { question: string; first: string; second: string } | undefined {
  const other = new Map(
    walk(questions, second).asked.map(({ question, answer }) => [question.id, answer.id]),
  );
  for (const { question, answer } of walk(questions, first).asked) {
    const theirs = other.get(question.id);
    if (theirs !== undefined && theirs !== answer.id) {
      return { question: question.id, first: answer.id, second: theirs };
    }
  }
  return undefined;
}

/** How often two people parted at a question, by what each answered there, the most frequent first. */
export interface Parting {
  question: string;
  first: string;
  second: string;
  count: number;
}

/** Where the people of each pair parted, counted. */
export function partings(
  questions: Questions,
  pairs: readonly { firstAnswers: Answers; secondAnswers: Answers }[],
): Parting[] {
  const counts = new Map<string, Parting>();
  for (const { firstAnswers, secondAnswers } of pairs) {
    const at = parting(questions, firstAnswers, secondAnswers);
    if (at === undefined) continue;
    const key = [at.question, at.first, at.second].join('\n');
    counts.set(key, { ...at, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || (a.question < b.question ? -1 : 1));
}
