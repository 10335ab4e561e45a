import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ImportReport, type TakeInOptions, takeIn } from '../../src/extract/take-in.ts';
import type { TestStores } from './stores.ts';

/** The moment at which imports of tests happen. */
export const NOW = new Date('2026-04-01T12:00:00Z');

/** Writes an extract of the given files into a folder of its own and gives the folder. */
export function extractOf(stores: TestStores, files: Record<string, string | Buffer>): string {
  const folder = mkdtempSync(path.join(stores.folder, 'extract-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** Takes in an extract of the given files. */
export async function takeInFiles(
  stores: TestStores,
  files: Record<string, string | Buffer>,
  options: Partial<TakeInOptions> = {},
): Promise<ImportReport> {
  return takeIn(stores, [extractOf(stores, files)], importOptions(stores, options));
}

/** The options of an import in a test. */
export function importOptions(stores: TestStores, options: Partial<TakeInOptions> = {}): TakeInOptions {
  return { by: 'test', clock: () => NOW, workFolder: path.join(stores.folder, 'work'), ...options };
}

/** Lines of CSV. */
export function csv(...lines: string[]): string {
  return `${lines.join('\n')}\n`;
}

/** All rows of a table, without bookkeeping, in the order given. */
export async function rowsOf(
  stores: TestStores,
  table: string,
  order: string,
): Promise<Record<string, unknown>[]> {
  return stores.events.query(
    `SELECT * EXCEPT (load_id, row_no, key_hash, content_hash) FROM {table:Identifier} ORDER BY ${order}`,
    { table },
  );
}

/** What is in quarantine: where and why. */
export async function quarantined(stores: TestStores) {
  return stores.events.query<{
    file: string;
    line: number;
    column: string;
    reason: string;
    value: string;
    row: string;
  }>('SELECT file, line, `column`, reason, value, row FROM quarantine ORDER BY load_id, row_no');
}
