import type { Events, Values } from '../stores/events/events.ts';
import type { ContractTable } from './contract/column.ts';
import { LIMITS } from './source.ts';
import { workingTables } from './stage.ts';
import { takeOut } from './take-out.ts';

/** Rows of one bucket of hashes that are compared at a time, so that the sets of hashes stay small. */
const ROWS_A_BUCKET = 500_000;
/** Contested keys whose rows are compared at a time: few in most files, all in one that is delivered again. */
const CONTESTED_A_PIECE = 100_000;
/** As many rows that are not to be stored are taken out at a time. */
const ROWS_OUT = 250_000;
const SETTLING = `${LIMITS}, max_bytes_before_external_group_by = 100000000, max_bytes_before_external_sort = 100000000`;

const STORED = 0;
const DUPLICATE = 1;
const CORRECTED = 2;
const CONFLICT = 3;

/** What became of the rows of one load. */
export interface Settled {
  read: number;
  stored: number;
  duplicate: number;
  corrected: number;
  bad: number;
  conflicts: number;
}

/**
 * Puts the good rows of a batch where they belong: new ones and corrections into the table, equal ones nowhere, events
 * whose `event_id` is stored with other content to the conflicts (left in `fate`, for quarantine). `firstLoad` is the
 * first load of this import: within an import it does not matter in which order rows come, so a register row counts as
 * a duplicate if it equals what was current before the import or anything that the import itself has brought. Within a
 * batch the rows of an earlier load come first. Returns what became of each load; one without rows is not among them.
 */
export async function settle(
  events: Events,
  table: ContractTable,
  batchId: number,
  firstLoad: number,
): Promise<Map<number, Settled>> {
  const { good, remark } = workingTables(batchId);
  const sizes = await events.queryForWrite<{ load: number; rows: number; bad: number; held: number }>(
    `SELECT load_id AS load, sum(good) AS rows, sum(refused) AS bad,
       (SELECT count() FROM (SELECT 1 FROM ${table.name} LIMIT 1)) AS held
     FROM (
       SELECT load_id, count() AS good, 0 AS refused FROM ${good} GROUP BY load_id
       UNION ALL SELECT load_id, 0, count() FROM ${remark} WHERE bad > 0 GROUP BY load_id)
     GROUP BY load_id`,
  );
  const rows = sizes.reduce((sum, load) => sum + load.rows, 0);
  const held = (sizes[0]?.held ?? 0) > 0;
  const buckets = Math.ceil(rows / ROWS_A_BUCKET);
  const out = new Removal(events, batchId);
  for (let bucket = 0; bucket < buckets; bucket++) {
    await out.add(
      bucket,
      await settleContested(events, table, batchId, held, { buckets, bucket, firstLoad }),
    );
  }
  const stays = rows > out.total;
  if (stays) await out.finish();
  const fates = await countFates(events, batchId, out.contested);
  if (stays) {
    // The table is just like this one, so its parts are taken over as they are, all at once.
    await events.command(`ALTER TABLE ${table.name} ATTACH PARTITION tuple() FROM ${good}`);
  }
  return new Map(
    sizes.map(({ load, rows, bad }) => {
      const { duplicate, corrected, conflicts } = fates.get(load) ?? NO_FATES;
      const stored = rows - duplicate - corrected - conflicts;
      return [load, { read: rows + bad, stored, duplicate, corrected, bad, conflicts }];
    }),
  );
}

/** Takes rows that are not to be stored out of the good ones, those of several buckets at a time. */
class Removal {
  /** Rows that are not to be stored, in all. */
  total = 0;
  /** Whether any bucket had contested keys. */
  contested = false;
  #waiting = 0;
  #from = 0;
  #upto = 0;
  readonly #events: Events;
  readonly #batchId: number;

  constructor(events: Events, batchId: number) {
    this.#events = events;
    this.#batchId = batchId;
  }

