/** Honest oddities in the access logs and on paper. */
import { DAY, HOUR } from '../clock.ts';
import { ALONE, unitOn } from '../force.ts';
import { nth } from '../random.ts';
import type { Plot, Stage } from '../stage.ts';

/** A clerk on a clearance queue. */
export function clerkThousands(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  for (const shift of stage.shifts(officer, 0, force.period.days)) {
    for (let n = dice.count(70); n > 0; n--) {
      stage.look(plot, {
        at: dice.between(shift.from, shift.to),
        person: dice.pick(force.people),
        incident: null,
      });
    }
  }
  plot.people.clear();
}

/** A sergeant who reads everything the team writes. */
export function dipSampling(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  for (const shift of stage.shifts(officer, 1, force.period.days)) {
    const day = force.period.dayOf(shift.from);
    const recent = [...(force.incidentsByDay[day - 1] ?? []), ...(force.incidentsByDay[day - 2] ?? [])];
    const own = recent.filter((i) =>
      i.assignments.some((a) => force.officers[a.officer]?.supervisor === officer.n),
    );
    for (const incident of dice.sample(own, 10)) {
      const person = dice.chance(0.7) ? nth(force.people, dice.pick(incident.parts).person) : null;
      stage.look(plot, { at: dice.between(shift.from, shift.to), person, incident, cite: 0.2, handheld: 0 });
    }
  }
  plot.people.clear();
}

/** Works for the new unit before the personnel system knows (the move itself was cast). */
export function latePosting(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const move = officer.move;
  if (!move) return;
  for (const shift of stage.shifts(officer, move.day, move.postedDay + 15)) {
    const day = force.period.dayOf(shift.from);
    const unit = unitOn(officer, day);
    const theirs = [...(force.incidentsByDay[day] ?? []), ...(force.incidentsByDay[day - 1] ?? [])].filter(
      (i) => i.unit === unit,
    );
    for (const incident of dice.sample(theirs, dice.whole(2, 5))) {
      const at = dice.between(
        Math.max(shift.from, incident.openedAt),
        Math.max(shift.to, incident.openedAt + HOUR),
      );
      stage.look(plot, {
        at,
        person: dice.chance(0.6) ? nth(force.people, dice.pick(incident.parts).person) : null,
        incident,
        cite: 0.1,
      });
    }
  }
}

/** Lent to another unit's operation: assignments as 'other', some written days later. */
export function taskForce(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const begin = Math.floor(force.period.days * 0.3);
  const end = Math.floor(force.period.days * 0.75);
  const types = ['burglary', 'drugs', 'theft'];
  const pool = force.incidents.filter(
    (i) =>
      types.includes(i.type) &&
      i.unit !== officer.unit &&
      i.unit >= 0 &&
      i.openedAt > force.period.at(begin, 0) &&
      i.openedAt < force.period.at(end, 0),
  );
  for (const incident of dice.sample(pool, 30)) {
    const from = incident.openedAt + dice.between(4, 30) * HOUR;
    const to = from + dice.between(8, 25) * DAY;
    const draw = dice.next();
    const written = draw < 0.6 ? from : draw < 0.85 ? from + dice.between(1, 5) * DAY : 0;
    const assignment = {
      officer: officer.n,
      role: 'other' as const,
      from,
      to,
      writtenFrom: written,
      crew: ALONE,
    };
    incident.assignments.push(assignment);
    for (const shift of stage.shifts(officer, force.period.dayOf(from), force.period.dayOf(to))) {
      if (shift.from < from || !dice.chance(0.25)) continue;
      const person = nth(force.people, dice.pick(incident.parts).person);
      const at = dice.between(shift.from, shift.to - HOUR);
      stage.look(plot, { at, person: dice.chance(0.7) ? person : null, incident, cite: 0.5 });
      if (dice.chance(0.2) && person.age > 15) stage.exchange(plot, person, at + 400_000);
    }
  }
}

/** One complainant, two complaints about this officer, others about colleagues; none upheld. */
export function maliciousComplainant(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const complainant = dice.pick(force.people.filter((p) => p.age > 25));
  const add = (about: number, day: number, words: string): void =>
    stage.matter(
      {
        officer: about,
        receivedOn: force.period.date(day),
        kind: 'complaint',
        allegation: words,
        category: 'incivility',
        source: 'public',
        outcome: day < force.period.days - 25 ? 'not upheld' : '',
        closedOn: day < force.period.days - 25 ? force.period.date(day + 20) : '',
        person: complainant.n,
      },
      plot,
    );
  add(officer.n, force.period.days - dice.whole(200, 300), 'The officer looked at me in a threatening way.');
  add(
    officer.n,
    force.period.days - dice.whole(30, 90),
    'The same officer drove past my house to intimidate me.',
  );
  for (const other of dice.sample(
    force.officers.filter((o) => o.role === 'response' && o !== officer),
    4,
  )) {
    add(other.n, force.period.days - dice.whole(20, 900), 'Refused to arrest my neighbour.');
  }
}
