/** Who is on when: shift patterns in local time, leave, sickness, court, training, overtime. */
import type { Period } from './clock.ts';
import { MINUTE } from './clock.ts';
import type { Officer, Unit } from './force.ts';
import { unitOn } from './force.ts';
import { Dice } from './random.ts';

export const DUTIES = [
  '',
  'duty',
  'overtime',
  'court',
  'training',
  'rest_day',
  'annual_leave',
  'sick',
  'suspended',
] as const;
export type Duty = (typeof DUTIES)[number];

const code = (duty: Duty): number => DUTIES.indexOf(duty);

export interface Shift {
  kind: Duty;
  from: number;
  to: number;
}

/** Spells forced on somebody for the sake of a story: kind, first day, days. */
export interface Spell {
  officer: number;
  kind: Duty;
  day: number;
  days: number;
}

const CYCLE: [number, number][] = [
  [420, 960],
  [420, 960],
  [840, 1440],
  [840, 1440],
  [1320, 1860],
  [1320, 1860],
];

/** Pattern shift of a day in minutes after local midnight, or null on a rest day. */
function patternShift(
  officer: Officer,
  unit: Unit,
  period: Period,
  day: number,
  dice: Dice,
): [number, number] | null {
  const weekday = period.weekday(day);
  if (officer.pattern === 'cycle') {
    const place = (((day + unit.group * 2) % 10) + 10) % 10;
    return CYCLE[place] ?? null;
  }
  if (officer.pattern === 'weekday') {
    // One weekend in five is worked, with the Monday and Tuesday after off.
    const week = Math.floor((day + 700 - weekday) / 7) + officer.n;
    const serves = ['investigation', 'public_protection'].includes(officer.role);
    if (serves && week % 5 === 0 && weekday >= 5) return [480, 960];
    if (serves && (week - 1) % 5 === 0 && weekday <= 1) return null;
    return weekday < 5 ? (officer.n % 3 === 0 ? [540, 1020] : [480, 960]) : null;
  }
  if (officer.pattern === 'neighbourhood') {
    const place = (((day + officer.n * 3) % 7) + 7) % 7;
    if (place >= 5) return null;
    return Math.floor((day + 700) / 7 + officer.n) % 2 === 0 ? [480, 990] : [780, 1290];
  }
  if (officer.pattern === 'evenings') return weekday >= 4 && dice.chance(0.25) ? [1080, 1560] : null;
  return weekday === officer.n % 5 ? [570, 930] : null;
}

/** The roster, packed: a byte and three small numbers per officer and day. */
export class Roster {
  private readonly kinds: Uint8Array;
  private readonly starts: Int16Array;
  private readonly ends: Int16Array;
  private readonly extras: Int16Array;
  private readonly period: Period;

  constructor(officers: number, period: Period) {
    this.period = period;
    const cells = officers * period.days;
    this.kinds = new Uint8Array(cells);
    this.starts = new Int16Array(cells);
    this.ends = new Int16Array(cells);
    this.extras = new Int16Array(cells);
  }

  /** Writes a day: kind, minutes after local midnight, overtime minutes after the end. */
  put(officer: number, day: number, kind: Duty, start = 0, end = 1440, extra = 0): void {
    const i = officer * this.period.days + day;
    this.kinds[i] = code(kind);
    this.starts[i] = start;
    this.ends[i] = end;
    this.extras[i] = extra;
  }

  /** What the roster says of a day; '' when not serving or outside the period. */
  kind(officer: number, day: number): Duty {
    if (day < 0 || day >= this.period.days) return '';
    return DUTIES[this.kinds[officer * this.period.days + day] ?? 0] ?? '';
  }

  /** Minutes of overtime after the shift of a day. */
  extra(officer: number, day: number): number {
    return this.extras[officer * this.period.days + day] ?? 0;
  }

  /** Minutes after local midnight at which the rostered shift of a day ends. */
  endMinute(officer: number, day: number): number {
    return this.ends[officer * this.period.days + day] ?? 0;
  }

