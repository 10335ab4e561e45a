import type { Events } from '../stores/events/events.ts';

/** Every officer of a world, with the few words that name them in a sentence: `PC 4471`. */
export async function workforceOf(events: Events, world: string): Promise<Map<string, string>> {
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
