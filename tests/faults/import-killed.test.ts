import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { checkLoads } from '../../src/extract/check-loads.ts';
import { TABLES } from '../../src/extract/contract/tables.ts';
import { openEvents } from '../../src/stores/events/events.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { runKilled } from '../support/killed.ts';
import { TEST_KEY, testVault } from '../support/stores.ts';

const KILLS = 8;
const folder = mkdtempSync(path.join(tmpdir(), 'upstander-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An extract with something of everything: parts, duplicates across files, conflicts, corrections, bad rows. */
function extract(): string {
  const calls = (day: number) => {
    const lines = ['event_id,at,number,other_number,direction,kind,duration_s'];
    for (let i = 0; i < 20_000; i++) {
      const id = i % 1000 === 0 ? `shared${i}` : `${day}-${i}`;
      const length = i === 5000 ? day : i === 77 ? 'long' : i % 600;
      const minute = String(i % 60).padStart(2, '0');
      lines.push(
        `${id},2026-03-01T10:${minute}:00Z,07700900${100 + (i % 50)},07700 9${10_000 + (i % 9000)},out,voice,${length}`,
      );
    }
    return `${lines.join('\n')}\n`;
  };
  const people = (name: string, from: number) =>
    `person_id,name,sex\n${Array.from({ length: 3000 }, (_, i) => `P${from + i},${name} ${i % 7},${i === 9 ? 'q' : 'f'}\n`).join('')}`;
  const files: Record<string, string | Buffer> = {
    'people/1.csv': people('Mock', 0),
    'people/2.csv.gz': zlib.gzipSync(people('Mick', 2000)),
    'people/3.csv': people('Mock', 1000),
    'calls/1.csv': calls(1),
    'calls/2.csv.gz': zlib.gzipSync(calls(2)),
    'calls/3.csv': calls(3),
    'messages.csv': 'at,number\n',
  };
  const at = path.join(folder, 'extract');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(at, name)), { recursive: true });
    writeFileSync(path.join(at, name), content);
  }
  return at;
}

/** Runs an import; kills it so many milliseconds after it has begun. Gives what it printed last, and how long it took. */
function run(home: string, extractFolder: string, killAfter?: number) {
  mkdirSync(home, { recursive: true });
  return runKilled([path.join(import.meta.dirname, 'import-child.ts'), home, extractFolder], killAfter);
}

/** Everything that an import leaves behind, without the numbers of its loads. */
async function leftBehind(home: string) {
  const events = await openEvents({ home, key: TEST_KEY });
  const records = await openRecords({ home, vault: testVault() });
  const contents: Record<string, unknown> = {};
  for (const table of [...TABLES.map((t) => t.name), 'quarantine']) {
    const [row] = await events.query(
      `SELECT count() AS n, sum(sipHash64(tuple(* EXCEPT (load_id${table === 'quarantine' ? ', quarantine_id' : ''})))) AS sum FROM {table:Identifier}`,
      { table },
    );
    contents[table] = row;
  }
  const tables = await events.query<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = {d:String} ORDER BY name',
    { d: events.database },
  );
  const problems = (await checkLoads({ records, events })).problems;
  await events.close();
  await records.destroy();
  return { contents, tables: tables.map((table) => table.name), problems };
}

it('an import that is killed again and again, and run once more, equals one that was never killed', async () => {
  const from = extract();
  const calm = await run(path.join(folder, 'calm'), from);
  expect(JSON.parse(calm.last)).toMatchObject({ calls: { read: 60_000 }, people: { read: 9000 } });
  const killed = path.join(folder, 'killed');
  let unfinished = 0;
  for (let i = 1; i <= KILLS; i++) {
    // Spread over the whole of an import; what was finished before is skipped, so later kills reach later files.
    const { last } = await run(killed, from, (calm.took * ((i * 5) % KILLS)) / KILLS / 2 + i * 7);
    if (last === 'begins') unfinished++;
  }
  expect(unfinished).toBeGreaterThan(2);
  const fresh = await run(path.join(folder, 'killed'), from);
  const after = await leftBehind(killed);
  expect(after).toEqual(await leftBehind(path.join(folder, 'calm')));
  expect(after.problems).toEqual([]);
  // If the last kill came before the end, the report is that of an import that was never killed.
  if (unfinished === KILLS) expect(fresh.last).toBe(calm.last);
}, 300_000);
