/** Ordinary complaints, grievances and reports: most officers have none to two in years, and most come to nothing. */
import type { Force, Matter } from './force.ts';
import { Dice, nth } from './random.ts';

const ORDINARY: [string, string][] = [
  ['Officer was rude on the telephone.', 'incivility'],
  ['Nobody told me what happened with my case.', 'police action following contact'],
  ['Took four hours to come out.', 'police action following contact'],
  ['Parked across my drive and would not move.', 'use of police vehicles'],
  ['Handcuffs were too tight.', 'use of force'],
  ['My property was not given back.', 'handling of property'],
  ['Stopped me for no reason.', 'stops'],
  ['Did not believe what I said.', 'discriminatory behaviour'],
  ['Lost my statement and I had to give it twice.', 'information'],
  ['Told my neighbour about my report.', 'access to or disclosure of information'],
  ['Driving too fast without lights.', 'use of police vehicles'],
  ['Forced entry to the wrong flat.', 'searches of premises'],
];
const INSIDE: [string, string, Matter['kind']][] = [
  ['Disagreement about leave with supervisor.', 'workplace', 'grievance'],
  ['Late for duty several times.', 'duties and responsibilities', 'conduct_matter'],
  ['Body-worn video not switched on.', 'orders and instructions', 'conduct_matter'],
  ['Second job not declared in time.', 'business interest', 'intelligence'],
  ['Seen drinking with someone recently released.', 'association', 'intelligence'],
  ['Claim after a collision with a police vehicle.', 'collision', 'civil_claim'],
  [
    "Remarks about a colleague's appearance at a leaving party.",
    'conduct towards colleagues',
    'conduct_matter',
  ],
];

const EXPOSURE: Record<string, number> = {
  response: 1.6,
  roads: 1.3,
  custody: 1.1,
  neighbourhood: 0.9,
  investigation: 0.8,
};

/** Ordinary matters of some years up to the end of the period. */
export function ordinaryMatters(force: Pick<Force, 'seed' | 'period' | 'officers' | 'people'>): Matter[] {
  const { period } = force;
  const matters: Matter[] = [];
  for (const officer of force.officers) {
    const dice = new Dice(force.seed, `conduct ${officer.n}`);
    const served = Math.round((period.to - Date.parse(officer.joinedOn)) / 86_400_000);
    const years = Math.min(6, served / 365);
    const base =
      (EXPOSURE[officer.role] ?? 0.25) *
      0.11 *
      (officer.kind === 'officer' || officer.kind === 'pcso' ? 1 : 0.5);
    // Some simply meet more conflict than others.
    for (let n = dice.count(years * base * dice.skewed(0.8, 0.7)); n > 0; n--) {
      const latest = Math.min(period.days - 1, officer.servesTo - 1);
      const day = latest - dice.whole(0, Math.floor(years * 365));
      const inside = dice.chance(0.22) ? dice.pick(INSIDE) : null;
      const [allegation, category] = inside ?? dice.pick(ORDINARY);
      const closed = day + dice.whole(15, 160);
      const done = closed < period.days;
      matters.push({
        officer: officer.n,
        receivedOn: period.date(day),
        kind: inside ? inside[2] : 'complaint',
        allegation,
        category,
        source: inside ? dice.pick(['colleague', 'supervisor', 'anonymous']) : 'public',
        outcome: done
          ? dice.pick([
              'service acceptable',
              'service acceptable',
              'not upheld',
              'learning',
              'withdrawn',
              'words of advice',
            ])
          : '',
        closedOn: done ? period.date(closed) : '',
        person: !inside && dice.chance(0.75) ? dice.pick(force.people).n : -1,
        plot: -1,
      });
    }
  }
  return matters;
}

/** Matters in order of receipt, so that an id or a place in the file gives nothing away. */
export function inOrder(matters: Matter[]): Matter[] {
  const list = matters.map((m, i) => ({ m, i }));
  list.sort((a, b) =>
    a.m.receivedOn < b.m.receivedOn ? -1 : a.m.receivedOn > b.m.receivedOn ? 1 : a.i - b.i,
  );
  return list.map((_, i) => nth(list, i).m);
}
