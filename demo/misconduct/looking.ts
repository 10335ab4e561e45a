/** Families that live in the records: the own circle, and browsing the vulnerable. */
import { MINUTE } from '../clock.ts';
import type { Person } from '../force.ts';
import { isVulnerable } from '../force.ts';
import { near } from '../places.ts';
import { nth } from '../random.ts';
import type { Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';

/** (4) Follows a former partner, whoever is with her now, and a neighbour, through the systems. */
export function ownCircle(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { dice, officer } = plot;
  plot.indicators = ['access-own-circle', 'access-unexplained'];
  const wanted = officer.sex === 'f' ? 'm' : 'f';
  const free = force.people.filter(
    (p) => p.sex === wanted && p.age > 22 && p.age < 52 && p.household.length > 0,
  );
  if (free.length === 0) return;
  const former = dice.pick(free);
  const circle: Person[] = [former, nth(force.people, nth(former.household, 0))];
  if (plot.strength === 'medium') {
    // Nothing declared, but until the move they shared an address.
    former.movedFrom = { home: { ...officer.home }, day: Math.floor(force.period.days * 0.25) };
    plot.indicators.push('address-shared');
  } else {
    const since = force.period.date(-dice.whole(500, 1_500));
    force.relationships.push({
      officer: officer.n,
      person: former.n,
      kind: 'ex_partner',
      from: since,
      declaredOn: since,
      to: '',
    });
  }
  const neighbour = dice.pick(force.people);
  if (plot.strength === 'strong') {
    neighbour.home = near(dice, officer.home, 15, 60);
    delete neighbour.movedFrom;
    circle.push(neighbour);
  }
  const shifts = stage.shifts(officer, Math.floor(force.period.days * 0.12), force.period.days);
  const share = by(plot, 0.4, 0.16, 0.05);
  for (const shift of shifts) {
    if (!dice.chance(share)) continue;
    let at = dice.between(shift.from + 30 * MINUTE, shift.to - 20 * MINUTE);
    for (let n = dice.whole(1, 3); n > 0; n--) {
      const person = dice.chance(0.65) ? former : dice.pick(circle);
      stage.look(plot, { at, person, incident: null, handheld: 0.2 });
      at += dice.whole(1, 6) * MINUTE;
    }
  }
  // However weak, the story needs its beginning.
  if (shifts.length > 0) {
    const last = dice.pick(shifts);
    for (let n = 0; n < by(plot, 4, 3, 3); n++)
      stage.look(plot, { at: last.from + (40 + n * 7) * MINUTE, person: former, incident: null });
  }
}

/** (7) Goes through the records and pictures of young vulnerable women on quiet shifts; contacts nobody. */
export function browser(stage: Stage, plot: Plot): void {
  const { force } = stage;
  const { dice, officer } = plot;
  plot.indicators = ['access-browsing', 'access-unexplained', 'access-peer-outlier'];
  const suits = (p: Person): boolean => p.sex === 'f' && p.age >= 16 && p.age < 32 && isVulnerable(p);
  const pool = dice
    .shuffled(force.people.filter(suits))
    .slice(0, by(plot, dice.whole(140, 190), dice.whole(60, 85), 24));
  const shifts = dice.shuffled(stage.shifts(officer, 3, force.period.days));
  let next = 0;
  for (const shift of shifts) {
    if (next >= pool.length) break;
    let at = dice.between(shift.from + (shift.to - shift.from) * 0.4, shift.to - 70 * MINUTE);
    for (let n = dice.whole(3, by(plot, 14, 8, 4)); n > 0 && next < pool.length && at < shift.to; n--) {
      const person = nth(pool, next++);
      stage.look(plot, {
        at,
        person,
        incident: null,
        handheld: 0.15,
        kind: dice.chance(0.35) ? 'image' : 'person',
      });
      at += dice.whole(25, 260) * 1000;
    }
  }
}
