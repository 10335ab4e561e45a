/**
 * Holds the stops that Upstander finds against the taxi's own flag, which it never saw:
 *
 *     node_modules/.bin/node examples/taxi-positions/stops-and-flag.ts PATH/new_abboip.txt
 *
 * after that file has been taken in and `upstander detect` has run (UPSTANDER_HOME, the workbench stopped).
 */
import { readFileSync } from 'node:fs';
import { openUpstander } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { currentRun } from '../../src/detection/runs.ts';
import { meanings, readFixes, type Stop } from './flag.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file of the taxi');
const fixes = readFixes(readFileSync(file, 'utf8'));
const stops = await stopsFound();
const days = new Set(stops.map((stop) => new Date(stop.from * 1000).toISOString().slice(0, 10))).size;
console.log(`${stops.length} stops on ${days} days (UTC)`);
const found = meanings(stops, fixes);
// The same stops at other times of the same weeks say what would agree by chance.
const shifts = Array.from({ length: 60 }, (_, i) => (i < 30 ? i - 30 : i - 29) * 37 * 60);
const moved = shifts.map((by) =>
  meanings(
    stops.map(({ from, to }) => ({ from: from + by, to: to + by })),
    fixes,
  ),
);
for (const meaning of [
  'free',
  'begins or ends a ride',
  'between two rides',
  'in the middle of a ride',
] as const) {
  const n = found.get(meaning) ?? 0;
  const chance = moved.reduce((sum, one) => sum + (one.get(meaning) ?? 0), 0);
  const all = moved.reduce((sum, one) => sum + stops.length - (one.get('no fix') ?? 0), 0);
  console.log(
    `${meaning.padEnd(24)}${String(n).padStart(5)}  ${percent(n / stops.length)}   by chance ${percent(chance / all)}`,
  );
}

async function stopsFound(): Promise<Stop[]> {
  const upstander = await openUpstander(readConfig(process.env, process.cwd()), 'ask');
  try {
    const run = await currentRun(upstander.records);
    if (run === undefined) throw new Error('Run upstander detect first');
    return await upstander.events.query<Stop>(
      'SELECT toUnixTimestamp(`from`) AS `from`, toUnixTimestamp(`to`) AS `to` FROM {world:Identifier}.stays ORDER BY `from`',
      { world: run.world },
    );
  } finally {
    await upstander.close();
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`.padStart(6);
}
