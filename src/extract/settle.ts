import type { Events, Values } from '../stores/events/events.ts';
import type { ContractTable } from './contract/column.ts';
import { LIMITS } from './source.ts';
import { workingTables } from './stage.ts';

/** Rows of one bucket of hashes that are compared at a time, so that the sets of hashes stay small. */
const ROWS_A_BUCKET = 2_000_000;
const SETTLING = `${LIMITS}, max_bytes_before_external_group_by = 200000000, max_bytes_before_external_sort = 200000000`;

const STORED = 0;
const DUPLICATE = 1;
const CORRECTED = 2;
const CONFLICT = 3;

export interface Settled {
  read: number;
  stored: number;
  duplicate: number;
  corrected: number;
  bad: number;
  conflicts: number;
}

/**
 * Puts the good rows of a load where they belong: new ones and corrections into the table, equal ones nowhere, events
 * whose `event_id` is stored with other content to the conflicts (left in `fate`, for quarantine). `firstLoad` is the
 * first load of this import: within an import it does not matter in which order rows come, so a register row counts as
 * a duplicate if it equals what was current before the import or anything that the import itself has brought.
 */
export async function settle(
  events: Events,
  table: ContractTable,
  loadId: number,
  firstLoad: number,
): Promise<Settled> {
  const { good, remark } = workingTables(loadId);
  const [size] = await events.queryForWrite<{ rows: number; bad: number; held: number }>(
    `SELECT (SELECT count() FROM ${good}) AS rows,
       (SELECT count() FROM ${remark} WHERE bad > 0) AS bad,
       (SELECT count() FROM (SELECT 1 FROM ${table.name} LIMIT 1)) AS held`,
  );
  const { rows, bad, held } = size as { rows: number; bad: number; held: number };
  const buckets = Math.ceil(rows / ROWS_A_BUCKET);
  let contested = false;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const values = { buckets, bucket, firstLoad };
    contested = (await settleContested(events, table, loadId, held > 0, values)) || contested;
  }
  const { duplicate, corrected, conflicts } = contested
    ? await countFates(events, loadId)
    : { duplicate: 0, corrected: 0, conflicts: 0 };
  if (rows > duplicate + conflicts) {
    // The table is just like this one, so its parts are taken over as they are, all at once.
    await events.command(`ALTER TABLE ${table.name} ATTACH PARTITION tuple() FROM ${good}`);
  }
  return {
    read: rows + bad,
    stored: rows - duplicate - corrected - conflicts,
    duplicate,
    corrected,
    bad,
    conflicts,
  };
}

const IN_BUCKET = 'key_hash % {buckets:UInt32} = {bucket:UInt32}';

/**
 * Decides about the rows of one bucket whose key stands more than once or is held already, and takes those out that
 * are not to be stored. Most loads have none; returns whether this one has.
 */
async function settleContested(
  events: Events,
  table: ContractTable,
  loadId: number,
  held: boolean,
  values: Values,
): Promise<boolean> {
  const { good, contested, fate } = workingTables(loadId);
  const keys = contestedKeys(table, good, held);
  const [any] = await events.queryForWrite<{ n: number }>(
    `SELECT count() AS n FROM (${keys} LIMIT 1) SETTINGS ${SETTLING}`,
    values,
  );
  if (any?.n === 0) return false;
  await events.command(`CREATE TABLE ${contested} (key_hash UInt64) ENGINE = MergeTree ORDER BY tuple()`);
  await events.command(`INSERT INTO ${contested} ${keys} SETTINGS ${SETTLING}`, values);
  await events.command(
    `CREATE TABLE IF NOT EXISTS ${fate} (row_no UInt64, fate UInt8, bucket UInt32) ENGINE = MergeTree ORDER BY row_no`,
  );
  const fates = table.sort === 'register' ? registerFates(table, loadId) : eventFates(table, loadId);
  await events.command(
    `INSERT INTO ${fate} SELECT row_no, fate, {bucket:UInt32} FROM (${fates}) WHERE fate != ${STORED} SETTINGS ${SETTLING}`,
    values,
  );
  await events.command(`SYSTEM START MERGES ${good}`); // without them nothing is taken out
  await events.command(
    `DELETE FROM ${good} WHERE row_no IN (
       SELECT row_no FROM ${fate} WHERE bucket = {bucket:UInt32} AND fate IN (${DUPLICATE}, ${CONFLICT}))`,
    values,
  );
  await events.command(`DROP TABLE ${contested}`);
  return true;
}

