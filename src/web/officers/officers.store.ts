import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import type { EventsGate } from '../../trust/gate/events-gate.ts';
import type { CalendarDay } from '../charts/calendar.ts';

export interface OfficerFacts {
  id: string;
  collar: string;
  name: string;
  rank: string;
  kind: string;
  joined_on: string;
  left_on: string | null;
}

/** The officer's row of the register, or undefined when the world knows none. */
export async function officerOf(
  events: EventsGate,
  world: string,
  id: string,
): Promise<OfficerFacts | undefined> {
  const [row] = await events.query<OfficerFacts>(
    `SELECT officer_id AS id, collar_number AS collar, name, rank, kind, joined_on, left_on
     FROM {world:Identifier}.officers WHERE officer_id = {id:String}`,
    { world, id },
    { ids: { id: 'officer' }, named: 'id' },
  );
  return row;
}

export interface Posting {
  from: string;
  to: string | null;
  unit: string;
  role: string;
}

export function postingsOf(events: EventsGate, world: string, id: string): Promise<Posting[]> {
  return events.query<Posting>(
    `SELECT \`from\`, \`to\`, unit, role FROM {world:Identifier}.postings
     WHERE officer_id = {id:String} ORDER BY \`from\` DESC LIMIT 50`,
    { world, id },
  );
}

/** Encounters of an officer with one person, counted. */
export interface PairCount {
  person_id: string;
  officer_id: string;
  encounters: number;
  unexplained: number;
  accesses: number;
  contacts: number;
  presences: number;
  first_at: string;
  last_at: string;
  vulnerable: number;
}

const PAIR_COUNTS = `officer_id, person_id, count() AS encounters, countIf(explanation = '') AS unexplained,
  countIf(kind = 'access') AS accesses, countIf(kind = 'contact') AS contacts, countIf(kind = 'presence') AS presences,
  min(at) AS first_at, max(at) AS last_at, max(vulnerable) AS vulnerable`;

const PAIR_SORTS: Record<string, string> = {
  unexplained: 'unexplained DESC, encounters DESC, person_id',
  encounters: 'encounters DESC, person_id',
  newest: 'last_at DESC, person_id',
  person: 'person_id',
};

/** Encounters of an officer by person, in lines: `limit` people after `offset`, and how many people in all. */
export async function peopleMet(
  events: EventsGate,
  world: string,
  id: string,
  sort: string,
  offset: number,
  limit: number,
): Promise<{ pairs: PairCount[]; total: number }> {
  const pairs = await events.lines<PairCount & { total: number }>(
    `SELECT ${PAIR_COUNTS}, count() OVER () AS total FROM {world:Identifier}.encounters
     WHERE officer_id = {id:String} GROUP BY officer_id, person_id
     ORDER BY ${PAIR_SORTS[sort] ?? PAIR_SORTS.unexplained} LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { world, id, limit, offset },
  );
  return { pairs, total: pairs[0]?.total ?? 0 };
}

/** Encounters of an officer by local day since `since`. */
export function encounterDays(
  events: EventsGate,
  world: string,
  id: string,
  since: Date,
): Promise<CalendarDay[]> {
  return events.lines<CalendarDay>(
    `SELECT toString(toDate(at, 'Europe/London')) AS day, countIf(explanation != '') AS explained,
       countIf(explanation = '') AS unexplained
     FROM {world:Identifier}.encounters
     WHERE officer_id = {id:String} AND at >= {since:DateTime64(3, 'UTC')} GROUP BY day ORDER BY day`,
    { world, id, since },
  );
}

export interface DutyCount {
  kind: string;
  number: number;
  hours: number;
}

/** Duties of an officer since `since`, by kind: how many, and their hours. */
export function dutyCounts(events: EventsGate, world: string, id: string, since: Date): Promise<DutyCount[]> {
  return events.query<DutyCount>(
    `SELECT kind, count() AS number, round(sum(dateDiff('minute', \`from\`, \`to\`)) / 60) AS hours
     FROM {world:Identifier}.duties
     WHERE officer_id = {id:String} AND \`from\` >= {since:DateTime64(3, 'UTC')} GROUP BY kind ORDER BY number DESC`,
    { world, id, since },
  );
}

export interface Risk {
  rank: number;
  score: number;
  band: string;
  text: string;
  contributions: {
    signal_id: string;
    indicator: string;
    person_id: string;
    score: number;
    vulnerable: number;
    decay: number;
    fresh: number;
    place: number;
    points: number;
  }[];
}

/** An officer's risk in a run. */
export async function riskOf(records: Records, runId: number, id: string): Promise<Risk | undefined> {
  const rows = await sql<Risk>`select rank, score, band, text, contributions from risk_as_seen
    where run_id = ${runId} and officer_id = ${id}`.execute(records);
  return rows.rows[0];
}
