import { UNUSUAL } from './settings.ts';

/** How somebody looked in the time that is judged, in numbers. */
export interface Looking {
  who: string;
  looks: number;
  /** Different officers and members of the public opened. */
  people: number;
  /** The same, in an average stretch of that length before; null without any before. */
  usualPeople: number | null;
  /** Looks outside the hours of the day that are set. */
  oddHours: number;
  /** Different people opened long enough ago that work could have followed, and those of them that none followed on. */
  settled: number;
  idle: number;
  /** Looks and searches that showed themselves. */
  self: number;
}

export const REASONS = {
  many: 'Many different people',
  odd: 'At odd hours',
  idle: 'Looks without any later work',
  self: 'Looked at oneself',
} as const;

/** Something that a person should ask about. It may well have a good reason. */
export interface Unusual {
  who: string;
  reason: keyof typeof REASONS;
  /** What was found, in one sentence with its numbers. */
  text: string;
}

/** What is unusual about how people looked, against their own past and their colleagues; oneself first. */
export function unusualLooking(all: readonly Looking[]): Unusual[] {
  const found: Unusual[] = [];
  for (const one of all) {
    const colleagues = all.filter((other) => other.who !== one.who);
    const say = (reason: Unusual['reason'], text: string) => found.push({ who: one.who, reason, text });
    if (one.self > 0) {
      const times = one.self === 1 ? 'A look or search' : `${one.self} looks or searches`;
      say('self', `${times} showed the officer that this account belongs to.`);
    }
    const othersPeople = median(colleagues.map((other) => other.people));
    const usual = Math.max(one.usualPeople ?? 0, othersPeople ?? 0);
    if (one.people >= UNUSUAL.fewest.value && one.people > UNUSUAL.timesUsual.value * usual) {
      const own =
        one.usualPeople === null ? 'no earlier looks' : `${Math.round(one.usualPeople)} before on average`;
      const others =
        othersPeople === null ? 'no colleagues to compare' : `colleagues ${Math.round(othersPeople)}`;
      say('many', `${one.people} different people in ${UNUSUAL.window.value} days; ${own}, ${others}.`);
    }
    if (one.oddHours >= UNUSUAL.fewestOdd.value && one.oddHours / one.looks >= UNUSUAL.oddShare.value) {
      const hours = `before ${UNUSUAL.dayBegins.value}:00 or after ${UNUSUAL.dayEnds.value}:00`;
      const others = median(colleagues.map((other) => share(other.oddHours, other.looks)));
      say('odd', `${one.oddHours} of ${one.looks} looks ${hours}${among(others)}.`);
    }
    if (one.idle >= UNUSUAL.fewestIdle.value && one.idle / one.settled >= UNUSUAL.idleShare.value) {
      const others = median(
        colleagues.filter((other) => other.settled > 0).map((other) => share(other.idle, other.settled)),
      );
      const within = `no verdict or other work on them within ${UNUSUAL.workWithin.value} days`;
      say('idle', `${one.idle} of ${one.settled} people looked at, and ${within}${among(others)}.`);
    }
  }
  const order = Object.keys(REASONS).reverse();
  return found.sort(
    (a, b) => order.indexOf(a.reason) - order.indexOf(b.reason) || a.who.localeCompare(b.who),
  );
}

const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const among = (others: number | null) => (others === null ? '' : `; colleagues ${Math.round(100 * others)}%`);

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
