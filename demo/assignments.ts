/** Who deals with what: sends crews, gives cases out, books prisoners in, and does the paperwork, often late. */

import type { Period } from './clock.ts';
import { DAY, HOUR, MINUTE } from './clock.ts';
import type { Assignment, Crew, DutyOnIncident, Incident, Officer, Role, Unit } from './force.ts';
import { ALONE, unitOn } from './force.ts';
import type { Kind } from './incident-kinds.ts';
import { Dice, nth } from './random.ts';
import type { Roster } from './shifts.ts';

/** Gives work to officers, one day after the other. */
export class Control {
  private readonly dice: Dice;
  private readonly period: Period;
  private readonly officers: Officer[];
  private readonly units: Unit[];
  private readonly roster: Roster;
  private readonly byRole = new Map<Role, Officer[]>();
  private readonly load: Float64Array;
  private onDuty = new Map<string, Officer[]>();
  private dutyDay = -999;

  constructor(seed: number, period: Period, officers: Officer[], units: Unit[], roster: Roster) {
    this.dice = new Dice(seed, 'control');
    this.period = period;
    this.officers = officers;
    this.units = units;
    this.roster = roster;
    this.load = new Float64Array(officers.length);
    for (const o of officers) {
      const list = this.byRole.get(o.role) ?? [];
      if (list.length === 0) this.byRole.set(o.role, list);
      list.push(o);
    }
  }

  private assign(
    incident: Incident,
    officer: number,
    role: DutyOnIncident,
    from: number,
    to: number,
    crew: readonly number[] = ALONE,
  ): Assignment {
    const a: Assignment = { officer, role, from, to, writtenFrom: from, crew };
    const draw = this.dice.next();
    const fieldwork =
      role === 'attending' || role === 'officer_in_case' || role === 'neighbourhood' || role === 'specialist';
    if (fieldwork && draw < 0.07) {
      const late = Math.min(this.dice.skewed(9, 1) * HOUR, 5 * DAY);
      // A record cannot begin after the work ended: then somebody backdates it, or it is never made.
      a.writtenFrom = to > 0 && from + late >= to ? (draw < 0.03 ? 0 : from) : from + late;
    } else if (fieldwork && draw > 0.985) a.writtenFrom = 0;
    incident.assignments.push(a);
    return a;
  }

  /** Someone of a role at work at an instant, or null. */
  private present(role: Role, at: number): Officer | null {
    const day = this.period.dayOf(at);
    if (day !== this.dutyDay) {
      this.dutyDay = day;
      this.onDuty = new Map();
    }
    let list = this.onDuty.get(role);
    if (!list) {
      list = (this.byRole.get(role) ?? []).filter(
        (o) => this.roster.working(o.n, day) !== null || this.roster.working(o.n, day - 1) !== null,
      );
      this.onDuty.set(role, list);
    }
    if (list.length === 0) return null;
    for (let tries = 0; tries < 12; tries++) {
      const o = this.dice.pick(list);
      if (this.roster.atWork(o.n, at)) return o;
    }
    return null;
  }

  /** Deals with one incident of the period; `crews` are all crews that may be out at that time. */
  handle(incident: Incident, kind: Kind, crews: Crew[]): void {
    const at = incident.openedAt;
    const handler = kind.type === 'stop' ? null : this.present('contact_centre', at);
    if (handler)
      this.assign(incident, handler.n, 'call_handler', at - 3 * MINUTE, at + this.dice.whole(8, 25) * MINUTE);
    let lead = -1;
    if (this.dice.chance(kind.attend)) lead = this.send(incident, kind, crews);
    if (this.dice.chance(kind.caseChance)) this.openCase(incident, kind, lead);
    else if (lead >= 0) incident.unit = unitOn(nth(this.officers, lead), this.period.dayOf(at));
    if (
      ['antisocial behaviour', 'neighbour dispute', 'burglary'].includes(kind.type) &&
      this.dice.chance(0.14)
    ) {
      this.giveToNeighbourhood(incident);
    }
  }

  /** Sends one crew, sometimes two; returns the officer in charge at the scene, or -1. */
  private send(incident: Incident, kind: Kind, crews: Crew[]): number {
    const at = incident.openedAt;
    const dispatcher = this.present('dispatch', at);
    const want =
      ['domestic', 'concern for welfare', 'assault', 'missing person'].includes(kind.type) &&
      this.dice.chance(0.22)
        ? 2
        : 1;
    let lead = -1;
    let last = 0;
    for (let i = 0; i < want; i++) {
      const reach = kind.type === 'road collision' || kind.type === 'stop' ? 0 : 6 * HOUR;
      let best: Crew | null = null;
      let start = 0;
      for (const crew of crews) {
        if (crew.district !== incident.district || crew.work === 'appointments' || crew.beat) continue;
        if (crew.work === 'roads' && !['road collision', 'stop'].includes(kind.type)) continue;
        if (crew.work === 'beat' && kind.attend > 0.8) continue;
        const busyUntil = crew.tasks.length > 0 ? nth(crew.tasks, crew.tasks.length - 1).to : 0;
        const free = Math.max(at + 4 * MINUTE, crew.from + 25 * MINUTE, busyUntil + 8 * MINUTE);
        if (free + 30 * MINUTE > crew.to || free > at + reach + HOUR) continue;
        if (last > 0 && free > last + 30 * MINUTE) continue;
        const wait = free - at + this.dice.next() * 20 * MINUTE + (crew.work === 'beat' ? HOUR : 0);
        if (best === null || wait < start) {
          best = crew;
          start = wait;
        }
      }
      if (!best) break;
      const busyUntil = best.tasks.length > 0 ? nth(best.tasks, best.tasks.length - 1).to : 0;
      const from = Math.max(at + 4 * MINUTE, best.from + 25 * MINUTE, busyUntil + 8 * MINUTE);
      const arrive = from + this.dice.whole(5, 14) * MINUTE;
      const to = Math.min(arrive + this.dice.skewed(kind.minutes, 0.5) * MINUTE, best.to - 5 * MINUTE);
      best.tasks.push({ from: Math.min(arrive, to - MINUTE), to, place: incident.place, plot: -1 });
      this.writeUp(incident, best, from, to);
      if (lead < 0) lead = nth(best.officers, 0);
      last = from;
      incident.closedAt = Math.max(incident.closedAt, to + this.dice.skewed(2, 0.8) * HOUR);
      if (dispatcher && i === 0) this.assign(incident, dispatcher.n, 'dispatcher', at, from + 10 * MINUTE);
      if (i === 0 && this.dice.chance(kind.arrest)) this.detain(incident, to);
    }
    if (lead >= 0 && this.dice.chance(0.15)) {
      const boss = nth(this.officers, lead).supervisor;
      if (boss >= 0 && this.roster.atWork(boss, last))
        this.assign(incident, boss, 'supervisor', last, last + 4 * HOUR);
    }
    return lead;
  }

