import type { EventsGate } from '../../trust/gate/events-gate.ts';
import { ENCOUNTER_COLUMNS, type EncounterRow } from './encounter.ts';

/** The newest of some encounters of an officer, and a person where one is given. `ids` are hex. */
export async function encountersById(
  events: EventsGate,
  world: string,
  officer: string,
  person: string,
  ids: string[],
  limit: number,
): Promise<EncounterRow[]> {
  if (ids.length === 0) return [];
  return events.query<EncounterRow>(
    `SELECT ${ENCOUNTER_COLUMNS} FROM {world:Identifier}.encounters
     WHERE officer_id = {officer:String} ${person === '' ? '' : 'AND person_id = {person:String}'}
       AND lower(hex(encounter_id)) IN {ids:Array(String)}
     ORDER BY at DESC LIMIT {limit:UInt32}`,
    { world, officer, ...(person === '' ? {} : { person }), ids, limit },
  );
}

/** All encounters of an officer with a person, in order, up to `limit`. */
export function encountersOfPair(
  events: EventsGate,
  world: string,
  officer: string,
  person: string,
  limit: number,
): Promise<EncounterRow[]> {
  return events.query<EncounterRow>(
    `SELECT ${ENCOUNTER_COLUMNS} FROM {world:Identifier}.encounters
     WHERE officer_id = {officer:String} AND person_id = {person:String} ORDER BY at LIMIT {limit:UInt32}`,
    { world, officer, person, limit },
  );
}

/** One encounter by its identifier in hex; undefined when the world has none. */
export async function encounterById(
  events: EventsGate,
  world: string,
  id: string,
): Promise<EncounterRow | undefined> {
  const [row] = await events.query<EncounterRow>(
    `SELECT ${ENCOUNTER_COLUMNS} FROM {world:Identifier}.encounters
     WHERE encounter_id = {number:UInt64} LIMIT 1`,
    { world, number: BigInt(`0x${id}`).toString() },
  );
  return row;
}

/** People of some encounters of an officer, those of the newest first, up to `limit`. `ids` are hex. */
export async function peopleBehind(
  events: EventsGate,
  world: string,
  officer: string,
  ids: string[],
  limit: number,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await events.query<{ person_id: string }>(
    `SELECT person_id FROM {world:Identifier}.encounters
     WHERE officer_id = {officer:String} AND lower(hex(encounter_id)) IN {ids:Array(String)}
     GROUP BY person_id ORDER BY max(at) DESC, person_id LIMIT {limit:UInt32}`,
    { world, officer, ids, limit },
  );
  return rows.map((row) => row.person_id);
}
