/** Posts and the clearances of those who hold them: mostly current, some lapsed as forces really find them. */
import type { Period } from './clock.ts';
import { DAY } from './clock.ts';
import type { Officer, Role, Unit } from './force.ts';
import { Dice, nth } from './random.ts';

export interface Post {
  id: string;
  title: string;
  unit: string;
  level: string;
  designated: boolean;
  from: string;
}

export interface Clearance {
  id: string;
  officer: number;
  level: string;
  grantedOn: string;
  expiresOn: string;
  withdrawnOn: string;
  suspendedFrom: string;
  suspendedTo: string;
}

const DESIGNATED: Role[] = [
  'public_protection',
  'intelligence',
  'professional_standards',
  'vetting',
  'command',
];

/** Years a clearance runs by level. */
export const RENEWAL_YEARS: Record<string, number> = {
  RV: 10,
  MV: 7,
  NPPV1: 1,
  NPPV2_ABBREVIATED: 3,
  NPPV2_FULL: 3,
  NPPV3: 5,
  SC: 10,
  DV: 7,
};

const LOWER: Record<string, string> = {
  MV: 'RV',
  NPPV3: 'NPPV2_FULL',
  NPPV2_FULL: 'NPPV1',
  RV: 'NPPV1',
  SC: 'RV',
};

function levelFor(officer: Officer): string {
  if (officer.kind === 'contractor') return officer.n % 3 === 0 ? 'NPPV3' : 'NPPV2_FULL';
  if (officer.kind === 'volunteer') return 'NPPV2_ABBREVIATED';
  if (officer.role === 'intelligence' && officer.n % 4 === 0) return 'SC';
  return DESIGNATED.includes(officer.role) ? 'MV' : 'RV';
}

/** Gives every officer a post (written to `postId`) and most a clearance that meets it. */
export function vetWorkforce(
  seed: number,
  officers: Officer[],
  units: Unit[],
  period: Period,
): { posts: Post[]; clearances: Clearance[] } {
  const posts: Post[] = [];
  const clearances: Clearance[] = [];
  const end = period.midnight(period.days);
  const date = (at: number): string => new Date(at).toISOString().slice(0, 10);
  for (const officer of officers) {
    const dice = new Dice(seed, `vetting ${officer.n}`);
    const unit = nth(units, officer.unit);
    const level = levelFor(officer);
    // A few people sit on no established post.
    if (!dice.chance(0.015)) {
      officer.postId = `PO${20_000 + ((officer.n * 4_001) % 70_000)}`;
      posts.push({
        id: officer.postId,
        title: `${officer.rank || officer.kind} (${unit.role.replace('_', ' ')})`,
        unit: unit.name,
        level,
        designated: DESIGNATED.includes(officer.role),
        from: dice.chance(0.7) ? '2015-04-01' : '',
      });
    }
    const joined = Date.parse(officer.joinedOn);
    const grant = (kind: string, at: number): Clearance => {
      const c: Clearance = {
        id: `CL${300_000 + ((clearances.length * 6_007) % 600_000)}`,
        officer: officer.n,
        level: kind,
        grantedOn: date(at),
        expiresOn: '',
        withdrawnOn: '',
        suspendedFrom: '',
        suspendedTo: '',
      };
      // Older systems leave the end to the rule; newer ones write it.
      if (dice.chance(0.6)) {
        const [y, m, d] = c.grantedOn.split('-').map(Number) as [number, number, number];
        const years = y + (RENEWAL_YEARS[kind] ?? 10);
        c.expiresOn = m === 2 && d === 29 ? `${years}-02-28` : `${years}${c.grantedOn.slice(4)}`;
      }
      clearances.push(c);
      return c;
    };
    const years = RENEWAL_YEARS[level] ?? 10;
    const fate = dice.next();
    if (fate < 0.012) continue; // never vetted
    const lapsed = fate < 0.05;
    const held = fate < 0.067 ? (LOWER[level] ?? level) : level;
    const span = years * 365.25 * DAY;
    const latest = lapsed ? end - span * dice.between(1.03, 1.35) : end - span * dice.between(0.02, 0.97);
    if (latest < joined - 60 * DAY && !lapsed) {
      grant(held, joined - dice.between(10, 60) * DAY);
      // Joined longer ago than the level runs for: renewed since.
      if (joined + span < end) grant(held, Math.max(latest, end - span * 0.9));
      continue;
    }
    if (latest - span > joined && dice.chance(0.7)) grant(held, latest - span + dice.between(20, 90) * DAY);
    const current = grant(held, latest);
    if (fate >= 0.067 && fate < 0.072) current.withdrawnOn = period.date(dice.whole(0, period.days - 1));
    else if (fate >= 0.072 && fate < 0.078) {
      const day = dice.whole(0, period.days - 1);
      current.suspendedFrom = period.date(day);
      if (dice.chance(0.5)) current.suspendedTo = period.date(day + dice.whole(10, 60));
    }
  }
  return { posts, clearances };
}
