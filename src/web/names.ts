import type { EventsGate } from '../trust/gate/events-gate.ts';
import { called } from '../trust/pseudonym/word.ts';

/** An officer as pages name one. */
export interface OfficerName {
  id: string;
  collar: string;
  name: string;
  rank: string;
  kind: string;
  unit: string;
}

export interface PersonName {
  id: string;
  name: string;
  vulnerable: boolean;
}

/** Those of the officers that the world knows, with the unit they are posted to at `at`. */
export async function officerNames(
  events: EventsGate,
  world: string,
  ids: string[],
  at: Date,
): Promise<Map<string, OfficerName>> {
  if (ids.length === 0) return new Map();
  const rows = await events.query<OfficerName>(
    `SELECT o.officer_id AS id, o.collar_number AS collar, o.name AS name, o.rank AS rank, o.kind AS kind, p.unit AS unit
     FROM {world:Identifier}.officers AS o
     LEFT JOIN (
       SELECT officer_id, argMax(unit, \`from\`) AS unit FROM {world:Identifier}.postings
       WHERE officer_id IN {ids:Array(String)} AND \`from\` <= {at:DateTime64(3, 'UTC')} GROUP BY officer_id
     ) AS p ON p.officer_id = o.officer_id
     WHERE o.officer_id IN {ids:Array(String)}`,
    { world, ids: [...new Set(ids)], at },
    { ids: { id: 'officer' }, named: 'id' },
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those of the people that the world knows, and whether a marker of vulnerability was ever set. */
export async function personNames(
  events: EventsGate,
  world: string,
  ids: string[],
): Promise<Map<string, PersonName>> {
  const wanted = [...new Set(ids)].filter((id) => id !== '');
  if (wanted.length === 0) return new Map();
  const [people, vulnerable] = await Promise.all([
    events.query<{ id: string; name: string }>(
      `SELECT person_id AS id, name FROM {world:Identifier}.people WHERE person_id IN {ids:Array(String)}`,
      { world, ids: wanted },
      { ids: { id: 'person' }, named: 'id' },
    ),
    vulnerableAmong(events, world, wanted),
  ]);
  return new Map(people.map((row) => [row.id, { ...row, vulnerable: vulnerable.has(row.id) }]));
}

/** Those of the people who have or had a marker of vulnerability. */
export async function vulnerableAmong(
  events: EventsGate,
  world: string,
  ids: string[],
): Promise<Set<string>> {
  const rows = await events.query<{ id: string }>(
    `SELECT DISTINCT person_id AS id FROM {world:Identifier}.vulnerabilities
     WHERE person_id IN {ids:Array(String)}`,
    { world, ids },
    { ids: { id: 'person' } },
  );
  return new Set(rows.map((row) => row.id));
}

/** How an officer is called: rank or kind, collar number or name, or only the identifier. */
export function officerTitle(officer: Pick<OfficerName, 'id' | 'name'> & Partial<OfficerName>): string {
  const name = officer.name || called(officer.id);
  const rank = officer.rank ?? '';
  return [rank.charAt(0).toUpperCase() + rank.slice(1), name].filter((word) => word !== '').join(' ');
}
