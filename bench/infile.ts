/**
 * The floor of the import: the engine's own `INSERT ... FROM INFILE` of the same CSV files into tables of the same kind.
 * Words: folder of the extract, folder for the engine. Prints `{"seconds": n}`.
 */
import { existsSync, globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { storedType } from '../src/extract/contract/column.ts';
import { EVENT_TABLES } from '../src/extract/contract/event-tables.ts';
import { EmbeddedEngine } from '../src/stores/events/embedded-engine.ts';

const [extract = '', folder = ''] = process.argv.slice(2);
rmSync(folder, { recursive: true, force: true });
const engine = await EmbeddedEngine.open(folder, 'floor', null);
let seconds = 0;
for (const table of EVENT_TABLES) {
  const files = [
    path.join(extract, `${table.name}.csv`),
    ...globSync(path.join(extract, table.name, '*.csv')),
  ];
  const columns = table.columns.map((column) => `${column.name} ${storedType(column)}`);
  await engine.command(
    `CREATE TABLE ${table.name} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY (${table.order.join(', ')})`,
  );
  for (const file of files.filter((one) => existsSync(one))) {
    const began = performance.now();
    await engine.command(
      `INSERT INTO ${table.name} FROM INFILE '${file}' SETTINGS date_time_input_format = 'best_effort',
       input_format_skip_unknown_fields = 1, input_format_allow_errors_ratio = 0.01 FORMAT CSVWithNames`,
    );
    seconds += (performance.now() - began) / 1000;
  }
}
await engine.close();
rmSync(folder, { recursive: true, force: true });
process.stdout.write(`${JSON.stringify({ seconds })}\n`, () => process.exit());