  async add(bucket: number, found: { contested: boolean; out: number }): Promise<void> {
    this.contested ||= found.contested;
    this.total += found.out;
    this.#waiting += found.out;
    this.#upto = bucket;
    if (this.#waiting >= ROWS_OUT) await this.finish();
  }

  async finish(): Promise<void> {
    if (this.#waiting > 0) {
      const { good, fate } = workingTables(this.#batchId);
      await takeOut(
        this.#events,
        good,
        `(load_id, row_no) IN (
           SELECT load_id, row_no FROM ${fate}
           WHERE bucket BETWEEN {from:UInt32} AND {upto:UInt32} AND fate IN (${DUPLICATE}, ${CONFLICT}))`,
        { from: this.#from, upto: this.#upto },
      );
    }
    this.#waiting = 0;
    this.#from = this.#upto + 1;
  }
}

const IN_BUCKET = 'key_hash % {buckets:UInt32} = {bucket:UInt32}';

/**
 * Decides about the rows of one bucket whose key stands more than once or is held already. Returns whether there are
 * such keys, and how many rows are not to be stored.
 */
async function settleContested(
  events: Events,
  table: ContractTable,
  batchId: number,
  held: boolean,
  values: Values,
): Promise<{ contested: boolean; out: number }> {
  const { good, contested, fate } = workingTables(batchId);
  await events.command(`CREATE TABLE IF NOT EXISTS ${contested} (key_hash UInt64) ENGINE = Memory`);
  await events.command(
    `INSERT INTO ${contested} ${contestedKeys(table, good, held)} SETTINGS ${SETTLING}`,
    values,
  );
  const [any] = await events.queryForWrite<{ n: number }>(`SELECT count() AS n FROM ${contested}`);
  if (any?.n === 0) return { contested: false, out: 0 };
  await events.command(
    `CREATE TABLE IF NOT EXISTS ${fate} (load_id UInt64, row_no UInt64, fate UInt8, bucket UInt32)
     ENGINE = MergeTree ORDER BY (load_id, row_no)`,
  );
  const fates = table.sort === 'register' ? registerFates(table, batchId) : eventFates(table, batchId);
  const pieces = Math.ceil((any?.n ?? 0) / CONTESTED_A_PIECE);
  for (let piece = 0; piece < pieces; piece++) {
    await events.command(
      `INSERT INTO ${fate} SELECT load_id, row_no, fate, {bucket:UInt32} FROM (${fates}) WHERE fate != ${STORED}
       SETTINGS ${SETTLING}`,
      { ...values, pieces, piece },
    );
  }
  const [out] = await events.queryForWrite<{ n: number }>(
    `SELECT countIf(fate IN (${DUPLICATE}, ${CONFLICT})) AS n FROM ${fate} WHERE bucket = {bucket:UInt32}`,
    values,
  );
  await events.command(`DROP TABLE ${contested}`);
  return { contested: true, out: out?.n ?? 0 };
}

function contestedKeys(table: ContractTable, good: string, held: boolean): string {
  const twice = `SELECT key_hash FROM ${good} WHERE ${IN_BUCKET} GROUP BY key_hash HAVING count() > 1`;
  if (!held) return twice;
  return `SELECT DISTINCT key_hash FROM (${twice} UNION ALL
    SELECT key_hash FROM ${table.name} WHERE ${IN_BUCKET} AND key_hash IN (
      SELECT key_hash FROM ${good} WHERE ${IN_BUCKET}))`;
}

function contestedPiece(contested: string): string {
  return `SELECT key_hash FROM ${contested} WHERE intDiv(key_hash, {buckets:UInt32}) % {pieces:UInt32} = {piece:UInt32}`;
}

// A record by where it stands in the batch: rows of an earlier load come first.
const PLACE = '(r.load_id, r.row_no)';

function registerFates(table: ContractTable, batchId: number): string {
  const { good, contested } = workingTables(batchId);
  return `SELECT load_id, row_no, multiIf(
      has(known, content_hash) OR place != first_of_content, ${DUPLICATE},
      is_held = 1 OR place != first_of_key, ${CORRECTED},
      ${STORED}) AS fate
    FROM (
      SELECT r.load_id AS load_id, r.row_no AS row_no, ${PLACE} AS place, r.content_hash AS content_hash,
        h.known AS known, h.is_held AS is_held,
        min(${PLACE}) OVER (PARTITION BY r.key_hash, r.content_hash) AS first_of_content,
        min(${PLACE}) OVER (PARTITION BY r.key_hash) AS first_of_key
      FROM (
        SELECT load_id, row_no, key_hash, content_hash FROM ${good}
        WHERE key_hash IN (${contestedPiece(contested)})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, 1 AS is_held,
          arrayPushBack(groupUniqArrayIf(content_hash, load_id >= {firstLoad:UInt64}),
            argMaxIf(content_hash, (load_id, row_no), load_id < {firstLoad:UInt64})) AS known
        FROM ${table.name} WHERE key_hash IN (${contestedPiece(contested)})
        GROUP BY key_hash
      ) AS h ON r.key_hash = h.key_hash
    )`;
}

// Hashes of 64 bits can be made to meet on purpose: only rows with the same event_id as well are the same event.
function eventFates(table: ContractTable, batchId: number): string {
  const { good, contested } = workingTables(batchId);
  const id = table.key.length === 0 ? "''" : 'event_id';
  return `SELECT load_id, row_no, multiIf(
      is_held = 1, if(has(known, content_hash), ${DUPLICATE}, ${CONFLICT}),
      place = first_place, ${STORED},
      content_hash = first_content, ${DUPLICATE},
      ${CONFLICT}) AS fate
    FROM (
      SELECT r.load_id AS load_id, r.row_no AS row_no, ${PLACE} AS place, r.content_hash AS content_hash,
        h.known AS known, h.is_held AS is_held,
        min(${PLACE}) OVER (PARTITION BY r.key_hash, r.id) AS first_place,
        argMin(r.content_hash, ${PLACE}) OVER (PARTITION BY r.key_hash, r.id) AS first_content
      FROM (
        SELECT load_id, row_no, key_hash, content_hash, ${id} AS id FROM ${good}
        WHERE key_hash IN (${contestedPiece(contested)})
      ) AS r
      LEFT ANY JOIN (
        SELECT key_hash, ${id} AS id, 1 AS is_held, groupUniqArray(content_hash) AS known
        FROM ${table.name} WHERE key_hash IN (${contestedPiece(contested)})
        GROUP BY key_hash, id
      ) AS h ON r.key_hash = h.key_hash AND r.id = h.id
    )`;
}

const NO_FATES = { duplicate: 0, corrected: 0, conflicts: 0 };

async function countFates(events: Events, batchId: number, contested: boolean) {
  if (!contested) return new Map<number, typeof NO_FATES>();
  const counts = await events.queryForWrite<{ load: number } & typeof NO_FATES>(
    `SELECT load_id AS load, countIf(fate = ${DUPLICATE}) AS duplicate, countIf(fate = ${CORRECTED}) AS corrected,
       countIf(fate = ${CONFLICT}) AS conflicts FROM ${workingTables(batchId).fate} GROUP BY load_id`,
  );
  return new Map(counts.map(({ load, ...fates }) => [load, fates]));
}

/** SQL: the records of one load (`{loadId:UInt64}`) that are conflicts. */
export function conflictsOf(batchId: number): string {
  return `SELECT row_no FROM ${workingTables(batchId).fate} WHERE load_id = {loadId:UInt64} AND fate = ${CONFLICT}`;
}
