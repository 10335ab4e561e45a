/** Honest oddities on the phone. */
import { DAY, HOUR, MINUTE } from '../clock.ts';
import type { Case } from '../force.ts';
import { isVulnerable, numberOf } from '../force.ts';
import { nth } from '../random.ts';
import type { Plot, Stage } from '../stage.ts';

const ends = (c: Case, stage: Stage): number =>
  c.assignment.to > 0 ? c.assignment.to : stage.force.period.to;

/** Many contacts with several vulnerable women, all under open cases. */
export function manyContacts(stage: Stage, plot: Plot): void {
  const { officer, dice } = plot;
  const own = stage.met(
    officer,
    (p, m) =>
      m.assignment.role === 'officer_in_case' &&
      p.sex === 'f' &&
      isVulnerable(p) &&
      numberOf(p, m.assignment.from) !== '',
  );
  for (const [i, met] of own.slice(0, 16).entries()) {
    const a = met.assignment;
    if (i % 2 === 0 && a.to > 0) {
      // Some of these run to trial.
      a.to = Math.max(a.to, a.from + dice.between(45, 90) * DAY);
      met.incident.closedAt = Math.max(met.incident.closedAt, a.to);
    }
    for (const shift of stage.shifts(officer, 0, stage.force.period.days)) {
      const until = a.to > 0 ? a.to : shift.to;
      if (shift.from < a.from || shift.to > until || !dice.chance(0.6)) continue;
      for (let n = dice.whole(1, 2); n > 0; n--)
        stage.exchange(plot, met.person, dice.between(shift.from, shift.to - HOUR));
    }
  }
}

/** A long fraud case: one witness, hundreds of texts about papers. */
export function longFraud(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const own = (force.cases[officer.n] ?? []).filter(
    (c) => c.assignment.from < force.period.at(Math.ceil(force.period.days * 0.35), 0),
  );
  const chosen = own.find((c) => c.incident.type === 'fraud') ?? own[0];
  if (!chosen) return;
  const { incident, assignment } = chosen;
  incident.type = 'fraud';
  assignment.to = force.period.to + 40 * DAY;
  incident.closedAt = assignment.to;
  const witness = force.people.find(
    (p) =>
      p.hood.district === incident.district && p.age > 30 && p.markers.length === 0 && p.phones.length > 0,
  );
  if (!witness) return;
  if (!incident.parts.some((p) => p.person === witness.n))
    incident.parts.push({ person: witness.n, role: 'witness', from: incident.openedAt });
  const first = Math.max(0, force.period.dayOf(Math.max(force.period.from, assignment.from)) + 2);
  for (const shift of stage.shifts(officer, first, force.period.days)) {
    if (!dice.chance(0.75)) continue;
    let at = dice.between(shift.from + HOUR, shift.to - 2 * HOUR);
    for (let n = dice.count(5); n > 0; n--) {
      const words = dice.pick([
        'Please send the March statement too.',
        'Got page 4, page 5 is missing.',
        'Which account did the invoice go to?',
        'Thanks, that is clear now.',
      ]);
      stage.text(plot, witness, at, dice.chance(0.6) ? 'out' : 'in', words);
      at += Math.ceil(dice.skewed(7, 1)) * MINUTE;
    }
  }
}

/** A victim who rings and texts far too often; hardly any answer. */
export function bombardedByVictim(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { officer, dice } = plot;
  const [met] = stage.targets(plot, 1, true, Math.floor(period.days * 0.5));
  if (!met) return;
  const first = Math.max(0, period.dayOf(Math.max(period.from, met.assignment.from)) + 3);
  for (let day = first; day < Math.min(period.days, first + 40); day++) {
    for (let n = dice.count(5); n > 0; n--) {
      const at = period.at(day, dice.whole(420, 1439));
      if (dice.chance(0.7))
        stage.ring(plot, met.person, at, dice.chance(0.04) ? dice.whole(30, 200) : 0, 'in');
      else stage.text(plot, met.person, at, 'in');
    }
    const shift = stage.force.roster.working(officer.n, day);
    if (shift && dice.chance(0.08))
      stage.text(
        plot,
        met.person,
        dice.between(shift.from, shift.to),
        'out',
        'Please ring 101 and give your reference, I cannot take calls during the shift.',
      );
  }
}

