import type { ContractTable } from '../../src/extract/contract/column.ts';
import { storedColumns } from '../../src/extract/contract/column.ts';
import { tableNamed } from '../../src/extract/contract/tables.ts';
import type { Events } from '../../src/stores/events/events.ts';
import { utcText } from '../../src/stores/events/values.ts';

/** A row as a test writes it: columns of the contract, times as ISO 8601 with `Z` or as a Date; absent ones left out. */
export type Row = Record<string, string | number | boolean | null | Date | readonly string[] | undefined>;

let loads = 0;

/**
 * Puts rows straight into a raw table, as one load of its own: rows of a later call are newer versions. Fills the
 * bookkeeping columns, and `<column>_is_phone` with whether the number is in E.164 form, unless the row says it.
 * @throws Error for a table or column that the contract does not have.
 */
export async function insertRows(events: Events, table: string, rows: readonly Row[]): Promise<void> {
  const contract = tableNamed(table);
  if (contract === undefined) throw new Error(`The contract has no table ${table}`);
  const columns = storedColumns(contract);
  const known = new Set(columns.map((column) => column.name));
  const load = ++loads;
  const lines = rows.map((row, index) => {
    for (const name of Object.keys(row)) {
      if (!known.has(name)) throw new Error(`The table ${table} has no column ${name}`);
    }
    return JSON.stringify({ ...phones(contract, row), ...times(contract, row), ...book(load, index + 1) });
  });
  const names = columns.map((column) => `\`${column.name}\``).join(', ');
  for (const some of handfuls(lines)) {
    await events.command(
      `INSERT INTO {table:Identifier} (${names})
       SELECT * REPLACE (cityHash64(row_no, load_id) AS key_hash, key_hash AS content_hash)
       FROM format(JSONEachRow, {columns:String}, {lines:String})`,
      {
        table,
        columns: columns.map((column) => `\`${column.name}\` ${column.type}`).join(', '),
        lines: some.join('\n'),
      },
    );
  }
}

/** A server takes bound values of up to 128 KB. */
function* handfuls(lines: readonly string[]): Generator<string[]> {
  for (let i = 0; i < lines.length; i += 200) yield lines.slice(i, i + 200);
}

function book(load_id: number, row_no: number) {
  return { load_id, row_no, key_hash: 0, content_hash: 0 };
}

function phones(contract: ContractTable, row: Row): Row {
  const marks = contract.columns
    .filter((column) => column.kind === 'phone')
    .map(
      (column) => [`${column.name}_is_phone`, /^\+\d{8,15}$/.test(String(row[column.name] ?? ''))] as const,
    );
  return { ...Object.fromEntries(marks), ...row };
}

function times(contract: ContractTable, row: Row): Row {
  const moments = contract.columns
    .filter((column) => column.kind === 'time' && row[column.name] != null)
    .map((column) => {
      const value = row[column.name];
      return [column.name, utcText(value instanceof Date ? value : new Date(String(value)))] as const;
    });
  return Object.fromEntries(moments);
}
