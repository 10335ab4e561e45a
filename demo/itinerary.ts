/** Where a crew is during its shift: a chain of stops with drives (or walks) between them. */
import { MINUTE } from './clock.ts';
import type { Crew, Force, Task } from './force.ts';
import type { Point } from './places.ts';
import { metres, near } from './places.ts';
import { Dice, nth } from './random.ts';

export interface Stop {
  from: number;
  to: number;
  place: Point;
  plot: number;
  /** At a police station. */
  base: boolean;
}

/** The stops of a crew in order; between two stops it moves. Always begins and ends at its base. */
export function itinerary(force: Force, crew: Crew): Stop[] {
  const dice = new Dice(force.seed, `itinerary ${crew.key}`);
  const walking = crew.beat !== undefined;
  const pace = (): number => (walking ? dice.between(3.5, 5.5) : dice.between(26, 46)) / 3.6;
  const stops: Stop[] = [];
  let place = near(dice, crew.base.at, 0, 25);
  let free = Math.min(crew.from + dice.whole(10, 30) * MINUTE, crew.to);
  const begin = crew.from + dice.whole(0, 300) * 1000;
  stops.push({ from: begin, to: Math.max(free, begin + MINUTE), place, plot: -1, base: true });
  const tasks = crew.tasks.slice().sort((a, b) => a.from - b.from);
  const meal = crew.from + (crew.to - crew.from) * dice.between(0.4, 0.6);
  let fed = crew.to - crew.from < 6 * 60 * MINUTE;
  const town = nth(force.county.towns, crew.base.town);
  const local = force.county.towns.filter((t) => t.district === crew.district);
  const go = (to: Point, from: number, until: number, plot: number, base: boolean): void => {
    const arrive = Math.max(free + MINUTE, from);
    stops.push({ from: arrive, to: Math.max(arrive + MINUTE, until), place: to, plot, base });
    place = to;
    free = Math.max(arrive + MINUTE, until);
  };
  const wander = (until: number): void => {
    for (let tries = 0; tries < 60; tries++) {
      let to: Point;
      let minutes = dice.skewed(8, 0.7);
      let base = false;
      const draw = dice.next();
      if (!fed && free > meal) {
        to = near(dice, crew.base.at, 0, 25);
        minutes = dice.between(28, 45);
        base = true;
      } else if (walking && crew.beat) to = near(dice, crew.beat.centre, 0, crew.beat.radius);
      else if (crew.work === 'roads') to = near(dice, dice.pick(force.county.towns).centre, 1_500, 6_000);
      else if (crew.work === 'appointments' || draw < 0.12) {
        to = near(dice, crew.base.at, 0, 25);
        minutes = dice.skewed(35, 0.6);
        base = true;
      } else if (draw < 0.34) to = near(dice, dice.pick(town.haunts), 0, 40);
      else {
        const area = dice.chance(0.75) ? town : dice.pick(local);
        to = dice.chance(0.45)
          ? near(dice, dice.pick(area.hoods).centre, 0, 600)
          : near(dice, area.centre, 0, area.radius * 1.4);
      }
      const travel = (metres(place, to) * 1.3 * 1000) / pace();
      const stay = Math.min(minutes, 60) * MINUTE;
      if (free + travel + stay + MINUTE > until) return;
      const arrive = free + travel;
      if (base && minutes > 25) fed = fed || free > meal;
      go(to, arrive, arrive + stay, -1, base);
    }
  };
  for (const task of tasks) {
    if (task.to <= free + 2 * MINUTE) continue;
    const travel = (metres(place, task.place) * 1.3 * 1000) / (walking ? 1.4 : 10);
    wander(task.from - Math.min(travel, 25 * MINUTE));
    go(task.plot >= 0 ? task.place : near(dice, task.place, 5, 45), task.from, task.to, task.plot, false);
  }
  const homeward = (metres(place, crew.base.at) * 1.3 * 1000) / (walking ? 1.4 : 10) + 12 * MINUTE;
  wander(crew.to - homeward);
  const back = (metres(place, crew.base.at) * 1.3 * 1000) / (walking ? 1.4 : 11);
  if (free + back < crew.to + 40 * MINUTE)
    go(near(dice, crew.base.at, 0, 25), free + back, Math.max(crew.to, free + back + 2 * MINUTE), -1, true);
  return stops;
}

/** Gaps of at least `minutes` in the tasks of a crew, away from the ends of its shift. */
export function gaps(crew: Crew, minutes: number): { from: number; to: number }[] {
  const found: { from: number; to: number }[] = [];
  let free = crew.from + 40 * MINUTE;
  const tasks = crew.tasks.slice().sort((a, b) => a.from - b.from);
  for (const t of [...tasks, { from: crew.to - 45 * MINUTE, to: 0 } as Task]) {
    if (t.from - free > (minutes + 30) * MINUTE)
      found.push({ from: free + 15 * MINUTE, to: t.from - 15 * MINUTE });
    free = Math.max(free, t.to);
  }
  return found;
}
