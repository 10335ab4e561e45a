/** Looks at records: what honest work leaves in the logs of the force's systems, day by day. */
import type { AccessLog } from './access-log.ts';
import { DAY, HOUR, MINUTE } from './clock.ts';
import type { Assignment, Force, Incident, Officer, Person } from './force.ts';
import { unitOn } from './force.ts';
import { Dice, nth } from './random.ts';

/** The honest looks of one day. `scale` thins or thickens the ordinary volume (1 = usual). */
export function lookThroughDay(force: Force, day: number, scale: number, log: AccessLog): void {
  const dice = new Dice(force.seed, `accesses ${day}`);
  deskAndControl(force, day, dice, scale, log);
  const recent = [...(force.incidentsByDay[day] ?? []), ...(force.incidentsByDay[day - 1] ?? [])];
  for (const officer of force.officers) {
    const shift = force.roster.working(officer.n, day);
    if (!shift) {
      const duty = force.roster.kind(officer.n, day);
      if ((duty === 'court' || duty === 'training') && dice.chance(0.3))
        workCases(
          force,
          dice,
          officer,
          force.period.at(day, 550),
          force.period.at(day, 1010),
          0.3 * scale,
          log,
        );
      continue;
    }
    workCases(force, dice, officer, shift.from, shift.to, scale, log);
    keepUp(force, day, dice, officer, shift.from, shift.to, scale, log, recent);
    stray(force, day, dice, officer, shift.from, shift.to, scale, log);
  }
}

function personOf(force: Force, dice: Dice, incident: Incident): Person {
  return nth(force.people, dice.pick(incident.parts).person);
}

/** Looks tied to the incidents that open on the day: call handlers, dispatchers, attending crews, custody. */
function deskAndControl(force: Force, day: number, dice: Dice, scale: number, log: AccessLog): void {
  for (const incident of force.incidentsByDay[day] ?? []) {
    for (const a of incident.assignments) {
      if (
        a.role === 'officer_in_case' ||
        a.role === 'neighbourhood' ||
        a.role === 'specialist' ||
        a.role === 'other'
      )
        continue;
      const officer = nth(force.officers, a.officer);
      const [mean, before, after, handheld] = habits(a);
      for (let n = dice.count(mean * scale); n > 0; n--) {
        // Most looks fall into the work itself; some follow while the paperwork is done at the end of the shift.
        const late = a.role === 'attending' && dice.chance(0.3);
        const at = late ? a.to + dice.next() * 3 * HOUR : dice.between(a.from - before, a.to + after);
        if (late && !force.roster.atWork(officer.n, at)) continue;
        const person = dice.chance(0.62) ? personOf(force, dice, incident) : null;
        log.look(dice, { at, officer, person, incident, handheld: late ? 0 : handheld });
        if (person && dice.chance(0.05)) oneHop(force, dice, officer, person, at + 90_000, incident, log);
      }
    }
  }
}

/** Usual number of looks, ms before and after the window, and share on a handheld, by kind of work. */
function habits(a: Assignment): [number, number, number, number] {
  if (a.role === 'call_handler') return [4.6, 0, MINUTE, 0];
  if (a.role === 'dispatcher') return [2.2, 0, 10 * MINUTE, 0];
  if (a.role === 'custody') return [5, 5 * MINUTE, 10 * MINUTE, 0];
  if (a.role === 'supervisor') return [2, 0, 30 * MINUTE, 0.1];
  return [2.6, 8 * MINUTE, 30 * MINUTE, 0.55];
}

/** A known associate: someone of the household. */
function oneHop(
  force: Force,
  dice: Dice,
  officer: Officer,
  person: Person,
  at: number,
  incident: Incident,
  log: AccessLog,
): void {
  if (person.household.length === 0) return;
  log.look(dice, { at, officer, person: nth(force.people, dice.pick(person.household)), incident });
}

/** Cases and long tasks: some of the open ones every day worked, and the file after closure for a little while. */
function workCases(
  force: Force,
  dice: Dice,
  officer: Officer,
  from: number,
  to: number,
  scale: number,
  log: AccessLog,
): void {
  for (const list of [force.cases[officer.n], force.longTasks[officer.n]]) {
    for (const { incident, assignment } of list ?? []) {
      if (assignment.from > to || (assignment.to > 0 && assignment.to + 3 * DAY < from)) continue;
      const closed = assignment.to > 0 && assignment.to < from;
      const start = Math.max(from, assignment.from);
      const young = start - assignment.from < 2 * DAY;
      if (!dice.chance((closed ? 0.05 : young ? 0.85 : 0.3) * Math.min(1, scale * 1.2))) continue;
      let at = dice.between(start, to);
      for (let n = 1 + dice.count((young ? 3 : 1.6) * scale); n > 0 && at < to; n--) {
        const person = dice.chance(0.65) ? personOf(force, dice, incident) : null;
        log.look(dice, { at, officer, person, incident, cite: 0.4, handheld: 0.05 });
        if (person && dice.chance(0.06)) oneHop(force, dice, officer, person, at + 60_000, incident, log);
        at += dice.whole(1, 14) * MINUTE;
      }
    }
  }
}