  /** One row per officer of a crew, though now and then only one of two is written down. */
  private writeUp(incident: Incident, crew: Crew, from: number, to: number): void {
    const omitted = crew.officers.length > 1 && this.dice.chance(0.06) ? this.dice.whole(0, 1) : -1;
    for (const [i, officer] of crew.officers.entries()) {
      const a = this.assign(incident, officer, 'attending', from, to, crew.officers);
      if (i === omitted) a.writtenFrom = 0;
      else if (omitted >= 0) a.writtenFrom = from;
    }
  }

  /** A prisoner: custody officers look after the suspect for some hours. */
  private detain(incident: Incident, at: number): void {
    const suspect = incident.parts.find((p) => p.role === 'suspect' || p.role === 'other');
    if (!suspect) return;
    incident.parts.push({ person: suspect.person, role: 'detainee', from: at });
    const released = at + this.dice.between(4, 20) * HOUR;
    for (let t = at + 30 * MINUTE; t < released; t += 6 * HOUR) {
      const sergeant = this.present('custody', t);
      if (sergeant) this.assign(incident, sergeant.n, 'custody', t, Math.min(released, t + 6 * HOUR));
    }
    incident.closedAt = Math.max(incident.closedAt, released);
  }

  /** Finds an officer in the case: the attending one for simple matters, else the least loaded specialist. */
  openCase(incident: Incident, kind: Kind, lead: number): void {
    const role = this.dice.pick(kind.caseRoles);
    let owner = lead;
    if (role !== 'response' || lead < 0)
      owner = this.leastLoaded(role === 'response' ? 'investigation' : role, incident);
    if (owner < 0) return;
    const officer = nth(this.officers, owner);
    const from = incident.openedAt + (owner === lead ? 1 : this.dice.skewed(14, 0.8)) * HOUR;
    const life = Math.min(this.dice.skewed(kind.life, 0.75), 210) * DAY;
    const end = from + life;
    incident.closedAt = end;
    incident.unit = unitOn(officer, this.period.dayOf(from));
    this.load[owner] = (this.load[owner] ?? 0) + life;
    if (this.dice.chance(0.08)) {
      const next = this.leastLoaded(officer.role === 'response' ? 'investigation' : officer.role, incident);
      if (next >= 0 && next !== owner) {
        const handed = from + life * this.dice.between(0.2, 0.7);
        this.assign(incident, owner, 'officer_in_case', from, handed);
        this.assign(incident, next, 'officer_in_case', handed, end);
        return;
      }
    }
    this.assign(incident, owner, 'officer_in_case', from, end);
    if (officer.role === 'public_protection' && this.dice.chance(0.12)) {
      const support = this.leastLoaded('public_protection', incident);
      if (support >= 0 && support !== owner)
        this.assign(incident, support, 'specialist', from + DAY, from + Math.min(life, 25 * DAY));
    }
  }

  private leastLoaded(role: Role, incident: Incident): number {
    const day = this.period.dayOf(incident.openedAt);
    const pool = (this.byRole.get(role) ?? []).filter(
      (o) =>
        nth(this.units, o.unit).district === incident.district &&
        o.kind !== 'volunteer' &&
        o.rank !== 'inspector' &&
        day < o.servesTo - 5 &&
        day >= o.servesFrom,
    );
    if (pool.length === 0) return -1;
    let best = this.dice.pick(pool);
    for (let i = 0; i < 3; i++) {
      const other = this.dice.pick(pool);
      if ((this.load[other.n] ?? 0) < (this.load[best.n] ?? 0)) best = other;
    }
    return best.n;
  }

  private giveToNeighbourhood(incident: Incident): void {
    const owner = this.leastLoaded('neighbourhood', incident);
    if (owner < 0) return;
    const from = incident.openedAt + this.dice.between(10, 60) * HOUR;
    this.assign(incident, owner, 'neighbourhood', from, from + this.dice.between(10, 40) * DAY);
    incident.closedAt = Math.max(incident.closedAt, from + 5 * DAY);
  }
}
