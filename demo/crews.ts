/** Who goes out with whom: crews by shift, single or double, with a vehicle or on foot. */

import { vehicleId } from './equipment.ts';
import type { Crew, Force, Officer } from './force.ts';
import { unitOn } from './force.ts';
import { Dice, nth } from './random.ts';

/** Officers who, for the sake of a story, are crewed alone more often than others. */
export type Loners = ReadonlySet<number>;

type Plan = Pick<Force, 'seed' | 'period' | 'county' | 'units' | 'officers' | 'roster'>;

/** Crews that begin their shift on a day. The same for the same seed. */
export function crewsOn(force: Plan, day: number, loners: Loners): Crew[] {
  const dice = new Dice(force.seed, `crews ${day}`);
  const crews: Crew[] = [];
  const groups = new Map<string, Officer[]>();
  for (const officer of force.officers) {
    if (!['response', 'roads', 'neighbourhood', 'investigation', 'public_protection'].includes(officer.role))
      continue;
    if (officer.kind === 'staff' || officer.kind === 'volunteer') continue;
    const shift = force.roster.working(officer.n, day);
    if (!shift) continue;
    const key = `${unitOn(officer, day)}/${shift.from}`;
    const group = groups.get(key) ?? [];
    if (group.length === 0) groups.set(key, group);
    group.push(officer);
  }
  for (const [key, group] of groups) crewGroup(force, day, dice, key, group, crews, loners);
  const taken = new Map<number, number>();
  for (const crew of crews) {
    if (crew.beat) continue;
    const base = force.county.stations.indexOf(crew.base);
    const k = taken.get(base) ?? 0;
    taken.set(base, k + 1);
    crew.vehicle = vehicleId(base, k, day);
  }
  return crews;
}

function crewGroup(
  force: Plan,
  day: number,
  dice: Dice,
  key: string,
  group: Officer[],
  crews: Crew[],
  loners: Loners,
): void {
  const unit = nth(force.units, Number(key.split('/')[0]));
  const bases = force.county.stations.filter((s) => s.district === unit.district);
  const role = unit.role;
  const queue = dice.shuffled(group);
  for (let i = 0; i < queue.length; ) {
    const first = nth(queue, i++);
    if (role === 'investigation' || role === 'public_protection') {
      if (!dice.chance(0.3)) continue;
      crews.push(open(force, day, [first], nth(bases, 0), 'appointments', unit.district, crews.length));
      continue;
    }
    const alone = first.rank !== 'constable' || loners.has(first.n) ? dice.chance(0.72) : dice.chance(0.28);
    const mates = [first];
    const second = queue[i];
    if (!alone && second && !(loners.has(second.n) && dice.chance(0.5))) {
      mates.push(second);
      i++;
    }
    const base = nth(bases, first.n % bases.length);
    if (role === 'neighbourhood') {
      const driving = dice.chance(loners.has(first.n) ? 0.6 : 0.3);
      const crew = open(force, day, mates, base, 'beat', unit.district, crews.length);
      const hoods = nth(force.county.towns, base.town).hoods;
      if (!driving) crew.beat = nth(hoods, (first.n + (dice.chance(0.3) ? day : 0)) % hoods.length);
      crews.push(crew);
    } else {
      const work = role === 'roads' ? 'roads' : 'response';
      const district = role === 'roads' ? dice.whole(0, force.county.districts - 1) : unit.district;
      crews.push(open(force, day, mates, base, work, district, crews.length));
    }
  }
}

function open(
  force: Plan,
  day: number,
  mates: Officer[],
  base: Crew['base'],
  work: Crew['work'],
  district: number,
  n: number,
): Crew {
  const spans = mates.map((m) => force.roster.working(m.n, day));
  let to = 0;
  let from = 0;
  for (const s of spans) {
    if (!s) continue;
    from = from === 0 ? s.from : Math.max(from, s.from);
    // A crew splits when the first goes off: its day ends with the shortest.
    to = to === 0 ? s.to : Math.min(to, s.to);
  }
  return {
    key: `${day}/${n}`,
    day,
    officers: mates.map((m) => m.n),
    vehicle: '',
    callsign: `${work === 'response' ? 'F' : work === 'roads' ? 'R' : 'N'}${district}${100 + (n % 900)}`,
    from,
    to,
    district,
    base,
    work,
    tasks: [],
  };
}
