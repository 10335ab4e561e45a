/** Honest oddities on the map. */
import { MINUTE } from '../clock.ts';
import { isVulnerable } from '../force.ts';
import type { Point } from '../places.ts';
import { near } from '../places.ts';
import { nth } from '../random.ts';
import type { Plot, Stage } from '../stage.ts';

/** Home stands near that of a repeat victim; some meal breaks are taken there. */
export function livesNear(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const district = nth(force.units, officer.unit).district;
  let victim = nth(force.people, 0);
  for (const p of force.people) {
    if (
      p.hood.district === district &&
      p.sex === 'f' &&
      p.age > 18 &&
      isVulnerable(p) &&
      p.pull > victim.pull
    )
      victim = p;
  }
  officer.home = near(dice, victim.home, 60, 150);
  plot.people.add(victim.n);
  for (const crew of stage.crews(officer)) {
    if (crew.vehicle !== '' && dice.chance(0.25))
      stage.stop(plot, crew, near(dice, officer.home, 2, 15), dice.between(22, 40));
  }
}

/** Meal break on nights, always at the same place, a stone's throw from a hostel. */
export function nightMeal(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const district = nth(force.units, officer.unit).district;
  const hostel = nth(force.county.hostels, district % force.county.hostels.length);
  const cafe = near(dice, hostel, 80, 160);
  for (const crew of stage.crews(officer)) {
    if (crew.vehicle !== '' && crew.from > force.period.at(crew.day, 1200)) {
      stage.stop(plot, crew, near(dice, cafe, 2, 15), dice.between(25, 45));
    }
  }
  for (const p of force.people) if (p.home === hostel) plot.people.add(p.n);
}

/** The officer's domestic and welfare calls turn out to be one address. */
export function sentToSameAddress(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { officer, dice } = plot;
  const fits = (force.attended[officer.n] ?? []).filter((c) =>
    ['domestic', 'concern for welfare', 'neighbour dispute'].includes(c.incident.type),
  );
  const chosen = dice.sample(fits, 12);
  const first = chosen[0];
  if (!first) return;
  const part = first.incident.parts[0];
  const victim = part && force.people[part.person];
  if (!victim) return;
  const home: Point = { ...victim.home };
  delete victim.movedFrom;
  plot.people.add(victim.n);
  const crews = force.crews.flat().filter((c) => c.tasks.length > 0);
  for (const { incident } of chosen) {
    // Every crew sent to it went to that door.
    for (const crew of crews) {
      if (Math.abs(crew.from - incident.openedAt) > 1_440 * MINUTE) continue;
      for (const task of crew.tasks) if (task.place === incident.place && task.plot < 0) task.place = home;
    }
    incident.place = home;
    const head = incident.parts[0];
    if (head) head.person = victim.n;
    incident.parts = incident.parts.filter((p, i) => i === 0 || p.person !== victim.n);
  }
}
