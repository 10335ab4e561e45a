import { TABLES } from '../extract/contract/tables.ts';
import type { Events } from '../stores/events/events.ts';

/**
 * A fingerprint of what is stored: the same as long as nothing came in and nothing was taken out. A run keeps the one it
 * saw, so that an export knows whether it is still true.
 */
export async function fingerprintOf(events: Events): Promise<string> {
  const parts = TABLES.map(
    (table) => `SELECT '${table.name}' AS name, count() AS n, max(load_id) AS newest FROM ${table.name}`,
  );
  const [row] = await events.query<{ print: string }>(
    `SELECT lower(hex(sipHash64(arrayStringConcat(arraySort(groupArray(concat(name, ' ', toString(n), ' ', toString(newest)))), '\n')))) AS print
     FROM (${parts.join(' UNION ALL ')})`,
  );
  return row?.print ?? '';
}
