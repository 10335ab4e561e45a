// An extract read back for tests, without any code of the program that takes extracts in.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { COLUMNS } from './columns.ts';

export type Row = Record<string, string>;

/** RFC 4180, as little of it as the tests need. */
function records(text: string): string[][] {
  const rows: string[][] = [];
  for (const match of text.matchAll(/(?:"(?:[^"]|"")*"|[^"\r\n])+/g)) {
    const cells = [...match[0].matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)];
    rows.push(cells.map((c) => c[1]?.replaceAll('""', '"') ?? c[2] ?? ''));
  }
  return rows;
}

/** Files of a table, whole or in parts, as paths below the extract. */
export function filesOf(extract: string, table: string): string[] {
  return readdirSync(extract, { recursive: true, encoding: 'utf8' })
    .filter((f) => f.startsWith(`${table}.`) || (f.startsWith(`${table}/`) && f.includes('.')))
    .sort();
}

/** A table of an extract as it stands in its files: rows by column, and how many records are broken. */
export interface Table {
  columns: string[];
  rows: Row[];
  broken: number;
}

/** Reads a table of an extract whole. */
export function read(extract: string, table: string): Table {
  const result: Table = { columns: [], rows: [], broken: 0 };
  for (const file of filesOf(extract, table)) {
    const bytes = readFileSync(join(extract, file));
    const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
    if (file.endsWith('.ndjson')) {
      for (const line of text.trim().split('\n')) result.rows.push(JSON.parse(line) as Row);
      result.columns = [...(COLUMNS[table as keyof typeof COLUMNS] ?? [])];
      continue;
    }
    const [header = [], ...body] = records(text);
    result.columns = header;
    for (const cells of body) {
      if (cells.length !== header.length) result.broken++;
      else result.rows.push(Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ''])));
    }
  }
  return result;
}
