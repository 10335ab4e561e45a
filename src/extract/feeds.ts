import { sql } from 'kysely';
import { opened } from '../stores/vault/sealed.ts';
import { quoted } from './bound.ts';
import type { ContractTable } from './contract/column.ts';
import { TABLES } from './contract/tables.ts';
import type { Stores, TableCounts } from './loads.ts';
import type { FileReport } from './take-in.ts';

/** How fresh one table is. */
export interface Freshness {
  table: string;
  sort: 'register' | 'event';
  /** Rows held; of a register, every version of a row counts. */
  rows: number;
  /** First and last moment (or day) that its rows tell of, as UTC text; null where there are none. */
  first: string | null;
  last: string | null;
  /** When a file of it was last taken in. */
  last_import: Date | null;
}

/** Every table of the contract with how many rows it holds, what time they cover and when the last came in. */
export async function freshness(stores: Stores): Promise<Freshness[]> {
  const parts = TABLES.map((table) => {
    const time = timeOf(table);
    const covers =
      time === undefined ? 'NULL, NULL' : `toString(min(${quoted(time)})), toString(max(${quoted(time)}))`;
    return `SELECT '${table.name}' AS name, count() AS n, ${covers.replace(', ', ' AS first, ')} AS last FROM ${table.name}`;
  });
  const held = await stores.events.query<{
    name: string;
    n: number;
    first: string | null;
    last: string | null;
  }>(parts.join(' UNION ALL '));
  const { rows: imports } = await sql<{ table_name: string; at: Date }>`
    select table_name, max(ended_at) as at from load where status = 'finished' group by table_name`.execute(
    stores.records,
  );
  return TABLES.map((table) => {
    const row = held.find((one) => one.name === table.name);
    const rows = row?.n ?? 0;
    return {
      table: table.name,
      sort: table.sort,
      rows,
      first: rows === 0 ? null : (row?.first ?? null),
      last: rows === 0 ? null : (row?.last ?? null),
      last_import: imports.find((one) => one.table_name === table.name)?.at ?? null,
    };
  });
}

/** The column that says when a row's matter begins: its first required time, else its first required date. */
function timeOf(table: ContractTable): string | undefined {
  const required = table.columns.filter((column) => column.required);
  const column = required.find((one) => one.kind === 'time') ?? required.find((one) => one.kind === 'date');
  return column?.name;
}

/** An import, as the list of imports shows it. */
export interface PastImport {
  import_id: string;
  started_by: string;
  started_at: Date;
  ended_at: Date | null;
  /** `interrupted`: cut off; its finished files are in. `failed`: nothing could be read. */
  status: 'started' | 'finished' | 'interrupted' | 'failed';
  /** What its loads did, by table. */
  tables: Record<string, TableCounts>;
  /** The report on each of its files; empty until it is over. */
  files: FileReport[];
}

/** Imports, newest first, and how many there are in all. */
export async function listImports(
  stores: Stores,
  page: { offset: number; limit: number },
): Promise<{ imports: PastImport[]; total: number }> {
  const { rows: count } = await sql<{ n: number }>`select count(*) as n from import`.execute(stores.records);
  const { rows } = await sql<Omit<PastImport, 'tables'>>`
    select import_id, started_by, started_at, ended_at, status, ${opened('import.files')} as files from import
    order by started_at desc, import_id limit ${page.limit} offset ${page.offset}`.execute(stores.records);
  const tables = await countsOf(
    stores,
    rows.map((row) => row.import_id),
  );
  return {
    imports: rows.map((row) => ({ ...row, tables: tables.get(row.import_id) ?? {} })),
    total: count[0]?.n ?? 0,
  };
}

/** One import with its files, or undefined. */
export async function oneImport(stores: Stores, importId: string): Promise<PastImport | undefined> {
  const { rows } = await sql<Omit<PastImport, 'tables'>>`
    select import_id, started_by, started_at, ended_at, status, ${opened('import.files')} as files from import
    where import_id = ${importId}`.execute(stores.records);
  const [row] = rows;
  return row && { ...row, tables: (await countsOf(stores, [importId])).get(importId) ?? {} };
}

async function countsOf(stores: Stores, ids: string[]): Promise<Map<string, Record<string, TableCounts>>> {
  const { rows } = await sql<TableCounts & { import_id: string; table_name: string }>`
    select import_id, table_name, sum(read)::bigint as read, sum(stored)::bigint as stored,
      sum(duplicate)::bigint as duplicate, sum(corrected)::bigint as corrected, sum(quarantined)::bigint as quarantined
    from load where status = 'finished' and import_id = any(${ids})
    group by import_id, table_name order by table_name`.execute(stores.records);
  const counts = new Map<string, Record<string, TableCounts>>();
  for (const { import_id, table_name, ...of } of rows) {
    counts.set(import_id, { ...counts.get(import_id), [table_name]: of });
  }
  return counts;
}
