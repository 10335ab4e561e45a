import type { Values } from '../../stores/events/events.ts';
import type { Held } from './hold.ts';
import { isKind, kindOf } from './kinds.ts';

/** What is to be erased: everything of a kind before a moment, or everything about somebody. */
export type Target =
  | { scope: 'kind'; kind: string; before: Date }
  | { scope: 'person' | 'officer'; id: string };

/** One table of the events store, and what an erasure does in it. Conditions hold `{…}` places that `values` binds. */
export interface Reach {
  table: string;
  /** SQL: the rows that are taken out. */
  rows: string;
  /** SQL of columns from which the target is taken while the row stays: `if(...) AS column`. */
  emptied: readonly string[];
  again: 'before' | 'mark';
}

/** By what the rows of a raw table concern somebody, and of what time they are. */
interface Concern {
  officers: readonly string[];
  people: readonly string[];
  /** SQL of more ways in which a row concerns one of `{held_officers}` or `{held_people}`. */
  also?: readonly string[];
  /** SQL of first and last moment; the last null while it goes on. */
  time: readonly [string, string];
}

const OFFICERS = '{held_officers:Array(String)}';
const PEOPLE = '{held_people:Array(String)}';
const INTERVAL = ['`from`', '`to`'] as const;
const AT = ['at', 'at'] as const;
const LINES = [
  `number IN (SELECT number FROM devices WHERE officer_id IN ${OFFICERS})`,
  `other_number IN (SELECT number FROM person_phones WHERE number_is_phone AND person_id IN ${PEOPLE})`,
];
const THEIR_INCIDENTS = `incident_id IN (SELECT incident_id FROM involvements WHERE person_id IN ${PEOPLE}
  UNION ALL SELECT incident_id FROM assignments WHERE officer_id IN ${OFFICERS} OR hasAny(crewed_with, ${OFFICERS}))`;
const VALUES_OF_ROW = "arrayMap(one -> trimBoth(one.2), JSONExtractKeysAndValues(row, 'String'))";
const DAYS_BOOKED = `(source_id, toDate(at)) IN (SELECT vehicle_id,
  arrayJoin(arrayMap(n -> toDate(\`from\`) + n, range(toUInt32(greatest(0, dateDiff('day', \`from\`, \`to\`)) + 1))))
  FROM vehicle_bookings WHERE officer_id IN ${OFFICERS})`;

/** Event tables first, then what they are understood by: whose number, whose radio, whose incident. */
const CONCERNS: Readonly<Record<string, Concern>> = {
  accesses: {
    officers: ['officer_id'],
    people: ['person_id'],
    also: [
      `record_kind = 'person' AND record_id IN ${PEOPLE}`,
      `record_kind = 'officer' AND record_id IN ${OFFICERS}`,
      `record_kind = 'incident' AND record_id IN (SELECT incident_id FROM involvements WHERE person_id IN ${PEOPLE})`,
    ],
    time: AT,
  },
  calls: { officers: [], people: [], also: LINES, time: AT },
  messages: { officers: [], people: [], also: LINES, time: AT },
  positions: {
    officers: [],
    people: [],
    also: [`source_id IN (SELECT radio_id FROM handsets WHERE officer_id IN ${OFFICERS})`, DAYS_BOOKED],
    time: AT,
  },
  quarantine: {
    officers: [],
    people: [],
    also: [`hasAny(${VALUES_OF_ROW}, arrayConcat(${OFFICERS}, ${PEOPLE}))`],
    time: AT,
  },
  involvements: { officers: [], people: ['person_id'], also: [THEIR_INCIDENTS], time: ['`from`', '`from`'] },
  assignments: { officers: ['officer_id'], people: [], also: [THEIR_INCIDENTS], time: INTERVAL },
  incidents: { officers: [], people: [], also: [THEIR_INCIDENTS], time: ['opened_at', 'closed_at'] },
  conduct: { officers: ['officer_id'], people: ['person_id'], time: ['received_on', 'closed_on'] },
  relationships: { officers: ['officer_id'], people: ['person_id'], time: INTERVAL },
  vulnerabilities: { officers: [], people: ['person_id'], time: INTERVAL },
  person_addresses: { officers: [], people: ['person_id'], time: INTERVAL },
  person_phones: { officers: [], people: ['person_id'], time: INTERVAL },
  people: { officers: [], people: ['person_id'], time: ['NULL', 'NULL'] },
  duties: { officers: ['officer_id'], people: [], time: INTERVAL },
  vehicle_bookings: { officers: ['officer_id'], people: [], time: INTERVAL },
  devices: { officers: ['officer_id'], people: [], time: INTERVAL },
  handsets: { officers: ['officer_id'], people: [], time: INTERVAL },
  postings: { officers: ['officer_id'], people: [], time: INTERVAL },
  clearances: { officers: ['officer_id'], people: [], time: ['granted_on', 'expires_on'] },
  officers: { officers: ['officer_id'], people: [], time: ['joined_on', 'left_on'] },
};

/** Tables of the events store that can hold something about somebody, in the order in which they are gone through. */
export const REACHED = Object.keys(CONCERNS);

