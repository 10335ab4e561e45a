/** What happens in the county: incidents of all kinds, who is part of them, what becomes of them. */

import type { Period } from './clock.ts';
import { DAY, HOUR, MINUTE } from './clock.ts';
import type { Incident, Person } from './force.ts';
import type { Kind } from './incident-kinds.ts';
import { KINDS } from './incident-kinds.ts';
import type { County, Point } from './places.ts';
import { near } from './places.ts';
import type { Public } from './public.ts';
import type { Dice } from './random.ts';
import { nth } from './random.ts';

/** Relative business of the hours of the local day. */
const HOURS = [
  5, 4, 3, 2.2, 1.8, 1.8, 2.2, 3, 4, 5, 5.5, 5.8, 6, 6, 6, 6.4, 7, 7.2, 7.4, 7.6, 7.4, 7, 7, 6.2,
];

/** An id that tells nothing but looks like one of a records system. */
export function incidentId(n: number, seed: number): string {
  return `I${10_000_000 + ((n * 1_234_577 + (seed % 1000) * 991) % 90_000_000)}`;
}

/** Where somebody lives at an instant. */
export function homeAt(person: Person, at: number, period: Period): Point {
  return person.movedFrom && at < period.midnight(person.movedFrom.day) ? person.movedFrom.home : person.home;
}

/** The incidents that open on a day, in order, without assignments. `n` is the next running number. */
export function happenOn(
  dice: Dice,
  day: number,
  period: Period,
  county: County,
  known: Public,
  perDay: number,
  n: number,
  seed: number,
): { incident: Incident; kind: Kind }[] {
  const list: { incident: Incident; kind: Kind }[] = [];
  const weekend = period.weekday(day) >= 4 ? 1.12 : 0.94;
  const hours = HOURS.map((_, h) => h);
  for (let left = dice.count(perDay * weekend); left > 0; left--) {
    const what = dice.weighted(KINDS, (k) => k.weight);
    const hour = dice.weighted(hours, (h) => nth(HOURS, h));
    const openedAt = period.at(day, hour * 60 + dice.whole(0, 59)) + dice.whole(0, 59) * 1000;
    const district = dice.whole(0, county.districts - 1);
    const main =
      what.markers.length > 0 && dice.chance(0.6)
        ? known.marked(dice, district, dice.pick(what.markers))
        : known.anyone(dice, district);
    const home = homeAt(main, openedAt, period);
    const place = dice.chance(what.atHome) ? home : near(dice, main.hood.centre, 50, 1_500);
    const incident: Incident = {
      n: 0,
      id: '',
      openedAt,
      closedAt: openedAt + dice.skewed(what.attend > 0 ? 5 * HOUR : 40 * MINUTE, 0.7),
      kind: what.kind,
      type: what.type,
      place,
      district,
      unit: -1,
      outcome: dice.pick(what.outcomes),
      parts: [{ person: main.n, role: what.main, from: openedAt }],
      assignments: [],
    };
    join(dice, incident, main, what, known);
    list.push({ incident, kind: what });
  }
  list.sort((a, b) => a.incident.openedAt - b.incident.openedAt);
  for (const { incident } of list) {
    incident.n = n;
    incident.id = incidentId(n++, seed);
  }
  return list;
}

/** Adds the other people: within the household for domestic matters, else from around. */
function join(dice: Dice, incident: Incident, main: Person, what: Kind, known: Public): void {
  const inside = ['domestic', 'missing person', 'sudden death', 'safeguarding referral'].includes(what.type);
  for (const [role, chance] of what.others) {
    if (!dice.chance(chance)) continue;
    const kin = main.household.length > 0 && (inside || dice.chance(0.15));
    const person = kin ? nth(known.people, dice.pick(main.household)) : known.anyone(dice, incident.district);
    if (incident.parts.some((p) => p.person === person.n)) continue;
    if (person.age < 14 && (role === 'suspect' || role === 'caller')) continue;
    // Some are put on the record only when they are found.
    const later =
      role === 'suspect' || role === 'witness' ? dice.skewed(0.4, 1.4) * DAY * (dice.chance(0.4) ? 1 : 0) : 0;
    incident.parts.push({ person: person.n, role, from: incident.openedAt + later });
  }
}
