import { sql } from 'kysely';
import type { Check } from '../kernel/check.ts';
import { opened } from '../stores/vault/sealed.ts';
import { TABLES } from './contract/tables.ts';
import type { Stores } from './loads.ts';

interface Load {
  load_id: number;
  file: string;
  table_name: string;
  status: 'started' | 'finished' | 'abandoned';
  read: number;
  stored: number;
  duplicate: number;
  corrected: number;
  quarantined: number;
}

/** What the records store says of each load, against the rows that the events store holds of it. */
export async function checkLoads({ records, events }: Stores): Promise<Check> {
  const problems: string[] = [];
  const loads =
    await sql<Load>`select load_id, ${opened('load.file')} as file, table_name, status, read, stored, duplicate, corrected, quarantined
    from load order by load_id`.execute(records);
  const held = new Map<string, number>();
  const tables = [...TABLES.map((table) => table.name), 'quarantine'];
  for (const table of tables) {
    const rows = await events.query<{ load_id: number; n: number }>(
      'SELECT load_id, count() AS n FROM {table:Identifier} GROUP BY load_id',
      { table },
    );
    for (const { load_id, n } of rows) held.set(`${table} ${load_id}`, n);
    // What was erased since belongs to its load as well: its count stands with the erasure.
    const erased = await events.query<{ load_id: number; n: number }>(
      'SELECT load_id, sum(rows) AS n FROM erased_count WHERE `table` = {table:String} AND load_id > 0 GROUP BY load_id',
      { table },
    );
    for (const { load_id, n } of erased) {
      const key = `${table} ${load_id}`;
      held.set(key, (held.get(key) ?? 0) + n);
    }
  }
  for (const load of loads.rows) {
    const where = `${load.file} (load ${load.load_id}, ${load.table_name})`;
    if (load.read !== load.stored + load.duplicate + load.corrected + load.quarantined) {
      problems.push(`${where}: its counts do not add up to the ${load.read} rows read`);
    }
    const finished = load.status === 'finished';
    for (const [table, expected] of [
      [load.table_name, finished ? load.stored + load.corrected : 0],
      ['quarantine', finished ? load.quarantined : 0],
    ] as const) {
      const key = `${table} ${load.load_id}`;
      const found = held.get(key) ?? 0;
      if (found !== expected)
        problems.push(`${where}: ${expected} rows belong in ${table}, ${found} are there`);
      held.delete(key);
    }
  }
  for (const [key, n] of held) {
    const [table, load] = key.split(' ');
    problems.push(`${n} rows of ${table} belong to load ${load}, which the records store does not know`);
  }
  return {
    name: 'Every row taken in belongs to a finished load, and every finished load has its rows',
    problems,
  };
}
