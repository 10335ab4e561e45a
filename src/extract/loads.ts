import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../stores/events/events.ts';
import type { Records } from '../stores/records/records.ts';
import { named, sealed, sealedJson } from '../stores/vault/sealed.ts';
import { append } from '../trust/audit/log.ts';
import { TABLES } from './contract/tables.ts';
import { WORKING_TABLE } from './stage.ts';

export interface Stores {
  records: Records;
  events: Events;
  /** The installation's key of erasures: knows again what was erased, so that it does not come back. */
  erasureKey?: Buffer | undefined;
}

/** What became of the rows of a file or table: `read` is the sum of the others. */
export interface TableCounts {
  read: number;
  stored: number;
  duplicate: number;
  corrected: number;
  quarantined: number;
}

export const NO_COUNTS: TableCounts = { read: 0, stored: 0, duplicate: 0, corrected: 0, quarantined: 0 };

/** What a load is known by: bytes of the file, table that it feeds, and how it was read. */
export interface Identity {
  sha256: string;
  table: string;
  mappingDigest: string;
}

export interface FinishedLoad extends TableCounts {
  load_id: number;
  import_id: string;
  /** Of the import it belongs to. */
  status: string;
  notes: string[];
}

/** The load that took this file in, if one did. */
export async function finishedLoad(records: Records, identity: Identity): Promise<FinishedLoad | undefined> {
  const { rows } = await sql<FinishedLoad>`
    select l.load_id, l.import_id, i.status, l.read, l.stored, l.duplicate, l.corrected, l.quarantined, l.notes
    from load l join import i using (import_id)
    where l.sha256 = ${identity.sha256} and l.table_name = ${identity.table}
      and l.mapping_digest = ${identity.mappingDigest} and l.status = 'finished'`.execute(records);
  return rows[0];
}

/**
 * Notes that a load begins, before any of its rows is written. Its number is higher than those of all loads before.
 */
export async function beginLoad(
  records: Records,
  load: Identity & { importId: string; file: string; mapping: unknown; at: Date },
): Promise<number> {
  const { rows } = await sql<{ load_id: number }>`
    insert into load (import_id, file, table_name, sha256, mapping_digest, mapping, status, started_at)
    values (${load.importId}, ${sealed('load.file', [load.sha256, load.table], load.file)}, ${load.table}, ${load.sha256}, ${load.mappingDigest},
      ${JSON.stringify(load.mapping)}::jsonb, 'started', ${load.at.toISOString()}::timestamptz)
    returning load_id`.execute(records);
  return (rows[0] as { load_id: number }).load_id;
}

/** Makes a load count: from here on its rows are there to stay. */
export async function finishLoad(
  records: Records,
  loadId: number,
  counts: TableCounts,
  notes: string[],
  at: Date,
): Promise<void> {
  await sql`update load set status = 'finished', ended_at = ${at.toISOString()}::timestamptz, read = ${counts.read},
      stored = ${counts.stored}, duplicate = ${counts.duplicate}, corrected = ${counts.corrected},
      quarantined = ${counts.quarantined}, notes = ${JSON.stringify(notes)}::jsonb
    where load_id = ${loadId}`.execute(records);
}

/** Takes out whatever loads of one table have written so far, and marks them abandoned. May be said again after an error. */
export async function undoLoads(stores: Stores, loadIds: readonly number[], table: string): Promise<void> {
  for (const name of [table, 'quarantine']) {
    const [row] = await stores.events.queryForWrite<{ n: number }>(
      'SELECT count() AS n FROM {name:Identifier} WHERE load_id IN {loadIds:Array(UInt64)}',
      { name, loadIds },
    );
    if (row?.n === 0) continue;
    await stores.events.command('DELETE FROM {name:Identifier} WHERE load_id IN {loadIds:Array(UInt64)}', {
      name,
      loadIds,
    });
  }
  await sql`update load set status = 'abandoned' where load_id = any(${loadIds})`.execute(stores.records);
}

/** Drops the tables in which loads are worked on: those of one batch, or all of them. */
export async function dropWorkingTables(events: Events, batchId?: number): Promise<void> {
  const tables = await events.queryForWrite<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = {database:String}
       AND match(name, concat({working:String}, {batch:String}, '$'))
     ORDER BY engine = 'MaterializedView' DESC`,
    {
      database: events.database,
      working: WORKING_TABLE,
      batch: batchId === undefined ? '\\d+' : String(batchId),
    },
  );
  for (const { name } of tables) await events.command('DROP TABLE IF EXISTS {name:Identifier}', { name });
}

/**
 * Takes out loads that were never finished (the process was killed, the disk was full). To be called whenever the
 * stores are opened, before anything is taken in. Returns how many there were.
 */
export async function recoverLoads(stores: Stores): Promise<number> {
  const { rows } = await sql<{ load_id: number; table_name: string }>`
    select load_id, table_name from load where status = 'started'`.execute(stores.records);
  await dropWorkingTables(stores.events);
  for (const { name } of TABLES) {
    const loads = rows.filter((load) => load.table_name === name).map((load) => load.load_id);
    if (loads.length > 0) await undoLoads(stores, loads, name);
  }
  return rows.length;
}

/** Notes that an import begins. */
export async function beginImport(records: Records, importId: string, by: string, clock: Clock) {
  const at = clock();
  await records.transaction().execute(async (trx) => {
    await sql`insert into import (import_id, started_by, started_at, status, files)
      values (${importId}, ${named(by)}, ${at.toISOString()}::timestamptz, 'started',
        ${sealedJson('import.files', importId, [])})`.execute(trx);
    const more = { import_id: importId };
    await append(trx, { act: 'collection', action: 'import', what: 'import, begun', who: by, more }, at);
  });
}

/** Notes that an import is over. Imports before it that were cut off are over with it. */
export async function endImport(
  records: Records,
  importId: string,
  status: 'finished' | 'failed',
  files: unknown,
  clock: Clock,
): Promise<void> {
  const ended = clock();
  const at = ended.toISOString();
  await records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ by: string }>`select started_by as by from import
      where import_id = ${importId}`.execute(trx);
    await sql`update import set status = ${status}, ended_at = ${at}::timestamptz,
      files = ${sealedJson('import.files', importId, files)} where import_id = ${importId}`.execute(trx);
    await sql`update import set status = 'interrupted' where status = 'started' and ${status} = 'finished'`.execute(
      trx,
    );
    const more = { import_id: importId, files: Array.isArray(files) ? files.length : 0 };
    const who = rows[0]?.by ?? 'unknown';
    const deed = {
      act: 'collection',
      action: 'import',
      what: `import, ${status}`,
      who,
      more,
    } as const;
    await append(trx, deed, ended);
  });
}

/** The first load of imports that were cut off, whose files this import goes on with. */
export async function firstOpenLoad(records: Records): Promise<number | undefined> {
  const { rows } = await sql<{ first: number | null }>`
    select min(load_id) as first from load join import using (import_id)
    where import.status = 'started' and load.status = 'finished'`.execute(records);
  return rows[0]?.first ?? undefined;
}

/** Makes a load of an import that was cut off one of this import. */
export async function adoptLoad(records: Records, loadId: number, importId: string): Promise<void> {
  await sql`update load set import_id = ${importId} where load_id = ${loadId}`.execute(records);
}

const turns = new WeakMap<object, Promise<unknown>>();

/** Imports into the same stores wait for each other. */
export function oneAtATime<T>(stores: Stores, work: () => Promise<T>): Promise<T> {
  const before = turns.get(stores.events) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(work);
  turns.set(stores.events, mine);
  return mine;
}
