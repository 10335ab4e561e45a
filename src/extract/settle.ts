import type { Events } from '../stores/events/events.ts';
import { quoted } from './bound.ts';
import { type ContractTable, storedColumns } from './contract/column.ts';
import { LIMITS } from './source.ts';
import { stageName } from './stage.ts';

/** Rows of one bucket of hashes that are compared at a time, so that the sets of hashes stay small. */
const ROWS_A_BUCKET = 2_000_000;

export interface Settled {
  read: number;
  stored: number;
  duplicate: number;
  corrected: number;
  bad: number;
  conflicts: number;
}

/** The name of the table that says of the contested rows of a load what becomes of them. */
export const fateName = (loadId: number) => `fate_${loadId}`;

/** The name of the table of the keys that stand more than once in a load, or are held already. */
export const contestedName = (loadId: number) => `contested_${loadId}`;

const CONTESTED = 'SELECT key_hash FROM {contested:Identifier} WHERE bucket = {bucket:UInt32}';
const STORED = 0;
const DUPLICATE = 1;
const CORRECTED = 2;
const CONFLICT = 3;

/**
 * Puts the good rows of a stage where they belong: new ones and corrections into the table, equal ones nowhere, events
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
  const stage = stageName(loadId);
  const fate = fateName(loadId);
  const contested = contestedName(loadId);
  const names = { stage, fate, contested, target: table.name };
  const [size] = await events.queryForWrite<{ read: number; good: number; held: number }>(
    `SELECT count() AS read, countIf(bad = 0) AS good,
       (SELECT count() FROM (SELECT 1 FROM {target:Identifier} LIMIT 1)) AS held
     FROM {stage:Identifier}`,
    { stage, target: table.name },
  );
  const { read, good, held } = size as { read: number; good: number; held: number };
  await events.command(
    'CREATE TABLE {fate:Identifier} (row_no UInt64, fate UInt8, bucket UInt32) ENGINE = MergeTree ORDER BY tuple()',
    { fate },
  );
  await events.command(
    'CREATE TABLE {contested:Identifier} (key_hash UInt64, bucket UInt32) ENGINE = MergeTree ORDER BY tuple()',
    { contested },
  );
  const buckets = Math.max(1, Math.ceil(good / ROWS_A_BUCKET));
  const columns = storedColumns(table)
    .map((c) => quoted(c.name))
    .join(', ');
  for (let bucket = 0; good > 0 && bucket < buckets; bucket++) {
    const bound = { ...names, buckets, bucket, firstLoad };
    const bounds = buckets === 1 ? '1' : 'key_hash % {buckets:UInt32} = {bucket:UInt32}';
    await events.command(
      `INSERT INTO {contested:Identifier} (key_hash, bucket)
       SELECT key_hash, {bucket:UInt32} FROM (${contestedKeys(bounds, held > 0)}) SETTINGS ${SETTLING}`,
      bound,
    );
    const [keys] = await events.queryForWrite<{ n: number }>(
      `SELECT count() AS n FROM (${CONTESTED})`,
      bound,
    );
    const free = keys?.n === 0;
    if (!free) {
      await events.command(
        `INSERT INTO {fate:Identifier} (row_no, fate, bucket)
         SELECT row_no, fate, {bucket:UInt32} FROM (${fates(table, bounds)}) WHERE fate != ${STORED}
         SETTINGS ${SETTLING}`,
        bound,
      );
    }
    const left = free
      ? ''
      : `AND row_no NOT IN (SELECT row_no FROM {fate:Identifier} WHERE bucket = {bucket:UInt32} AND fate IN (${DUPLICATE}, ${CONFLICT}))`;
    await events.command(
      `INSERT INTO {target:Identifier} (${columns})
       SELECT ${columns} FROM {stage:Identifier} WHERE bad = 0 AND ${bounds} ${left} SETTINGS ${SETTLING}`,
      bound,
    );
  }
  const [counts] = await events.queryForWrite<{ duplicate: number; corrected: number; conflicts: number }>(
    `SELECT countIf(fate = ${DUPLICATE}) AS duplicate, countIf(fate = ${CORRECTED}) AS corrected,
       countIf(fate = ${CONFLICT}) AS conflicts FROM {fate:Identifier}`,
    { fate },
  );
  const { duplicate, corrected, conflicts } = counts as Settled;
  return {
    read,
    stored: good - duplicate - corrected - conflicts,
    duplicate,
    corrected,
    bad: read - good,
    conflicts,
  };
}

/** SQL: the rows of `fate` that are conflicts. */
export const CONFLICTS = `SELECT row_no FROM {fate:Identifier} WHERE fate = ${CONFLICT}`;

const SETTLING = `${LIMITS}, max_bytes_before_external_group_by = 200000000, max_bytes_before_external_sort = 200000000`;

/** Keys that stand more than once in the stage, or are held already. Most loads have none. */
function contestedKeys(bounds: string, held: boolean): string {
  const twice = `SELECT key_hash FROM {stage:Identifier} WHERE bad = 0 AND ${bounds} GROUP BY key_hash HAVING count() > 1`;
  if (!held) return twice;
  return `SELECT DISTINCT key_hash FROM (${twice} UNION ALL
    SELECT key_hash FROM {target:Identifier} WHERE ${bounds} AND key_hash IN (
      SELECT key_hash FROM {stage:Identifier} WHERE bad = 0 AND ${bounds}))`;
}

function fates(table: ContractTable, bounds: string): string {
  return table.sort === 'register' ? registerFates(bounds) : eventFates(table, bounds);
}

function registerFates(bounds: string): string {
  return `SELECT row_no, multiIf(
      has(known, content_hash) OR row_no != first_of_content, ${DUPLICATE},
      is_held = 1 OR row_no != first_of_key, ${CORRECTED},
      ${STORED}) AS fate
    FROM (
      SELECT r.row_no AS row_no, r.content_hash AS content_hash, h.known AS known, h.is_held AS is_held,
        min(r.row_no) OVER (PARTITION BY r.key_hash, r.content_hash) AS first_of_content,
        min(r.row_no) OVER (PARTITION BY r.key_hash) AS first_of_key
      FROM (
        SELECT row_no, key_hash, content_hash FROM {stage:Identifier}
        WHERE bad = 0 AND ${bounds} AND key_hash IN (${CONTESTED})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, 1 AS is_held,
          arrayPushBack(groupUniqArrayIf(content_hash, load_id >= {firstLoad:UInt64}),
            argMaxIf(content_hash, (load_id, row_no), load_id < {firstLoad:UInt64})) AS known
        FROM {target:Identifier} WHERE ${bounds} AND key_hash IN (${CONTESTED})
        GROUP BY key_hash
      ) AS h ON r.key_hash = h.key_hash
    )`;
}

// Two events share a hash by chance once in ten thousand years of extracts, and by malice sooner: only rows with the
// same event_id as well are taken for the same event.
function eventFates(table: ContractTable, bounds: string): string {
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
        SELECT row_no, key_hash, content_hash, ${id} AS id FROM {stage:Identifier}
        WHERE bad = 0 AND ${bounds} AND key_hash IN (${CONTESTED})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, ${id} AS id, 1 AS is_held, groupUniqArray(content_hash) AS known
        FROM {target:Identifier} WHERE ${bounds} AND key_hash IN (${CONTESTED})
        GROUP BY key_hash, id
      ) AS h ON r.key_hash = h.key_hash AND r.id = h.id
    )`;
}
