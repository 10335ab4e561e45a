import type { Events } from '../stores/events/events.ts';
import type { Workforce } from './peers.ts';

/** Every officer of a world, with the few words that name them in a sentence: `PC 4471`. */
export async function officersOf(events: Events, world: string): Promise<Map<string, string>> {
  const rows = await events.query<{ officer_id: string; kind: string; rank: string; collar_number: string }>(
    `SELECT officer_id, toString(kind) AS kind, rank, collar_number
     FROM {world:Identifier}.officers ORDER BY officer_id`,
    { world },
  );
  return new Map(
    rows.map((row) => {
      const title = row.rank || TITLES[row.kind] || 'Officer';
      return [row.officer_id, `${title} ${row.collar_number || row.officer_id}`];
    }),
  );
}

const TITLES: Record<string, string> = {
  officer: 'Officer',
  special: 'Special constable',
  pcso: 'PCSO',
  staff: 'Staff member',
  volunteer: 'Volunteer',
  contractor: 'Contractor',
};

/** The workforce as comparisons need it: who there is, and which role each had when. */
export async function workforceOf(
  events: Events,
  world: string,
  officers: readonly string[],
  horizon: Date,
): Promise<Workforce> {
  const rows = await events.query<{ officer_id: string; ats: number[]; roles: string[] }>(
    `SELECT officer_id, arraySort(groupArray((toUnixTimestamp64Milli(at), toString(role)))) AS steps,
       arrayMap(s -> s.1, steps) AS ats, arrayMap(s -> s.2, steps) AS roles
     FROM {world:Identifier}.posting_times GROUP BY officer_id`,
    { world },
  );
  const known = new Map(rows.map((row) => [row.officer_id, row]));
  const [first] = await events.query<{ begins: number }>(
    'SELECT toUnixTimestamp64Milli(min(at)) AS begins FROM {world:Identifier}.encounters',
    { world },
  );
  return {
    officers,
    begins: first?.begins ?? 0,
    ends: horizon.getTime(),
    roleAt: (officer, at) => {
      const row = known.get(officer);
      const index = row?.ats.findLastIndex((from) => from <= at) ?? -1;
      return row?.roles[index] ?? '';
    },
  };
}
