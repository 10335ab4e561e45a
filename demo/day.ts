/** Tells one day of events: ordinary work first, then what the stories add, all in one form. */
import type { AccessRow } from './access-log.ts';
import { AccessLog } from './access-log.ts';
import { lookThroughDay } from './accesses.ts';
import type { CallRow } from './calls.ts';
import { CallLog, telephoneThroughDay } from './calls.ts';
import { HOUR, isRepeatedHour } from './clock.ts';
import type { Force } from './force.ts';
import type { MessageRow } from './messages.ts';
import { captured, otherWays } from './messages.ts';
import type { Sampling } from './positions.ts';
import { report } from './positions.ts';
import { Dice } from './random.ts';
import type { Stage } from './stage.ts';

export interface PositionRow {
  at: number;
  text: string;
  plot: number;
}

/** What begins on a day. Rows may fall into the next day: nights do. */
export interface Told {
  accesses: AccessRow[];
  calls: CallRow[];
  messages: MessageRow[];
  positions: PositionRow[];
}

/** Tells a day. Pure: the same for the same plan, day, scale and sampling. */
export function tellDay(force: Force, stage: Stage, day: number, scale: number, sampling: Sampling): Told {
  const accesses = new AccessLog();
  lookThroughDay(force, day, scale, accesses);
  const calls = new CallLog();
  telephoneThroughDay(force, day, calls);
  for (const row of stage.accesses.get(day)?.rows ?? []) accesses.rows.push(row);
  for (const row of stage.calls.get(day)?.rows ?? []) calls.rows.push({ ...row });
  for (const row of calls.rows) {
    // Billing writes local time without offset: what falls into the second run of the doubled October hour could
    // not be told from the first, so nothing does.
    if (isRepeatedHour(row.at)) row.at -= HOUR;
    row.at = Math.floor(row.at / 1000) * 1000;
  }
  const positions: PositionRow[] = [];
  for (const crew of force.crews[day] ?? []) {
    report(force, crew, sampling, (at, text, plot) => positions.push({ at, text, plot }));
  }
  return { accesses: accesses.rows, calls: calls.rows, messages: capture(force, day, calls.rows), positions };
}

/** Messages of the phones whose text is captured: the texts that were billed, and other ways that no bill shows. */
function capture(force: Force, day: number, calls: CallRow[]): MessageRow[] {
  const dice = new Dice(force.seed, `messages ${day}`);
  const watched = new Set<string>();
  for (const p of force.phones) if (p.captured) watched.add(p.number);
  const rows: MessageRow[] = [];
  for (const row of calls) {
    if (!watched.has(row.number)) continue;
    if (row.kind !== 'voice') rows.push(captured(dice, row));
    else if (row.person >= 0 && row.plot < 0 && dice.chance(0.05))
      rows.push(otherWays(dice, row.number, row.other, row.at + 120_000));
  }
  return rows;
}

/** Volumes that bring a force to about a wished-for number of events. */
export interface Volume {
  scale: number;
  sampling: Sampling;
}

/** How many times slower than usual positions are sampled before other means are tried, and at the very most. */
const SLOW = 3;
const SLOWEST = 12;

/** Chooses sampling (and, if need be, fewer looks) from a dry run of some days. */
export function calibrate(force: Force, stage: Stage, usual: Sampling, events: number): Volume {
  const { days } = force.period;
  const sample: number[] = [];
  const tries = Math.min(days, 10);
  for (let i = 0; i < tries; i++) sample.push(Math.floor(((i + 0.5) * days) / tries));
  const rare = 400;
  const slower = (f: number, radios = 1): Sampling => ({
    ...usual,
    moving: usual.moving * f,
    still: usual.still * f,
    radios,
  });
  const count = (day: number, sampling: Sampling): number => {
    let n = 0;
    for (const crew of force.crews[day] ?? []) report(force, crew, sampling, () => n++, true);
    return n;
  };
  let looks = 0;
  let talk = 0;
  // Positions as usual and hardly any (ends of stops are always told), with and without radios in vehicles.
  const way = (sampling: Sampling): { sampling: Sampling; n: number } => ({ sampling, n: 0 });
  const full = way(usual);
  const ends = way(slower(rare));
  const cars = way(slower(1, 0));
  const carEnds = way(slower(rare, 0));
  for (const day of sample) {
    const told = tellDay(force, stage, day, 1, { ...slower(rare), radios: 0 });
    looks += told.accesses.length;
    talk += told.calls.length + told.messages.length;
    for (const w of [full, ends, cars, carEnds]) w.n += count(day, w.sampling);
  }
  const budget = (events * tries) / days;
  const room = budget - looks - talk;
  const all = (f: number): number => ends.n + (full.n - ends.n) / f;
  const bare = (f: number): number => carEnds.n + (cars.n - carEnds.n) / f;
  if (room >= all(SLOW)) {
    return { scale: 1, sampling: slower(Math.max(0.01, (full.n - ends.n) / Math.max(1, room - ends.n))) };
  }
  // Too many: first some radios in vehicles fall silent, then vehicles report less, then there are fewer looks.
  if (room >= bare(SLOW)) {
    return { scale: 1, sampling: slower(SLOW, (room - bare(SLOW)) / Math.max(1, all(SLOW) - bare(SLOW))) };
  }
  if (room >= bare(SLOWEST)) {
    return { scale: 1, sampling: slower((cars.n - carEnds.n) / Math.max(1, room - carEnds.n), 0) };
  }
  const scale = Math.max(0.05, (budget - talk - bare(SLOWEST)) / Math.max(1, looks));
  return { scale, sampling: slower(SLOWEST, 0) };
}
