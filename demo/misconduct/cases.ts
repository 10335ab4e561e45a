/** Families that begin with a case of one's own: going back after closure, and hiding behind an open one. */
import { DAY, MINUTE } from '../clock.ts';
import { ALONE, isVulnerable, numberOf } from '../force.ts';
import { familiar } from '../messages.ts';
import type { Met, Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';
import { flirt } from './texting.ts';

/** (5) Own part in the matter is over, but the looks and texts go on. */
export function afterClosureReturner(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = ['access-after-closure', 'contact-after-closure', 'presence-return-alone'];
  for (const met of stage.targets(plot, by(plot, 2, 1, 1), true, Math.floor(period.days * 0.45))) {
    const ended = met.assignment.to > 0 ? met.assignment.to : met.assignment.from;
    const first = Math.max(1, period.dayOf(Math.max(ended, period.from)) + dice.whole(4, 12));
    const last = Math.min(period.days, first + by(plot, 200, 60, 40));
    for (const shift of stage.shifts(officer, first, last)) {
      const at = dice.between(shift.from + 20 * MINUTE, shift.to - 30 * MINUTE);
      const known = met.assignment.officer >= 0 ? met.incident : null;
      if (dice.chance(by(plot, 0.3, 0.16, 0.08))) {
        stage.look(plot, {
          at,
          person: dice.chance(0.75) || !known ? met.person : null,
          incident: known,
          cite: 0.15,
        });
      }
      if (dice.chance(by(plot, 0.35, 0.16, 0.1))) {
        if (dice.chance(0.3))
          stage.ring(plot, met.person, at, dice.chance(0.3) ? 0 : Math.ceil(dice.skewed(200, 0.8)), 'out');
        else flirt(stage, plot, met.person, at, plot.strength === 'weak' ? 0 : 1, 0.4);
      }
    }
    const alone = stage
      .crews(officer)
      .filter((c) => c.day > first && c.day < last && c.officers.length === 1 && c.vehicle !== '');
    for (const crew of dice.sample(alone, by(plot, 5, 2, 0)))
      stage.visit(plot, crew, met.person, dice.between(15, 50), [8, 60]);
  }
}

/** (8) Always assigned, so always explained: but one case takes more contact than such a case ever needs. */
export function carefulOffender(stage: Stage, plot: Plot): void {
  const { period, roster } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = [
    'contact-volume',
    'contact-intensity',
    'contact-off-duty',
    'contact-goes-quiet',
    'presence-return-alone',
  ];
  const own = stage.met(
    officer,
    (p, m) =>
      m.assignment.role === 'officer_in_case' &&
      p.sex === 'f' &&
      p.age > 16 &&
      p.age < 50 &&
      numberOf(p, m.assignment.from) !== '' &&
      m.assignment.from < period.at(Math.floor(period.days * 0.4), 0),
  );
  if (own.length === 0) own.push(...takeOver(stage, plot));
  const best = own.filter((m) => isVulnerable(m.person));
  for (const met of dice.sample(best.length > 0 ? best : own, by(plot, 2, 1, 1))) {
    const first = Math.max(1, period.dayOf(Math.max(met.assignment.from, period.from)) + dice.whole(3, 10));
    // The case is kept open for the sake of it.
    const end = period.midnight(period.days) + dice.whole(5, 30) * DAY;
    met.assignment.to = end;
    met.incident.closedAt = end;
    const quiet = Math.floor(first + (period.days - first) * dice.between(0.55, 0.75));
    for (let day = first; day < quiet; day++) {
      const warm = Math.min(1, (day - first) / 20);
      for (let n = dice.count(by(plot, 7, 3.2, 1.4) * (0.3 + warm)); n > 0; n--) {
        const shift = roster.working(officer.n, day);
        const private_ = dice.chance(0.15 + warm * 0.3);
        const at =
          shift && !private_ ? dice.between(shift.from, shift.to) : period.at(day, dice.whole(1050, 1435));
        const words = dice.chance(0.4) ? familiar(dice, warm > 0.6 ? 1 : 0) : '';
        if (dice.chance(0.2)) stage.ring(plot, met.person, at, Math.ceil(dice.skewed(380, 0.8)), 'out');
        else stage.text(plot, met.person, at, dice.chance(0.68) ? 'out' : 'in', words);
      }
    }
    const crews = stage.crews(officer).filter((c) => c.day > first + 8 && c.vehicle !== '');
    for (const crew of dice.sample(crews, by(plot, 9, 5, 2)))
      stage.visit(plot, crew, met.person, dice.between(40, 95), [5, 25]);
    for (const shift of stage.shifts(officer, quiet, period.days)) {
      if (dice.chance(by(plot, 0.4, 0.25, 0.12))) {
        stage.look(plot, {
          at: dice.between(shift.from, shift.to),
          person: met.person,
          incident: met.incident,
          cite: 0.5,
          handheld: 0,
        });
      }
    }
  }
}

/** Where the officer has no such case yet, one of the county's is theirs. */
function takeOver(stage: Stage, plot: Plot): Met[] {
  const { force } = stage;
  const limit = force.period.at(Math.ceil(force.period.days * 0.4), 0);
  const found: Met[] = [];
  for (const incident of force.incidents) {
    if (incident.type !== 'domestic' || incident.openedAt < force.period.from || incident.openedAt > limit)
      continue;
    const person = force.people[incident.parts[0]?.person ?? -1];
    if (person?.sex !== 'f' || person.age < 17 || numberOf(person, incident.openedAt) === '') continue;
    found.push({
      person,
      incident,
      assignment: {
        officer: plot.officer.n,
        role: 'officer_in_case',
        from: incident.openedAt + DAY,
        to: 0,
        writtenFrom: incident.openedAt + DAY,
        crew: ALONE,
      },
    });
  }
  const chosen = plot.dice.sample(found, 1);
  for (const { incident, assignment } of chosen) {
    incident.assignments.push(assignment);
    force.cases[plot.officer.n]?.push({ incident, assignment });
  }
  return chosen;
}
