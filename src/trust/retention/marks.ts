import { hkdfSync } from 'node:crypto';
import type { Events, Values } from '../../stores/events/events.ts';
import { COUNTS_FROM } from './kinds.ts';

/** Tables without an identifier of the event: the row itself is the key. */
const KEYLESS = new Set(['positions']);
const EVENTS = new Set(['accesses', 'calls', 'messages']);

/** The key of marks as the engine takes it: two numbers of 64 bits, from the installation's key of erasures. */
export function markKey(key: Buffer): Values {
  const bytes = Buffer.from(hkdfSync('sha256', key, '', 'upstander marks of erased rows', 16));
  return { mark_0: String(bytes.readBigUInt64LE(0)), mark_1: String(bytes.readBigUInt64LE(8)) };
}

/**
 * SQL: the keyed hash of a row, from columns that import gives every row. An event is known again by its identifier, whatever
 * else it says; a row of a register by all it says, for another version is something new. `markKey` binds the key.
 */
export function markOf(table: string): string {
  const key = '({mark_0:UInt64}, {mark_1:UInt64})';
  if (table === 'quarantine') return `sipHash128Keyed(${key}, 'quarantine', row)`;
  if (KEYLESS.has(table)) return `sipHash128Keyed(${key}, '${table}', '', key_hash)`;
  if (EVENTS.has(table)) return `sipHash128Keyed(${key}, '${table}', event_id, key_hash)`;
  return `sipHash128Keyed(${key}, '${table}', toString(content_hash), key_hash)`;
}

/** What import must leave out of a table: SQL conditions over its rows, with what they bind. Undefined when nothing was erased. */
export async function erasedBefore(
  events: Events,
  table: string,
  key: Buffer | undefined,
): Promise<{ rows: string; quarantined: string; values: Values } | undefined> {
  const [found] = await events.queryForWrite<{ own: number; bad: number; before: string | null }>(
    `SELECT (SELECT count() FROM erased_mark WHERE \`table\` = {table:String}) AS own,
       (SELECT count() FROM erased_mark WHERE \`table\` = 'quarantine') AS bad,
       (SELECT maxOrNull(before) FROM erased_before WHERE \`table\` = {table:String}) AS before`,
    { table },
  );
  const { own = 0, bad = 0, before = null } = found ?? {};
  if (own === 0 && bad === 0 && before === null) return undefined;
  if (key === undefined && own + bad > 0)
    throw new Error('rows were erased, and the key that knows them again is missing');
  const among = (mark: string, of: string) =>
    `${mark} IN (SELECT mark FROM erased_mark WHERE \`table\` = '${of}')`;
  const rows = [
    ...(own > 0 ? [among(markOf(table), table)] : []),
    ...(before === null ? [] : [`ifNull(${COUNTS_FROM[table]} < {erased_before:DateTime64(3, 'UTC')}, 0)`]),
  ];
  return {
    rows: rows.length === 0 ? '0' : rows.join(' OR '),
    quarantined: bad > 0 ? among(markOf('quarantine').replace(', row)', ', received)'), 'quarantine') : '0',
    values: {
      ...(key === undefined ? {} : markKey(key)),
      ...(before === null ? {} : { erased_before: before }),
    },
  };
}
