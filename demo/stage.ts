/** Where stories are told: adds looks, contact and visits of planted offenders and honest oddities to the ordinary days. */
import type { Look } from './access-log.ts';
import { AccessLog } from './access-log.ts';
import { CallLog, converse } from './calls.ts';
import { MINUTE } from './clock.ts';
import { phoneHeld } from './equipment.ts';
import type { Assignment, Crew, Force, ForcePhone, Incident, Matter, Officer, Person } from './force.ts';
import { ALONE, isVulnerable, numberOf } from './force.ts';
import { homeAt } from './incidents.ts';
import { gaps } from './itinerary.ts';
import type { Point } from './places.ts';
import { near } from './places.ts';
import { Dice, nth } from './random.ts';
import type { Shift } from './shifts.ts';

export type Strength = 'strong' | 'medium' | 'weak';

/** One story: planted misconduct, or an honest look-alike. */
export interface Plot {
  n: number;
  nature: 'planted' | 'look_alike';
  /** Family of misconduct, or kind of oddity. */
  name: string;
  officer: Officer;
  people: Set<number>;
  strength: Strength;
  indicators: string[];
  why: string;
  dice: Dice;
}

/** A person met on duty and how. */
export interface Met {
  person: Person;
  incident: Incident;
  assignment: Assignment;
}

export class Stage {
  readonly force: Force;
  readonly plots: Plot[] = [];
  readonly accesses = new Map<number, AccessLog>();
  readonly calls = new Map<number, CallLog>();
  private readonly crewsByOfficer = new Map<number, Crew[]>();

  constructor(force: Force, cast: Iterable<number>) {
    this.force = force;
    for (const n of cast) this.crewsByOfficer.set(n, []);
    for (const crews of force.crews) {
      for (const crew of crews) for (const o of crew.officers) this.crewsByOfficer.get(o)?.push(crew);
    }
  }

  /** Begins a story. */
  open(nature: Plot['nature'], name: string, officer: Officer, strength: Strength): Plot {
    const n = this.plots.length;
    const dice = new Dice(this.force.seed, `plot ${nature} ${name} ${officer.n}`);
    const plot: Plot = {
      n,
      nature,
      name,
      officer,
      people: new Set(),
      strength,
      indicators: [],
      why: '',
      dice,
    };
    this.plots.push(plot);
    return plot;
  }

  private inside(at: number): number {
    const { period } = this.force;
    return at >= period.from && at < period.to ? period.dayOf(at) : -1;
  }

  /** Adds a look of the plot's officer (or of another, for the oddities); outside the period nothing happens. */
  look(plot: Plot, look: Omit<Look, 'plot' | 'officer'> & { officer?: Officer }): void {
    const day = this.inside(look.at);
    if (day < 0) return;
    const log = this.accesses.get(day) ?? new AccessLog();
    this.accesses.set(day, log);
    log.look(plot.dice, { ...look, officer: look.officer ?? plot.officer, plot: plot.n });
    if (look.person) plot.people.add(look.person.n);
  }

  private billing(at: number): CallLog | null {
    const day = this.inside(at);
    if (day < 0) return null;
    const log = this.calls.get(day) ?? new CallLog();
    this.calls.set(day, log);
    return log;
  }

  /** The force phone of an officer at an instant. */
  phone(officer: Officer, at: number): ForcePhone | null {
    return phoneHeld(this.force.phones, officer, at);
  }

  /** A text between the plot's officer and somebody. Returns whether it could be sent. */
  text(plot: Plot, person: Person, at: number, direction: 'out' | 'in', words = '', mms = false): boolean {
    const phone = this.phone(plot.officer, at);
    const log = this.billing(at);
    if (!phone || !log || !numberOf(person, at)) return false;
    log.text(phone, person, at, direction, words, plot.n, mms);
    plot.people.add(person.n);
    return true;
  }

  /** A call; 0 seconds: not answered. */
  ring(plot: Plot, person: Person, at: number, seconds: number, direction: 'out' | 'in'): boolean {
    const phone = this.phone(plot.officer, at);
    const log = this.billing(at);
    if (!phone || !log || !numberOf(person, at)) return false;
    log.ring(phone, person, at, seconds, direction, plot.n);
    plot.people.add(person.n);
    return true;
  }

  /** An ordinary exchange, as honest officers have. */
  exchange(plot: Plot, person: Person, at: number, phone = this.phone(plot.officer, at)): void {
    const log = this.billing(at);
    if (!phone || !log || !numberOf(person, at)) return;
    converse(plot.dice, phone, person, at, log, plot.n);
    plot.people.add(person.n);
  }

