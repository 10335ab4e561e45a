/**
 * Changes what was taken in, so that it breaks habits of the generator: `node bench/detection/vary.ts HOME TRUTH NAME...`.
 * Each `variations/NAME.sql` says in its first lines what it makes different.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Truth } from '../../demo/truth.ts';
import { openUpstander } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { statementsOf } from '../../src/stores/statements.ts';

const FOLDER = path.join(import.meta.dirname, 'variations');

/** The names of all variations. */
export const VARIATIONS = readdirSync(FOLDER)
  .map((file) => path.basename(file, '.sql'))
  .sort();

if (import.meta.main) {
  const [home = '', truth = '', ...names] = process.argv.slice(2);
  await vary(home, JSON.parse(readFileSync(truth, 'utf8')) as Truth, names);
}

/** The statements may read `story` (officers with a part in a story) and `planted` (ids of planted events). */
async function vary(home: string, truth: Truth, names: readonly string[]): Promise<void> {
  const upstander = await openUpstander(readConfig({ UPSTANDER_HOME: home }, process.cwd()), 'bench');
  try {
    const { events } = upstander;
    const lists: [string, string, string[]][] = [
      ['story', 'officer_id', [...truth.planted, ...truth.look_alikes].map((one) => one.officer_id)],
      ['planted', 'event_id', truth.planted.flatMap((one) => one.event_ids)],
    ];
    for (const [table, column, values] of lists) {
      await events.command(`CREATE TABLE {table:Identifier} (${column} String) ENGINE = Memory`, { table });
      for (let at = 0; at < values.length; at += 2000) {
        await events.command('INSERT INTO {table:Identifier} SELECT arrayJoin({values:Array(String)})', {
          table,
          values: values.slice(at, at + 2000),
        });
      }
    }
    for (const name of names) {
      for (const statement of statementsOf(readFileSync(path.join(FOLDER, `${name}.sql`), 'utf8'))) {
        await events.command(statement);
      }
    }
    for (const [table] of lists) await events.command('DROP TABLE {table:Identifier}', { table });
  } finally {
    await upstander.close();
  }
}
