/** One fix of the taxi: seconds since 1970, and whether it carried somebody. */
export interface Fix {
  at: number;
  occupied: boolean;
}

/** A stop, in seconds since 1970. */
export interface Stop {
  from: number;
  to: number;
}

/** What the flag says of one stop; see `meaningOf`. */
export type Meaning =
  | 'free'
  | 'begins or ends a ride'
  | 'between two rides'
  | 'in the middle of a ride'
  | 'no fix';

/** Reads lines of `latitude longitude occupied seconds`; gives the fixes in order of time. */
export function readFixes(text: string): Fix[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/))
    .map(([, , occupied, seconds]) => ({ at: Number(seconds), occupied: occupied === '1' }))
    .sort((a, b) => a.at - b.at);
}

/**
 * What the flag says of a stop: the taxi was free throughout; a ride began or ended (the flag changed between the last fix
 * before the stop and the first one after it); one ended and another began; or somebody sat in it all the time, which is
 * what a stop of a taxi should not be.
 */
export function meaningOf(stop: Stop, fixes: readonly Fix[]): Meaning {
  const first = firstAtOrAfter(fixes, stop.from);
  const after = firstAtOrAfter(fixes, stop.to + 1);
  const during = fixes.slice(first, after);
  if (during.length === 0) return 'no fix';
  const before = fixes[first - 1] ?? (during[0] as Fix);
  const next = fixes[after] ?? (during.at(-1) as Fix);
  if (before.occupied !== next.occupied) return 'begins or ends a ride';
  if (!before.occupied) return 'free';
  return during.every((fix) => fix.occupied) ? 'in the middle of a ride' : 'between two rides';
}

/** How many stops have each meaning. */
export function meanings(stops: readonly Stop[], fixes: readonly Fix[]): Map<Meaning, number> {
  const counts = new Map<Meaning, number>();
  for (const stop of stops) {
    const meaning = meaningOf(stop, fixes);
    counts.set(meaning, (counts.get(meaning) ?? 0) + 1);
  }
  return counts;
}

/** Place of the first fix at a time or after it. */
function firstAtOrAfter(fixes: readonly Fix[], at: number): number {
  let low = 0;
  let high = fixes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((fixes[middle] as Fix).at < at) low = middle + 1;
    else high = middle;
  }
  return low;
}
