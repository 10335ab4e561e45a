/** Who plays which part: chosen before rosters are drawn up, since some stories need a sick spell or lone shifts. */
import type { Period } from './clock.ts';
import type { Officer, Role, Unit } from './force.ts';
import { Dice } from './random.ts';
import type { Spell } from './shifts.ts';
import type { Strength } from './stage.ts';

export interface Part {
  name: string;
  officer: Officer;
  strength: Strength;
}

export interface Cast {
  offenders: Part[];
  oddities: Part[];
  spells: Spell[];
  loners: Set<number>;
}

interface Casting {
  name: string;
  roles: Role[];
  phone?: boolean;
  alone?: boolean;
  sergeant?: boolean;
  kinds?: Officer['kind'][];
}

const FRONT: Role[] = ['response', 'neighbourhood'];

export const OFFENDERS: Casting[] = [
  { name: 'prolific_texter', roles: ['response', 'neighbourhood', 'investigation'], phone: true },
  { name: 'multi_victim_groomer', roles: ['response', 'public_protection', 'investigation'], phone: true },
  { name: 'look_contact_visit', roles: FRONT, phone: true, alone: true },
  { name: 'own_circle', roles: ['response', 'contact_centre', 'custody', 'dispatch'] },
  { name: 'after_closure_returner', roles: ['response', 'investigation'], phone: true },
  { name: 'undeployed_visitor', roles: ['response'], alone: true },
  { name: 'browser', roles: ['response', 'custody', 'dispatch'] },
  { name: 'careful_offender', roles: ['public_protection', 'investigation'], phone: true },
  { name: 'conduct_pattern', roles: ['response', 'custody', 'neighbourhood', 'roads'] },
  { name: 'exploratory', roles: FRONT, phone: true },
  { name: 'returner_alone', roles: ['response'] },
  { name: 'child_watcher', roles: ['response', 'neighbourhood', 'roads'], alone: true },
  { name: 'reference_forger', roles: ['response', 'roads'] },
  { name: 'partner_from_duty', roles: ['response', 'investigation'], phone: true },
];

const STRENGTHS: Strength[] = [
  'strong',
  'medium',
  'strong',
  'medium',
  'weak',
  'strong',
  'medium',
  'strong',
  'strong',
  'weak',
];

export const ODDITIES: Casting[] = [
  { name: 'many_contacts_public_protection', roles: ['public_protection'], phone: true },
  { name: 'long_fraud_one_witness', roles: ['investigation'], phone: true },
  { name: 'records_clerk_thousands', roles: ['records'], kinds: ['staff'] },
  { name: 'lives_near_repeat_victim', roles: ['response', 'neighbourhood'] },
  { name: 'night_meal_near_hostel', roles: ['response'], alone: true },
  { name: 'late_personnel_posting', roles: ['response', 'investigation'] },
  { name: 'sent_to_same_address', roles: ['response'] },
  { name: 'dip_sampling_sergeant', roles: ['response', 'investigation'], sergeant: true },
  { name: 'phone_lent_while_sick', roles: ['investigation', 'public_protection'], phone: true },
  { name: 'task_force', roles: ['investigation'], phone: true },
  { name: 'bombarded_by_victim', roles: ['response', 'investigation', 'public_protection'], phone: true },
  { name: 'malicious_complainant', roles: ['response', 'roads'] },
  { name: 'declared_partner_former_victim', roles: ['response', 'investigation'], phone: true },
  { name: 'outcome_calls_in_one_go', roles: ['investigation', 'public_protection'], phone: true },
  { name: 'safeguarding_visits_alone', roles: ['response'] },
  { name: 'copies_references', roles: ['response'] },
];

/** Chooses about 1 in 40 as offenders and 3 in 100 as honest oddities; nobody plays two parts. */
export function castParts(seed: number, officers: Officer[], units: Unit[], period: Period): Cast {
  const dice = new Dice(seed, 'casting');
  const taken = new Set<number>();
  const choose = (c: Casting): Officer | null => {
    const pool = officers.filter(
      (o) =>
        !taken.has(o.n) &&
        c.roles.includes(o.role) &&
        (c.phone !== true || o.phone >= 0) &&
        (c.sergeant === true ? o.rank === 'sergeant' : o.rank === 'constable' || o.kind !== 'officer') &&
        (c.kinds ?? ['officer', 'pcso', 'staff']).includes(o.kind) &&
        o.servesFrom === 0 &&
        o.servesTo === period.days &&
        Date.parse(o.joinedOn) < period.from - 200 * 86_400_000 &&
        !(c.alone === true && o.radio === ''),
    );
    if (pool.length === 0) return null;
    const officer = dice.pick(pool);
    taken.add(officer.n);
    return officer;
  };
  const cast: Cast = { offenders: [], oddities: [], spells: [], loners: new Set() };
  const offenders = Math.max(1, Math.round(officers.length / 40));
  for (let i = 0; i < offenders; i++) {
    const part = OFFENDERS[i % OFFENDERS.length];
    const officer = part && choose(part);
    const round = Math.floor(i / OFFENDERS.length);
    if (!part || !officer) continue;
    cast.offenders.push({ name: part.name, officer, strength: STRENGTHS[(i + round * 3) % 10] ?? 'medium' });
    if (part.alone === true) cast.loners.add(officer.n);
    if (part.name === 'prolific_texter') {
      cast.spells.push({
        officer: officer.n,
        kind: 'sick',
        day: Math.floor(period.days * 0.7),
        days: Math.min(12, Math.ceil(period.days / 8)),
      });
    }
  }
  const oddities = Math.max(1, Math.round(officers.length * 0.034));
  for (let i = 0; i < oddities; i++) {
    const part = ODDITIES[i % ODDITIES.length];
    const officer = part && choose(part);
    if (!part || !officer) continue;
    cast.oddities.push({ name: part.name, officer, strength: 'medium' });
    if (part.alone === true) cast.loners.add(officer.n);
    if (part.name === 'phone_lent_while_sick') {
      cast.spells.push({
        officer: officer.n,
        kind: 'sick',
        day: Math.floor(period.days * 0.4),
        days: Math.min(24, Math.ceil(period.days / 4)),
      });
    }
    if (part.name === 'late_personnel_posting') {
      const other = units.findIndex((u, n) => n !== officer.unit && u.role === officer.role);
      const day = Math.floor(period.days * 0.3);
      if (other >= 0) officer.move = { day, unit: other, postedDay: Math.min(period.days - 2, day + 26) };
    }
  }
  return cast;
}
