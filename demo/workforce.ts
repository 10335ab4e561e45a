/** Who works for the force: units by district and shift group, ranks, supervisors, moves, joiners and leavers. */
import type { Period } from './clock.ts';
import { DAY } from './clock.ts';
import type { Officer, Pattern, Role, Unit } from './force.ts';
import { fullName } from './names.ts';
import type { County } from './places.ts';
import { near } from './places.ts';
import { Dice, nth } from './random.ts';

interface Trade {
  role: Role;
  share: number;
  title: string;
  pattern: Pattern;
  /** Whether every district has its own. */
  local: boolean;
  /** Share of each kind; what is left is 'officer'. */
  staff: number;
  pcso?: number;
  special?: number;
}

const TRADES: Trade[] = [
  {
    role: 'response',
    share: 0.35,
    title: 'Response',
    pattern: 'cycle',
    local: true,
    staff: 0,
    special: 0.08,
  },
  {
    role: 'neighbourhood',
    share: 0.13,
    title: 'Neighbourhood',
    pattern: 'neighbourhood',
    local: true,
    staff: 0,
    pcso: 0.5,
  },
  { role: 'investigation', share: 0.13, title: 'CID', pattern: 'weekday', local: true, staff: 0.15 },
  {
    role: 'public_protection',
    share: 0.09,
    title: 'Public Protection',
    pattern: 'weekday',
    local: true,
    staff: 0.1,
  },
  { role: 'custody', share: 0.04, title: 'Custody', pattern: 'cycle', local: true, staff: 0.5 },
  { role: 'contact_centre', share: 0.06, title: 'Contact Centre', pattern: 'cycle', local: false, staff: 1 },
  { role: 'dispatch', share: 0.03, title: 'Dispatch', pattern: 'cycle', local: false, staff: 0.8 },
  { role: 'roads', share: 0.03, title: 'Roads Policing', pattern: 'cycle', local: false, staff: 0 },
  { role: 'intelligence', share: 0.03, title: 'Intelligence', pattern: 'weekday', local: false, staff: 0.5 },
  { role: 'records', share: 0.02, title: 'Records Management', pattern: 'weekday', local: false, staff: 1 },
  { role: 'vetting', share: 0.01, title: 'Vetting', pattern: 'weekday', local: false, staff: 1 },
  {
    role: 'professional_standards',
    share: 0.015,
    title: 'Professional Standards',
    pattern: 'weekday',
    local: false,
    staff: 0.3,
  },
  {
    role: 'training',
    share: 0.015,
    title: 'Learning and Development',
    pattern: 'weekday',
    local: false,
    staff: 0.4,
  },
  { role: 'command', share: 0.01, title: 'Command Team', pattern: 'weekday', local: false, staff: 0 },
  { role: 'other', share: 0.04, title: 'Corporate Services', pattern: 'weekday', local: false, staff: 0.6 },
];

const CIVILIAN_RANK = '';

/** Units of a force of this size; cycle units come in five shift groups A to E. */
function formUnits(county: County, officers: number): { trade: Trade; unit: Unit; size: number }[] {
  const formed: { trade: Trade; unit: Unit; size: number }[] = [];
  for (const trade of TRADES) {
    const heads = Math.max(1, Math.round(officers * trade.share));
    const districts = trade.local ? county.districts : 1;
    const groups = trade.pattern === 'cycle' && heads / districts >= 5 ? 5 : 1;
    const names: Unit[] = [];
    for (let d = 0; d < districts; d++) {
      const station = trade.local ? nth(county.stations, d) : county.headquarters;
      const place = trade.local ? `${nth(county.towns, d).name} ` : '';
      for (let g = 0; g < groups; g++) {
        const letter = groups > 1 ? ` ${'ABCDE'[g]}` : '';
        names.push({
          name: `${place}${trade.title}${letter}`,
          role: trade.role,
          district: d,
          station,
          group: g,
        });
      }
    }
    for (const [i, unit] of names.entries()) {
      const size = Math.floor(heads / names.length) + (i < heads % names.length ? 1 : 0);
      if (size > 0) formed.push({ trade, unit, size });
    }
  }
  return formed;
}

/** Opaque id of the n-th member of the workforce. */
function officerId(n: number, seed: number): string {
  return `E${100_000 + ((n * 7_919 + (seed % 1000) * 31) % 900_000)}`;
}

function rankFor(place: number, size: number, kind: Officer['kind'], role: Role, dice: Dice): string {
  if (kind !== 'officer') return CIVILIAN_RANK;
  if (role === 'command')
    return dice.pick(['superintendent', 'chief superintendent', 'assistant chief constable']);
  if (place === 0 && size >= 8) return 'inspector';
  if (place <= Math.max(1, Math.floor(size / 9)) && size >= 3) return 'sergeant';
  return 'constable';
}

