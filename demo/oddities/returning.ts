/** Honest oddities of going back, and of references. */
import { HOUR } from '../clock.ts';
import { isVulnerable } from '../force.ts';
import { nth } from '../random.ts';
import type { Plot, Stage } from '../stage.ts';

/** Met with a colleague, visited alone afterwards: three safeguarding visits that the case asks for. */
export function safeguardingVisits(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { officer, dice } = plot;
  const met = stage.met(
    officer,
    (p, m) =>
      isVulnerable(p) &&
      m.assignment.from > period.from &&
      m.assignment.from < period.midnight(Math.floor(period.days * 0.6)),
  );
  for (const { person, incident, assignment } of dice.sample(met, 4)) {
    const until = Math.max(incident.closedAt, assignment.from + 30 * 24 * HOUR);
    incident.closedAt = until;
    assignment.to = until;
    const crews = stage
      .crews(officer)
      .filter((c) => c.vehicle !== '' && c.from > assignment.from && c.to < until);
    for (const crew of dice.sample(crews, 3)) stage.visit(plot, crew, person, dice.between(20, 45), [5, 30]);
  }
}

/** Copies the reference of the job before into the next look: wrong each time, but every look has its own job. */
export function copiesReferences(stage: Stage, plot: Plot): void {
  const { officer, dice } = plot;
  const own = stage.force.attended[officer.n] ?? [];
  for (const [n, { incident, assignment }] of own.entries()) {
    const before = own[n - 1];
    if (before === undefined || assignment.from < stage.force.period.from || !dice.chance(0.6)) continue;
    const person = nth(stage.force.people, dice.pick(incident.parts).person);
    stage.look(plot, { at: assignment.from + 0.2 * HOUR, person, incident: before.incident, cite: 1 });
  }
  plot.people.clear();
}
