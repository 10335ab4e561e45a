import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { EventsGate } from '../../trust/gate/events-gate.ts';

const MOST = 50;

/** Every unit that officers are posted to. */
export async function units(events: EventsGate, world: string): Promise<string[]> {
  const rows = await events.query<{ unit: string }>(
    'SELECT DISTINCT unit FROM {world:Identifier}.postings ORDER BY unit LIMIT 500',
    { world },
  );
  return rows.map((row) => row.unit);
}

/** Officers whose last posting begun by `at` is to the unit. */
export async function officersOfUnit(
  events: EventsGate,
  world: string,
  unit: string,
  at: Date,
): Promise<string[]> {
  const rows = await events.query<{ id: string }>(
    `SELECT officer_id AS id FROM {world:Identifier}.postings WHERE \`from\` <= {at:DateTime64(3, 'UTC')}
     GROUP BY officer_id HAVING argMax(unit, \`from\`) = {unit:String}`,
    { world, unit, at },
    { ids: { id: 'officer' } },
  );
  return rows.map((row) => row.id);
}

/** Officers and people whose name or collar number holds the text, up to a few hundred of each. */
export async function idsByName(
  events: EventsGate,
  world: string,
  text: string,
): Promise<{ officers: string[]; people: string[] }> {
  const [officers, people] = await Promise.all([
    events.query<{ id: string }>(
      `SELECT officer_id AS id FROM {world:Identifier}.officers
       WHERE collar_number = {text:String} OR positionCaseInsensitiveUTF8(name, {text:String}) > 0 LIMIT 300`,
      { world, text },
      { ids: { id: 'officer' } },
    ),
    events.query<{ id: string }>(
      `SELECT person_id AS id FROM {world:Identifier}.people
       WHERE positionCaseInsensitiveUTF8(name, {text:String}) > 0 LIMIT 300`,
      { world, text },
      { ids: { id: 'person' } },
    ),
  ]);
  return { officers: officers.map((row) => row.id), people: people.map((row) => row.id) };
}

export interface FoundOfficer {
  id: string;
  collar: string;
  name: string;
  rank: string;
  kind: string;
}

/** Officers by identifier, collar number or a part of the name. */
export function findOfficers(events: EventsGate, world: string, text: string): Promise<FoundOfficer[]> {
  return events.query<FoundOfficer>(
    `SELECT officer_id AS id, collar_number AS collar, name, rank, kind FROM {world:Identifier}.officers
     WHERE officer_id = {text:String} OR collar_number = {text:String} OR positionCaseInsensitiveUTF8(name, {text:String}) > 0
     ORDER BY officer_id = {text:String} OR collar_number = {text:String} DESC, name, officer_id LIMIT {most:UInt32}`,
    { world, text, most: MOST },
    { ids: { id: 'officer' }, named: 'id' },
  );
}

/** People by identifier or a part of the name. */
export function findPeople(
  events: EventsGate,
  world: string,
  text: string,
): Promise<{ id: string; name: string }[]> {
  return events.query(
    `SELECT person_id AS id, name FROM {world:Identifier}.people
     WHERE person_id = {text:String} OR positionCaseInsensitiveUTF8(name, {text:String}) > 0
     ORDER BY person_id = {text:String} DESC, name, person_id LIMIT {most:UInt32}`,
    { world, text, most: MOST },
    { ids: { id: 'person' }, named: 'id' },
  );
}

export interface FoundIncident {
  id: string;
  kind: string;
  type: string;
  opened_at: string;
}

/** Incidents by identifier, or the beginning of one. */
export function findIncidents(events: EventsGate, world: string, text: string): Promise<FoundIncident[]> {
  return events.query<FoundIncident>(
    `SELECT incident_id AS id, kind, type, opened_at FROM {world:Identifier}.incidents
     WHERE startsWith(incident_id, {text:String}) ORDER BY incident_id LIMIT {most:UInt32}`,
    { world, text, most: MOST },
  );
}

/** A number as anybody writes it, in E.164; undefined when it is none. */
export function asNumber(text: string): string | undefined {
  const plain = text
    .replace(/\.0$/, '')
    .replace(/^00/, '+')
    .replace(/^44(?=\d{9,10}$)/, '+44');
  return /^[+\d(][\d\s().-]{5,}$/.test(plain) ? parsePhoneNumberFromString(plain, 'GB')?.number : undefined;
}

export interface Holder {
  holder: 'person' | 'officer';
  id: string;
  name: string;
  from: string | null;
  to: string | null;
}

/** Who holds or held a number: people by their phones, officers by force devices. */
export async function holdersOf(events: EventsGate, world: string, number: string): Promise<Holder[]> {
  return events.query<Holder>(
    `SELECT holder, id, name, \`from\`, \`to\` FROM (
       SELECT 'person' AS holder, n.person_id AS id, p.name AS name, n.\`from\` AS \`from\`, n.\`to\` AS \`to\`
       FROM {world:Identifier}.person_phones AS n
       LEFT JOIN {world:Identifier}.people AS p ON p.person_id = n.person_id
       WHERE n.number = {number:String}
       UNION ALL
       SELECT 'officer' AS holder, d.officer_id AS id, o.name AS name, toNullable(d.\`from\`) AS \`from\`, d.\`to\` AS \`to\`
       FROM {world:Identifier}.devices AS d
       LEFT JOIN {world:Identifier}.officers AS o ON o.officer_id = d.officer_id
       WHERE d.number = {number:String}
     ) ORDER BY holder, \`from\` LIMIT 200`,
    { world, number },
  );
}
