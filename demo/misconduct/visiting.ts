/** Families that end at somebody's door: look, contact, visit; and the patrol car where nobody sent it. */
import { DAY, MINUTE } from '../clock.ts';
import type { Crew, Person } from '../force.ts';
import { familiar } from '../messages.ts';
import type { Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';

/** Crews with a vehicle in which the officer is alone. */
function alone(stage: Stage, plot: Plot): Crew[] {
  return stage.crews(plot.officer).filter((c) => c.officers.length === 1 && c.vehicle !== '');
}

/** (3) Finds somebody in the systems, rings and hangs up, and stops near her home; again and again. */
export function lookContactVisit(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { dice } = plot;
  plot.indicators = [
    'sequence-look-contact-visit',
    'access-unexplained',
    'contact-short-calls',
    'presence-undeployed',
    'presence-parked-away',
  ];
  const shifts = alone(stage, plot);
  for (const met of stage.targets(plot, by(plot, 4, 2, 1), false, Math.floor(period.days * 0.5))) {
    const begin = dice.whole(2, Math.floor(period.days * 0.45));
    const crews = shifts.filter((c) => c.day > begin);
    const rounds = dice.sample(crews, by(plot, dice.whole(5, 8), 4, 2)).sort((a, b) => a.from - b.from);
    for (const crew of rounds) {
      const before = stage.atWork(plot, Math.max(0, crew.day - dice.whole(2, 4)));
      if (before <= 0 || before > crew.from) continue;
      stage.look(plot, { at: before, person: met.person, incident: null, handheld: 0.6 });
      if (dice.chance(0.5))
        stage.look(plot, {
          at: before + dice.whole(1, 3) * MINUTE,
          person: met.person,
          incident: null,
          kind: dice.pick(['image', 'address']),
        });
      let at = before + dice.between(0.02, 1) * DAY;
      for (let n = dice.whole(2, 7); n > 0 && at < crew.to; n--) {
        if (dice.chance(0.85))
          stage.ring(plot, met.person, at, dice.chance(0.45) ? 0 : dice.whole(1, 4), 'out');
        else stage.text(plot, met.person, at, 'out', familiar(dice, 0));
        at += dice.whole(2, 55) * MINUTE;
      }
      stage.visit(plot, crew, met.person, dice.between(9, 38), dice.chance(0.6) ? [70, 190] : [8, 30]);
    }
  }
}

/** (6) A patrol car alone, mostly late, near the homes of sex workers and other vulnerable women; never sent there. */
export function undeployedVisitor(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { dice, officer } = plot;
  plot.indicators = ['presence-undeployed', 'presence-return-alone', 'presence-parked-away'];
  const district = force.units[officer.unit]?.district ?? 0;
  const suits = (p: Person): boolean => p.sex === 'f' && p.age > 16 && p.hood.district === district;
  const workers = force.people.filter((p) => suits(p) && p.markers.some((m) => m.marker === 'sex_work'));
  const others = force.people.filter(
    (p) =>
      suits(p) &&
      p.age < 40 &&
      p.markers.some((m) => m.marker === 'domestic_abuse' || m.marker === 'substance_use'),
  );
  const homes = [...dice.sample(workers, by(plot, 4, 2, 1)), ...dice.sample(others, by(plot, 2, 1, 1))];
  const shifts = alone(stage, plot);
  const weight = (c: Crew): number => (force.period.at(c.day, 780) < c.from ? 4 : 1);
  for (const person of homes) {
    for (let n = by(plot, dice.whole(5, 9), dice.whole(3, 5), 2); n > 0 && shifts.length > 0; n--) {
      const crew = dice.weighted(shifts, weight);
      stage.visit(plot, crew, person, dice.between(8, 45), dice.chance(0.4) ? [60, 200] : [6, 35]);
    }
    if (plot.strength === 'strong' && dice.chance(0.4)) {
      const at = stage.atWork(plot, dice.whole(0, force.period.days - 8));
      if (at > 0) stage.look(plot, { at, person, incident: null });
    }
  }
}