function contestedKeys(table: ContractTable, good: string, held: boolean): string {
  const twice = `SELECT key_hash FROM ${good} WHERE ${IN_BUCKET} GROUP BY key_hash HAVING count() > 1`;
  if (!held) return twice;
  return `SELECT DISTINCT key_hash FROM (${twice} UNION ALL
    SELECT key_hash FROM ${table.name} WHERE ${IN_BUCKET} AND key_hash IN (
      SELECT key_hash FROM ${good} WHERE ${IN_BUCKET}))`;
}

function registerFates(table: ContractTable, loadId: number): string {
  const { good, contested } = workingTables(loadId);
  return `SELECT row_no, multiIf(
      has(known, content_hash) OR row_no != first_of_content, ${DUPLICATE},
      is_held = 1 OR row_no != first_of_key, ${CORRECTED},
      ${STORED}) AS fate
    FROM (
      SELECT r.row_no AS row_no, r.content_hash AS content_hash, h.known AS known, h.is_held AS is_held,
        min(r.row_no) OVER (PARTITION BY r.key_hash, r.content_hash) AS first_of_content,
        min(r.row_no) OVER (PARTITION BY r.key_hash) AS first_of_key
      FROM (
        SELECT row_no, key_hash, content_hash FROM ${good} WHERE key_hash IN (SELECT key_hash FROM ${contested})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, 1 AS is_held,
          arrayPushBack(groupUniqArrayIf(content_hash, load_id >= {firstLoad:UInt64}),
            argMaxIf(content_hash, (load_id, row_no), load_id < {firstLoad:UInt64})) AS known
        FROM ${table.name} WHERE key_hash IN (SELECT key_hash FROM ${contested})
        GROUP BY key_hash
      ) AS h ON r.key_hash = h.key_hash
    )`;
}

// Hashes of 64 bits can be made to meet on purpose: only rows with the same event_id as well are the same event.
function eventFates(table: ContractTable, loadId: number): string {
  const { good, contested } = workingTables(loadId);
  const id = table.key.length === 0 ? "''" : 'event_id';
  return `SELECT row_no, multiIf(
      is_held = 1, if(has(known, content_hash), ${DUPLICATE}, ${CONFLICT}),
      row_no = first_row, ${STORED},
      content_hash = first_content, ${DUPLICATE},
      ${CONFLICT}) AS fate
    FROM (
      SELECT r.row_no AS row_no, r.content_hash AS content_hash, h.known AS known, h.is_held AS is_held,
        min(r.row_no) OVER (PARTITION BY r.key_hash, r.id) AS first_row,
        argMin(r.content_hash, r.row_no) OVER (PARTITION BY r.key_hash, r.id) AS first_content
      FROM (
        SELECT row_no, key_hash, content_hash, ${id} AS id FROM ${good}
        WHERE key_hash IN (SELECT key_hash FROM ${contested})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, ${id} AS id, 1 AS is_held, groupUniqArray(content_hash) AS known
        FROM ${table.name} WHERE key_hash IN (SELECT key_hash FROM ${contested})
        GROUP BY key_hash, id
      ) AS h ON r.key_hash = h.key_hash AND r.id = h.id
    )`;
}

async function countFates(events: Events, loadId: number) {
  const [counts] = await events.queryForWrite<{ duplicate: number; corrected: number; conflicts: number }>(
    `SELECT countIf(fate = ${DUPLICATE}) AS duplicate, countIf(fate = ${CORRECTED}) AS corrected,
       countIf(fate = ${CONFLICT}) AS conflicts FROM ${workingTables(loadId).fate}`,
  );
  return counts as { duplicate: number; corrected: number; conflicts: number };
}

/** SQL: the records that are conflicts. */
export function conflictsOf(loadId: number): string {
  return `SELECT row_no FROM ${workingTables(loadId).fate} WHERE fate = ${CONFLICT}`;
}