/** Builds the units and the people in them. Supervisors are within the unit. */
export function recruit(
  seed: number,
  county: County,
  period: Period,
  count: number,
): { units: Unit[]; officers: Officer[] } {
  const units: Unit[] = [];
  const officers: Officer[] = [];
  for (const { trade, unit, size } of formUnits(county, count)) {
    const u = units.length;
    units.push(unit);
    const first = officers.length;
    for (let i = 0; i < size && officers.length < count; i++) {
      const n = officers.length;
      const dice = new Dice(seed, `officer ${n}`);
      const draw = dice.next();
      const lead = i <= Math.floor(size / 9) && trade.staff < 0.5;
      let kind: Officer['kind'] = 'officer';
      if (!lead && draw < trade.staff) kind = 'staff';
      else if (!lead && draw < trade.staff + (trade.pcso ?? 0)) kind = 'pcso';
      else if (!lead && draw < trade.staff + (trade.special ?? 0)) kind = 'special';
      if (trade.role === 'other' && draw > 0.6) kind = draw > 0.8 ? 'contractor' : 'volunteer';
      const sex = dice.chance(kind === 'officer' ? 0.36 : 0.56) ? 'f' : dice.chance(0.004) ? 'x' : 'm';
      const years = dice.between(0.3, 24);
      const officer: Officer = {
        n,
        id: officerId(n, seed),
        collar: `${kind === 'staff' || kind === 'contractor' ? 'S' : ''}${1000 + ((n * 37) % 9000)}`,
        name: fullName(dice, sex),
        sex,
        kind,
        rank: rankFor(i, size, kind, trade.role, dice),
        role: trade.role,
        pattern: kind === 'special' ? 'evenings' : kind === 'volunteer' ? 'weekly' : trade.pattern,
        unit: u,
        supervisor: -1,
        joinedOn: new Date(period.from - years * 365.25 * DAY).toISOString().slice(0, 10),
        servesFrom: 0,
        servesTo: period.days,
        home: near(dice, nth(county.towns, dice.whole(0, county.towns.length - 1)).centre, 600, 4_500),
        phone: -1,
        radio: '',
        terminal: `T${String((n * 613) % 10_000).padStart(4, '0')}`,
        postId: '',
      };
      officers.push(officer);
      if (dice.chance(0.02) && i > 1) joinOrLeave(dice, officer, period);
    }
    superviseUnit(officers.slice(first));
  }
  while (officers.length < count) fillUp(seed, officers, units, period, county);
  moveSome(seed, officers, units, period);
  return { units, officers };
}

/** Rounding may leave a few places: they go to corporate services. */
function fillUp(seed: number, officers: Officer[], units: Unit[], period: Period, county: County): void {
  const n = officers.length;
  const dice = new Dice(seed, `officer ${n}`);
  const sex = dice.chance(0.5) ? 'f' : 'm';
  officers.push({
    n,
    id: officerId(n, seed),
    collar: `S${1000 + ((n * 37) % 9000)}`,
    name: fullName(dice, sex),
    sex,
    kind: 'staff',
    rank: CIVILIAN_RANK,
    role: 'other',
    pattern: 'weekday',
    unit: units.length - 1,
    supervisor: -1,
    joinedOn: new Date(period.from - dice.between(1, 20) * 365 * DAY).toISOString().slice(0, 10),
    servesFrom: 0,
    servesTo: period.days,
    home: near(dice, dice.pick(county.towns).centre, 600, 4_500),
    phone: -1,
    radio: '',
    terminal: `T${String((n * 613) % 10_000).padStart(4, '0')}`,
    postId: '',
  });
}

function joinOrLeave(dice: Dice, officer: Officer, period: Period): void {
  const day = dice.whole(Math.floor(period.days * 0.2), Math.floor(period.days * 0.9));
  if (dice.chance(0.5)) {
    officer.servesFrom = day;
    officer.joinedOn = period.date(day);
  } else {
    officer.servesTo = day;
    officer.leftOn = period.date(day);
  }
}

/** Constables answer to a sergeant of the unit, sergeants to its inspector, an inspector to nobody on the extract. */
function superviseUnit(team: Officer[]): void {
  const inspector = team.find((o) => o.rank === 'inspector');
  const sergeants = team.filter((o) => o.rank === 'sergeant');
  const head = inspector ?? sergeants[0] ?? team[0];
  for (const [i, officer] of team.entries()) {
    if (officer === head) continue;
    const sergeant = sergeants.length > 0 ? sergeants[i % sergeants.length] : undefined;
    officer.supervisor = (officer.rank === 'sergeant' ? head : (sergeant ?? head))?.n ?? -1;
  }
}

/** About one in twenty changes unit in the period, within operational trades; the personnel system follows. */
function moveSome(seed: number, officers: Officer[], units: Unit[], period: Period): void {
  for (const officer of officers) {
    const dice = new Dice(seed, `move ${officer.n}`);
    if (officer.kind !== 'officer' || officer.rank !== 'constable' || officer.servesTo < period.days)
      continue;
    if (officer.servesFrom > 0 || !dice.chance(0.06)) continue;
    const choices = units
      .map((_, i) => i)
      .filter((i) => i !== officer.unit && nth(units, i).role === officer.role);
    if (choices.length === 0) continue;
    const day = dice.whole(Math.floor(period.days * 0.2), Math.floor(period.days * 0.8));
    officer.move = { day, unit: dice.pick(choices), postedDay: day };
  }
}