  /** Start and end of the shift of a day as rostered, without overtime. */
  span(officer: number, day: number): Shift {
    const i = officer * this.period.days + day;
    return {
      kind: this.kind(officer, day),
      from: this.period.at(day, this.starts[i] ?? 0),
      to: this.period.at(day, this.ends[i] ?? 1440),
    };
  }

  /** The shift worked on a day with its overtime, or null on any day not worked in the job itself. */
  working(officer: number, day: number): Shift | null {
    const kind = this.kind(officer, day);
    if (kind !== 'duty' && kind !== 'overtime') return null;
    const shift = this.span(officer, day);
    shift.to += this.extra(officer, day) * MINUTE;
    return shift;
  }

  /** Whether somebody is at work at an instant. */
  atWork(officer: number, at: number): boolean {
    const day = this.period.dayOf(at);
    for (const d of [day, day - 1]) {
      const shift = this.working(officer, d);
      if (shift && at >= shift.from && at < shift.to) return true;
    }
    return false;
  }
}

/** Draws up the roster of the period. `spells` overrule it. */
export function drawUpRoster(
  seed: number,
  officers: Officer[],
  units: Unit[],
  period: Period,
  spells: Spell[],
): Roster {
  const roster = new Roster(officers.length, period);
  for (const officer of officers) {
    const dice = new Dice(seed, `roster ${officer.n}`);
    for (let day = officer.servesFrom; day < officer.servesTo; day++) {
      const unit = units[unitOn(officer, day)];
      if (!unit) continue;
      const shift = patternShift(officer, unit, period, day, dice);
      const draw = dice.next();
      const extra = dice.chance(0.1) ? dice.whole(2, 8) * 30 : 0;
      if (!shift) {
        const regular = officer.kind === 'officer' && officer.pattern !== 'evenings';
        // Nobody does rest-day overtime straight after a night.
        const rested = day === officer.servesFrom || roster.endMinute(officer.n, day - 1) <= 1440;
        if (regular && rested && draw < 0.03) roster.put(officer.n, day, 'overtime', 600, 1080);
        else roster.put(officer.n, day, 'rest_day');
      } else if (officer.kind === 'officer' && draw < 0.012) roster.put(officer.n, day, 'court', 540, 1020);
      else if (draw < 0.035) roster.put(officer.n, day, 'training', 540, 1020);
      else roster.put(officer.n, day, 'duty', shift[0], shift[1], extra);
    }
    takeAbsences(dice, roster, officer, period);
  }
  for (const spell of spells) {
    for (let d = spell.day; d < Math.min(period.days, spell.day + spell.days); d++) {
      roster.put(spell.officer, d, spell.kind);
    }
  }
  return roster;
}

/** Leave in blocks, sickness in spells (now and then a long one), and, rarely, a suspension. */
function takeAbsences(dice: Dice, roster: Roster, officer: Officer, period: Period): void {
  const served = officer.servesTo - officer.servesFrom;
  const block = (kind: Duty, length: number): void => {
    const first = dice.whole(officer.servesFrom, Math.max(officer.servesFrom, officer.servesTo - 1));
    for (let d = first; d < Math.min(officer.servesTo, first + length); d++) {
      // Rest days stay rest days inside leave, but sickness runs through.
      if (kind !== 'annual_leave' || roster.kind(officer.n, d) !== 'rest_day') roster.put(officer.n, d, kind);
    }
  };
  for (let n = dice.count((served / 365) * 3.6); n > 0; n--) block('annual_leave', dice.whole(4, 14));
  for (let n = dice.count((served / 365) * 1.6); n > 0; n--) {
    block('sick', dice.chance(0.06) ? dice.whole(21, 60) : dice.whole(1, 5));
  }
  if (dice.chance(0.003) && period.days > 40) block('suspended', dice.whole(30, 90));
}
