/** Declared relationships of the workforce with people the force has on record. */
import type { Force, Relationship } from './force.ts';
import { Dice } from './random.ts';

/** About one in eight declares someone: family and partners mostly, now and then a notifiable association. */
export function declareRelationships(
  force: Pick<Force, 'seed' | 'period' | 'officers' | 'people'>,
): Relationship[] {
  const list: Relationship[] = [];
  for (const officer of force.officers) {
    const dice = new Dice(force.seed, `relationships ${officer.n}`);
    if (!dice.chance(0.125)) continue;
    for (let n = dice.whole(1, 2); n > 0; n--) {
      const kind = dice.weighted(
        ['partner', 'ex_partner', 'family', 'friend', 'notifiable_association', 'business'] as const,
        (k) => (k === 'family' ? 5 : k === 'partner' ? 3 : k === 'friend' ? 2 : 1),
      );
      const person = dice.pick(force.people);
      if (person.age < 18 && kind !== 'family') continue;
      if (list.some((r) => r.officer === officer.n && r.person === person.n)) continue;
      const day = -dice.whole(20, 2_400);
      list.push({
        officer: officer.n,
        person: person.n,
        kind,
        from: force.period.date(day),
        declaredOn: force.period.date(day + dice.whole(0, 90)),
        to: dice.chance(0.06) ? force.period.date(dice.whole(0, force.period.days - 1)) : '',
      });
      if (kind === 'partner' && dice.chance(0.7)) {
        person.home = { ...officer.home };
        delete person.movedFrom;
      }
    }
  }
  return list;
}