/** The work of the role: clerks' queues, team briefings, supervisors' dip checks, vehicle checks on the street. */
function keepUp(
  force: Force,
  day: number,
  dice: Dice,
  officer: Officer,
  from: number,
  to: number,
  scale: number,
  log: AccessLog,
  recent: Incident[],
): void {
  const anyAt = (): number => dice.between(from, to);
  const queue =
    { records: 52, vetting: 26, intelligence: 24, professional_standards: 2 }[officer.role as string] ?? 0;
  for (let n = dice.count(queue * scale * (0.6 + (officer.n % 9) / 10)); n > 0; n--) {
    const person = dice.pick(force.people);
    log.look(dice, { at: anyAt(), officer, person, incident: null });
  }
  if (officer.role === 'contact_centre') callersWithoutIncident(force, dice, officer, anyAt, scale, log);
  const unit = unitOn(officer, day);
  if (recent.length > 0 && !['records', 'vetting', 'training', 'other', 'command'].includes(officer.role)) {
    for (let n = dice.count(1.6 * scale); n > 0; n--) {
      const at = anyAt();
      const own = dice.pick(recent);
      const incident = own.unit === unit ? own : dice.pick(recent);
      if (incident.openedAt > at || (incident.unit !== unit && !dice.chance(0.12))) continue;
      log.look(dice, {
        at,
        officer,
        person: dice.chance(0.4) ? personOf(force, dice, incident) : null,
        incident,
        handheld: 0.1,
      });
    }
  }
  if (officer.rank === 'sergeant' || officer.rank === 'inspector') {
    for (let n = dice.count(5 * scale); n > 0 && recent.length > 0; n--) {
      const incident = dice.pick(recent);
      const at = anyAt();
      const mine = incident.assignments.some((a) => nth(force.officers, a.officer).supervisor === officer.n);
      if (mine && incident.openedAt < at)
        log.look(dice, {
          at,
          officer,
          person: dice.chance(0.4) ? personOf(force, dice, incident) : null,
          incident,
        });
    }
  }
  if (officer.radio) {
    for (let n = dice.count(3.4 * scale); n > 0; n--) {
      log.rows.push({
        at: anyAt(),
        officer: officer.n,
        system: 'Vehicles',
        action: 'search',
        kind: 'vehicle',
        record: `K${dice.whole(100_000, 999_999)}`,
        person: '',
        reference: '',
        reason: dice.chance(0.2) ? 'stop check' : '',
        terminal: `H${officer.terminal.slice(1)}`,
        handheld: true,
        plot: -1,
      });
    }
  }
}

/** Callers whose matter needs no incident: the look falls next to a call that only the telephone system knows. */
function callersWithoutIncident(
  force: Force,
  dice: Dice,
  officer: Officer,
  anyAt: () => number,
  scale: number,
  log: AccessLog,
): void {
  for (let n = dice.count(1.1 * scale); n > 0; n--) {
    log.look(dice, { at: anyAt(), officer, person: dice.pick(force.people), incident: null });
  }
}

/** Honest but unexplainable: curiosity about what goes round the station, namesakes, tasks nobody wrote down. */
function stray(
  force: Force,
  day: number,
  dice: Dice,
  officer: Officer,
  from: number,
  to: number,
  scale: number,
  log: AccessLog,
): void {
  const keen = 0.12 + ((officer.n * 13) % 10) / 60;
  for (let n = dice.count(keen * scale); n > 0; n--) {
    const at = dice.between(from, to);
    const draw = dice.next();
    if (draw < 0.4) {
      const incident = dice.pick(force.incidentsByDay[Math.max(0, day - dice.whole(0, 6))] ?? []);
      if (incident && incident.openedAt < at)
        log.look(dice, { at, officer, person: personOf(force, dice, incident), incident, cite: 0 });
    } else if (draw < 0.7) {
      // The wrong one of that name: often somebody from round there, otherwise anybody.
      log.look(dice, { at, officer, person: dice.pick(force.people), incident: null, kind: 'person' });
    } else {
      const past = force.attended[officer.n] ?? [];
      if (past.length === 0) continue;
      const { incident } = dice.pick(past);
      if (incident.openedAt < at)
        log.look(dice, { at, officer, person: personOf(force, dice, incident), incident, cite: 0.3 });
    }
  }
}