  /** Crews of a cast officer, in order of time. */
  crews(officer: Officer): Crew[] {
    return this.crewsByOfficer.get(officer.n) ?? [];
  }

  /** Stops a crew somewhere in a gap of its work. Returns the instant, or 0 where there is no gap. */
  stop(plot: Plot, crew: Crew, place: Point, minutes: number): number {
    const free = gaps(crew, minutes);
    if (free.length === 0) return 0;
    const gap = plot.dice.pick(free);
    const at = plot.dice.between(gap.from, Math.max(gap.from, gap.to - minutes * MINUTE));
    if (this.inside(at) < 0) return 0;
    crew.tasks.push({ from: at, to: at + minutes * MINUTE, place, plot: plot.n });
    return at;
  }

  /** Stops a crew near somebody's home, so many metres away. */
  visit(plot: Plot, crew: Crew, person: Person, minutes: number, away: [number, number]): number {
    const home = homeAt(person, crew.from, this.force.period);
    const at = this.stop(plot, crew, near(plot.dice, home, away[0], away[1]), minutes);
    if (at > 0) plot.people.add(person.n);
    return at;
  }

  /** Shifts worked from one day to another (exclusive). */
  shifts(officer: Officer, fromDay: number, toDay: number): Shift[] {
    const list: Shift[] = [];
    for (let d = Math.max(0, fromDay); d < Math.min(toDay, this.force.period.days); d++) {
      const shift = this.force.roster.working(officer.n, d);
      if (shift) list.push(shift);
    }
    return list;
  }

  /** An instant at work on or after a day, or 0. */
  atWork(plot: Plot, day: number): number {
    for (let d = Math.max(0, day); d < Math.min(day + 12, this.force.period.days); d++) {
      const s = this.force.roster.working(plot.officer.n, d);
      if (s) return plot.dice.between(s.from + 20 * MINUTE, s.to - 10 * MINUTE);
    }
    return 0;
  }

  /** People an officer met on duty, one entry a person, earliest first. */
  met(officer: Officer, wanted: (person: Person, met: Met) => boolean): Met[] {
    const seen = new Set<number>();
    const found: Met[] = [];
    const all = [...(this.force.attended[officer.n] ?? []), ...(this.force.cases[officer.n] ?? [])];
    all.sort((a, b) => a.assignment.from - b.assignment.from || a.incident.n - b.incident.n);
    for (const { incident, assignment } of all) {
      for (const part of incident.parts) {
        if (part.role === 'suspect' || seen.has(part.person)) continue;
        const person = nth(this.force.people, part.person);
        const one = { person, incident, assignment };
        if (!wanted(person, one)) continue;
        seen.add(part.person);
        found.push(one);
      }
    }
    return found;
  }

  /** Women of an age to be preyed on, with a phone, met by the officer; strangers of the district fill up. */
  targets(plot: Plot, n: number, met: boolean, latestDay: number): Met[] {
    const limit = this.force.period.midnight(latestDay);
    const suits = (p: Person): boolean =>
      p.sex === 'f' && p.age >= 17 && p.age < 48 && numberOf(p, limit) !== '';
    const known = this.met(plot.officer, (p, m) => suits(p) && m.assignment.from < limit);
    const vulnerable = known.filter((m) => isVulnerable(m.person));
    const chosen: Met[] = met ? plot.dice.sample(vulnerable, n) : [];
    if (met)
      for (const m of plot.dice.shuffled(known)) if (chosen.length < n && !chosen.includes(m)) chosen.push(m);
    const taken = new Set(known.map((m) => m.person.n));
    const district = nth(this.force.units, plot.officer.unit).district;
    for (let tries = 0; chosen.length < n && tries < 20_000; tries++) {
      const person = plot.dice.pick(this.force.people);
      const far = person.hood.district !== district && tries < 15_000;
      if (far || taken.has(person.n) || !suits(person) || !isVulnerable(person)) continue;
      taken.add(person.n);
      const incident = nth(this.force.incidents, 0);
      const none: Assignment = { officer: -1, role: 'other', from: 0, to: 1, writtenFrom: 0, crew: ALONE };
      chosen.push({ person, incident, assignment: none });
    }
    return chosen;
  }

  /** Adds a conduct matter. */
  matter(matter: Omit<Matter, 'plot'>, plot: Plot): void {
    this.force.matters.push({ ...matter, plot: plot.n });
    if (matter.person >= 0) plot.people.add(matter.person);
  }
}

/** A number by strength of the story. */
export function by(plot: Plot, strong: number, medium: number, weak: number): number {
  return plot.strength === 'strong' ? strong : plot.strength === 'medium' ? medium : weak;
}
