/**
 * Puts one question of these examples to the data folder (UPSTANDER_HOME) and prints the answer as a table:
 *
 *     node_modules/.bin/node examples/ask.ts examples/NAME/QUESTION.sql
 *
 * `{world:Identifier}` in the question is the world of the current run (docs/architecture.md). Nothing is changed. The data
 * folder must be free: stop the workbench first.
 */
import { readFileSync } from 'node:fs';
import { openUpstander } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { currentRun } from '../src/detection/runs.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the question: examples/ask.ts examples/NAME/QUESTION.sql');
const upstander = await openUpstander(readConfig(process.env, process.cwd()), 'ask');
try {
  const run = await currentRun(upstander.records);
  const rows = await upstander.events.query<Record<string, unknown>>(readFileSync(file, 'utf8'), {
    world: run?.world ?? 'no_run_yet',
  });
  process.stdout.write(asTable(rows));
} finally {
  await upstander.close();
}

function asTable(rows: Record<string, unknown>[]): string {
  if (rows.length === 0) return 'no rows\n';
  const heads = Object.keys(rows[0] ?? {});
  const lines = [heads, ...rows.map((row) => heads.map((head) => String(row[head] ?? '')))];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
