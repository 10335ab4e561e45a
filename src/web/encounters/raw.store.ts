import type { EventsGate } from '../../trust/gate/events-gate.ts';
import { asDate } from '../words.ts';
import type { EncounterRow } from './encounter.ts';

/** Raw rows behind an encounter: what their columns are called, and their values as text. */
export interface RawRows {
  table: string;
  columns: string[];
  rows: Record<string, string>[];
}

const MOST = 500;

/** The rows of the force's own tables that an encounter was made from, in order, up to 500 of each table. */
export function rawRows(events: EventsGate, world: string, encounter: EncounterRow): Promise<RawRows[]> {
  const values = {
    world,
    officer: encounter.officer_id,
    person: encounter.person_id,
    from: asDate(encounter.at),
    to: asDate(encounter.ends_at),
    most: MOST,
  };
  const read = async (table: string, columns: string[], rest: string, more = {}): Promise<RawRows> => ({
    table,
    columns,
    rows: await events.query<Record<string, string>>(
      `SELECT ${columns.map((name) => `${TEXT[name] ?? `toString(t.\`${name}\`)`} AS \`${name}\``).join(', ')} FROM @${table} AS t
       WHERE t.at BETWEEN {from:DateTime64(3, 'UTC')} AND {to:DateTime64(3, 'UTC')} AND ${rest}
       ORDER BY t.at LIMIT {most:UInt32}`,
      { ...values, ...more },
      { withheld: WITHHELD },
    ),
  });
  if (encounter.kind === 'access') return Promise.all([read('accesses', ACCESS, ACCESSES_OF_PAIR)]);
  if (encounter.kind === 'contact') {
    return Promise.all([read('calls', CALL, NUMBERS_OF_PAIR), read('messages', MESSAGE, NUMBERS_OF_PAIR)]);
  }
  return Promise.all([
    read('positions', POSITION, `t.source IN ('vehicle', 'handset') AND t.source_id = {source:String}`, {
      source: encounter.source_id,
    }),
  ]);
}

/** Columns that say who somebody is, or what was said; shown to those who see names. */
const WITHHELD = ['event_id', 'number', 'other_number', 'record_id', 'source_id', 'terminal', 'text'];

const ACCESS = [
  'event_id',
  'at',
  'system',
  'action',
  'record_kind',
  'record_id',
  'person_id',
  'reference',
  'reason',
  'terminal',
  'terminal_kind',
];
const CALL = ['event_id', 'at', 'number', 'other_number', 'direction', 'kind', 'duration_s'];
const MESSAGE = ['event_id', 'at', 'number', 'other_number', 'channel', 'direction', 'text'];
const POSITION = ['at', 'source', 'source_id', 'lat', 'lon', 'speed_kmh', 'ignition'];

// What may be absent is shown as nothing.
const TEXT: Record<string, string> = {
  duration_s: `ifNull(toString(t.duration_s), '')`,
  speed_kmh: `ifNull(toString(round(t.speed_kmh, 1)), '')`,
};

/** A look leads to a person directly, or through an incident that involves them or the address where they live. */
const ACCESSES_OF_PAIR = `t.officer_id = {officer:String} AND (
  t.person_id = {person:String}
  OR (t.person_id = '' AND (
    (t.record_kind IN ('person', 'image') AND t.record_id = {person:String})
    OR (t.record_kind = 'incident' AND t.record_id IN (
      SELECT incident_id FROM {world:Identifier}.involvements WHERE person_id = {person:String}))
    OR (t.record_kind = 'address' AND upper(replaceAll(t.record_id, ' ', '')) IN (
      SELECT upper(replaceAll(postcode, ' ', '')) FROM {world:Identifier}.person_addresses
      WHERE person_id = {person:String} AND postcode != '')))))`;

const NUMBERS_OF_PAIR = `t.number IN (SELECT number FROM {world:Identifier}.devices WHERE officer_id = {officer:String})
  AND t.other_number IN (SELECT number FROM {world:Identifier}.person_phones WHERE person_id = {person:String})`;