/** A partner met years ago as a victim, declared; home numbers on the work phone. */
export function declaredPartner(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const wanted = officer.sex === 'f' ? 'm' : 'f';
  const partner = dice.pick(
    force.people.filter(
      (p) => p.sex === wanted && p.age > 24 && p.age < 50 && p.phones.some((n) => n.from === 0 && n.to === 0),
    ),
  );
  const early =
    force.incidents.find(
      (i) => i.openedAt < force.period.from && i.assignments.some((a) => a.officer === officer.n),
    ) ?? nth(force.incidents, 0);
  if (!early.parts.some((p) => p.person === partner.n))
    early.parts.push({ person: partner.n, role: 'victim', from: early.openedAt });
  partner.home = { ...officer.home };
  partner.movedFrom = { home: { lat: officer.home.lat + 0.01, lon: officer.home.lon - 0.012 }, day: 0 };
  const since = force.period.date(2);
  force.relationships.push({
    officer: officer.n,
    person: partner.n,
    kind: 'partner',
    from: since,
    declaredOn: since,
    to: '',
  });
  plot.people.add(partner.n);
  for (const shift of stage.shifts(officer, 3, force.period.days)) {
    if (dice.chance(0.35)) stage.exchange(plot, partner, dice.between(shift.from + HOUR, shift.to - HOUR));
  }
}

/** Sick, and the phone in a colleague's hands until the register catches up. */
export function phoneLent(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const mate = force.officers.find(
    (o) =>
      o.unit === officer.unit &&
      o !== officer &&
      o.servesFrom === 0 &&
      o.servesTo === force.period.days &&
      (force.cases[o.n]?.length ?? 0) > 3,
  );
  const phone = force.phones[officer.phone];
  if (!mate || !phone) return;
  let first = -1;
  let last = -1;
  for (let d = 0; d < force.period.days; d++) {
    if (force.roster.kind(officer.n, d) !== 'sick') continue;
    if (d < Math.floor(force.period.days * 0.4)) continue;
    if (first < 0) first = d;
    if (first >= 0 && d - first < 26) last = d;
  }
  if (first < 0) return;
  for (const shift of stage.shifts(mate, first, last)) {
    const open = (force.cases[mate.n] ?? []).filter(
      (c) => c.assignment.from < shift.from && ends(c, stage) > shift.to,
    );
    for (const c of dice.sample(open, dice.whole(1, 4))) {
      const part = c.incident.parts[0];
      if (part)
        stage.exchange(
          plot,
          nth(force.people, part.person),
          dice.between(shift.from, shift.to - HOUR),
          phone,
        );
    }
  }
  // The register says it changed hands only for the last part of it.
  const told = force.period.at(Math.min(last, first + Math.ceil((last - first) * 0.6)), 600);
  const back = force.period.at(last + 1, 480);
  const own = phone.holders.find((h) => h.officer === officer.n);
  if (!own || told >= back) return;
  own.to = told;
  phone.holders.push({ officer: mate.n, from: told, to: back }, { officer: officer.n, from: back, to: 0 });
}

/** One call each to all whose cases were closed, every fortnight. */
export function outcomeCalls(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const shifts = stage.shifts(officer, 5, force.period.days);
  for (let i = 8; i < shifts.length; i += 9) {
    const shift = nth(shifts, i);
    let at = shift.from + 3 * HOUR;
    for (const c of force.cases[officer.n] ?? []) {
      const closed = ends(c, stage);
      if (closed > shift.from || closed < shift.from - 14 * DAY) continue;
      const part = c.incident.parts[0];
      if (!part || at > shift.to) continue;
      stage.ring(plot, nth(force.people, part.person), at, dice.chance(0.3) ? 0 : dice.whole(60, 400), 'out');
      at += dice.whole(3, 14) * MINUTE;
    }
  }
}