/** What an erasure does in each table that it reaches. */
export function reachOf(target: Target): Reach[] {
  if (target.scope === 'kind') {
    if (!isKind(target.kind)) return [];
    const own = kindOf(target.kind).places;
    return own.map(({ table, due, again }) => ({ table, rows: due, emptied: [], again }));
  }
  const about = target.scope === 'person' ? ABOUT_PERSON : ABOUT_OFFICER;
  return REACHED.flatMap((table) => {
    const one = about[table];
    return one === undefined
      ? []
      : [{ table, rows: one.rows ?? '0', emptied: one.emptied ?? [], again: 'mark' as const }];
  });
}

/** The values that the conditions of an erasure bind. */
export function valuesOf(target: Target): Values {
  return target.scope === 'kind' ? { before: target.before } : { target: target.id };
}

/** The values that `heldRows` binds. */
export function heldValues(held: Held, as: 'held' | 'now'): Values {
  return {
    [`${as}_officers`]: [...held.officers],
    [`${as}_people`]: [...held.people],
    [`${as}_from`]: held.periods.map(([from]) => from),
    [`${as}_to`]: held.periods.map(([, to]) => to),
  };
}

/** SQL: whether a row is under hold; `as` tells the values of one set of holds from those of another. */
export function heldRows(table: string, held: Held, as: 'held' | 'now'): string {
  const concern = CONCERNS[table];
  if (held.everything || concern === undefined) return held.everything ? '1' : '0';
  const conditions: string[] = [];
  if (held.officers.length > 0)
    conditions.push(...concern.officers.map((column) => `${column} IN ${OFFICERS}`));
  if (held.people.length > 0) conditions.push(...concern.people.map((column) => `${column} IN ${PEOPLE}`));
  if (held.officers.length + held.people.length > 0) conditions.push(...(concern.also ?? []));
  if (held.periods.length > 0) {
    const [from, to] = concern.time.map((one) => `toDate32(${one}, 'Europe/London')`);
    conditions.push(`arrayExists((first, last) -> ${from} <= toDate32(last) AND (${to} IS NULL OR ${to} >= toDate32(first)),
      {held_from:Array(String)}, {held_to:Array(String)})`);
  }
  const all = conditions.map((one) => `ifNull(${one}, 0)`.replaceAll('{held_', `{${as}_`));
  return all.length === 0 ? '0' : `(${all.join(' OR ')})`;
}

const ID = '{target:String}';
const empty = (column: string) => `if(${column} = ${ID}, '', ${column}) AS ${column}`;
/** Numbers of the person that nobody else holds or held: a shared one is somebody else's too. */
const OWN_NUMBERS = `SELECT number FROM person_phones WHERE number_is_phone GROUP BY number
  HAVING countIf(person_id = ${ID}) > 0 AND countIf(person_id != ${ID}) = 0`;
const OWN_DEVICES = `SELECT number FROM devices GROUP BY number
  HAVING countIf(officer_id = ${ID}) > 0 AND countIf(officer_id != ${ID}) = 0`;
const OWN_RADIOS = `SELECT radio_id FROM handsets GROUP BY radio_id
  HAVING countIf(officer_id = ${ID}) > 0 AND countIf(officer_id != ${ID}) = 0`;

type About = Readonly<Record<string, { rows?: string; emptied?: readonly string[] }>>;

const ABOUT_PERSON: About = {
  accesses: { rows: `person_id = ${ID} OR (record_kind = 'person' AND record_id = ${ID})` },
  calls: { rows: `other_number IN (${OWN_NUMBERS})` },
  messages: { rows: `other_number IN (${OWN_NUMBERS})` },
  quarantine: { rows: `has(${VALUES_OF_ROW}, ${ID})` },
  involvements: { rows: `person_id = ${ID}` },
  conduct: { emptied: [empty('person_id')] },
  relationships: { rows: `person_id = ${ID}` },
  vulnerabilities: { rows: `person_id = ${ID}` },
  person_addresses: { rows: `person_id = ${ID}` },
  person_phones: { rows: `person_id = ${ID}` },
  people: { rows: `person_id = ${ID}` },
};

const ABOUT_OFFICER: About = {
  accesses: { rows: `officer_id = ${ID} OR (record_kind = 'officer' AND record_id = ${ID})` },
  calls: { rows: `number IN (${OWN_DEVICES})` },
  messages: { rows: `number IN (${OWN_DEVICES})` },
  positions: { rows: `source_id IN (${OWN_RADIOS})` },
  quarantine: { rows: `has(${VALUES_OF_ROW}, ${ID})` },
  assignments: {
    rows: `officer_id = ${ID}`,
    emptied: [`arrayFilter(one -> one != ${ID}, crewed_with) AS crewed_with`],
  },
  conduct: { rows: `officer_id = ${ID}` },
  relationships: { rows: `officer_id = ${ID}` },
  duties: { rows: `officer_id = ${ID}` },
  vehicle_bookings: { rows: `officer_id = ${ID}` },
  devices: { rows: `officer_id = ${ID}` },
  handsets: { rows: `officer_id = ${ID}` },
  postings: { rows: `officer_id = ${ID}`, emptied: [empty('supervisor_id')] },
  clearances: { rows: `officer_id = ${ID}` },
  officers: { rows: `officer_id = ${ID}` },
};
