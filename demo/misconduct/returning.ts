/** Families that go on from a meeting on duty: back alone, a child's way home, a reference that covers it, a partner. */
import { DAY, MINUTE } from '../clock.ts';
import type { Person } from '../force.ts';
import { isVulnerable, numberOf } from '../force.ts';
import { familiar } from '../messages.ts';
import { near } from '../places.ts';
import type { Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';

/** (11) Came with a colleague, comes back without one, some weeks on most shifts on which nobody else is in the car. */
export function returnerAlone(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = ['presence-return-alone', 'presence-undeployed'];
  const suits = (p: Person): boolean => p.sex === 'f' && p.age > 17 && p.age < 55 && isVulnerable(p);
  const met = stage.met(
    officer,
    (p, m) =>
      suits(p) &&
      m.assignment.crew.length > 1 &&
      m.assignment.from < period.midnight(Math.floor(period.days * 0.6)),
  );
  for (const { person, assignment } of dice.sample(met, by(plot, 2, 1, 1))) {
    const first = period.dayOf(Math.max(assignment.from, period.from)) + dice.whole(2, 9);
    const alone = stage
      .crews(officer)
      .filter((c) => c.day > first && c.officers.length === 1 && c.vehicle !== '');
    for (const crew of dice.sample(alone, by(plot, dice.whole(9, 14), 6, 3)))
      stage.visit(plot, crew, person, dice.between(18, 70), [4, 40]);
  }
}

/** (12) Always in the car round the corner when one girl comes home from school. */
export function childWatcher(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { period } = force;
  const { dice, officer } = plot;
  plot.indicators = ['presence-children', 'presence-undeployed', 'access-unexplained'];
  const district = force.units[officer.unit]?.district ?? 0;
  const girls = force.people.filter(
    (p) => p.sex === 'f' && p.age >= 11 && p.age < 15 && p.hood.district === district,
  );
  if (girls.length === 0) return;
  const girl = dice.pick(girls);
  plot.people.add(girl.n);
  const corner = near(dice, girl.home, 50, 120);
  const begin = Math.floor(period.days * 0.15);
  const crews = stage.crews(officer).filter((c) => c.vehicle !== '' && c.day > begin);
  for (const crew of crews) {
    const at = period.at(crew.day, dice.whole(885, 950));
    if (period.weekday(crew.day) > 4 || at < crew.from || at + 40 * MINUTE > crew.to) continue;
    if (!dice.chance(by(plot, 0.75, 0.45, 0.2))) continue;
    crew.tasks.push({
      from: at,
      to: at + dice.whole(15, 35) * MINUTE,
      place: near(dice, corner, 0, 25),
      plot: plot.n,
    });
    if (dice.chance(0.15))
      stage.look(plot, { at: at + 5 * MINUTE, person: girl, incident: null, handheld: 1 });
  }
}

/** (13) Looks at women of no concern to the work and always gives the same old job, or a number that looks like one. */
export function referenceForger(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { dice, officer } = plot;
  plot.indicators = ['access-false-reference', 'access-unexplained'];
  const cover = dice.sample(
    (force.attended[officer.n] ?? []).filter((c) => c.incident.openedAt < force.period.midnight(20)),
    2,
  );
  const pool = dice
    .shuffled(force.people.filter((p) => p.sex === 'f' && p.age > 16 && p.age < 45 && isVulnerable(p)))
    .slice(0, by(plot, 45, 24, 10));
  const shifts = dice.shuffled(stage.shifts(officer, 20, force.period.days));
  for (const [n, person] of pool.entries()) {
    const shift = shifts[n % Math.max(1, shifts.length)];
    const incident = dice.pick(cover)?.incident ?? null;
    if (shift === undefined || incident === null) return;
    const at = dice.between(shift.from + 20 * MINUTE, shift.to - 20 * MINUTE);
    stage.look(plot, { at, person, incident, cite: 0.85, handheld: 0.2 });
  }
}

/** (14) Courts a victim while the case is open, and declares her as a partner when it is known anyhow. */
export function partnerFromDuty(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { period } = force;
  const { dice, officer } = plot;
  plot.indicators = ['partner-met-on-duty', 'contact-after-closure'];
  const met = stage.met(
    officer,
    (p, m) =>
      p.sex !== officer.sex &&
      p.age > 19 &&
      p.age < 50 &&
      numberOf(p, m.assignment.from) !== '' &&
      m.assignment.from > period.from &&
      m.assignment.from < period.midnight(Math.floor(period.days * 0.4)),
  );
  const [one] = dice.sample(met, 1);
  if (one === undefined) return;
  plot.people.add(one.person.n);
  const first = period.dayOf(one.assignment.from) + dice.whole(3, 7);
  const since = Math.min(period.days - 12, first + by(plot, 20, 35, 45));
  force.relationships.push({
    officer: officer.n,
    person: one.person.n,
    kind: 'partner',
    from: period.date(since),
    declaredOn: period.date(Math.min(period.days - 2, since + dice.whole(5, 30))),
    to: '',
  });
  for (let at = period.at(first, 720); at < period.midnight(since); at += dice.between(0.4, 3) * DAY) {
    stage.text(
      plot,
      one.person,
      at,
      dice.chance(0.6) ? 'out' : 'in',
      dice.chance(0.5) ? familiar(dice, 0) : '',
    );
  }
}
