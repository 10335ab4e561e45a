/**
 * What detection is measured against, on the stores that an import and a detection have left: one read of the used
 * columns of the raw events, one write of the encounters, and the explanation join here and in DuckDB.
 * Words: the data folder, a folder for work. Prints `{read, write, join, duckdb, accesses, joined}` (seconds, rows).
 */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openEvents } from '../src/stores/events/events.ts';
import { openHome } from './open-home.ts';

const USED = {
  accesses: 'at, officer_id, system, action, record_kind, record_id, person_id, reference',
  calls: 'at, number, number_is_phone, other_number, other_number_is_phone, direction, kind, duration_s',
  messages: 'at, number, number_is_phone, other_number, other_number_is_phone, channel, direction',
  positions: 'at, source, source_id, lat, lon, speed_kmh, ignition',
};

const [home = '', work = ''] = process.argv.slice(2);
const { records, key } = await openHome(home);
await records.destroy();
const events = await openEvents({ home, key });
const [{ world } = { world: '' }] = await events.query<{ world: string }>(
  "SELECT max(name) AS world FROM system.databases WHERE name LIKE '%\\_world\\_%'",
);

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** The better of two goes: the first one also warms the disk's cache. */
async function best(work: () => Promise<unknown>): Promise<number> {
  return Math.min(await seconds(work), await seconds(work));
}

let read = 0;
for (const [table, columns] of Object.entries(USED)) {
  read += await best(() => events.queryForWrite(`SELECT sum(sipHash64(${columns})) AS s FROM ${table}`));
}

await events.command('CREATE DATABASE IF NOT EXISTS bench');
const write = await best(async () => {
  await events.command('DROP TABLE IF EXISTS bench.encounters');
  await events.command(
    `CREATE TABLE bench.encounters ENGINE = MergeTree PARTITION BY kind
     ORDER BY (officer_id, person_id, at) EMPTY AS SELECT * FROM {world:Identifier}.encounters`,
    { world },
  );
  await events.command('INSERT INTO bench.encounters SELECT * FROM {world:Identifier}.encounters', { world });
});

// The same question for both: which purpose of this officer for this person holds at the time of the look, the latest
// begun first; the answer written sorted by officer, person and time.
await events.command('DROP TABLE IF EXISTS bench.looks');
await events.command(
  `CREATE TABLE bench.looks ENGINE = MergeTree ORDER BY (officer_id, person_id, at) AS
   SELECT officer_id, person_id, at FROM accesses WHERE person_id != ''`,
);
const join = await best(async () => {
  await events.command('DROP TABLE IF EXISTS bench.explained');
  await events.command(
    `CREATE TABLE bench.explained (officer_id String, person_id String, at DateTime64(3, 'UTC'), incident_id String)
     ENGINE = MergeTree ORDER BY (officer_id, person_id, at)`,
  );
  await events.command(
    `INSERT INTO bench.explained
     SELECT officer_id, person_id, at, arrayFirst((i, s, e) -> s <= at AND at < e, incidents, starts, ends)
     FROM bench.looks ANY LEFT JOIN (
       SELECT officer_id, person_id, groupArray(incident_id) AS incidents, groupArray(\`from\` - INTERVAL 1 DAY) AS starts,
         groupArray(ifNull(\`to\` + INTERVAL 7 DAY, toDateTime64('2299-01-01', 3, 'UTC'))) AS ends
       FROM (SELECT * FROM {world:Identifier}.purposes ORDER BY officer_id, person_id, \`from\` DESC, incident_id)
       GROUP BY officer_id, person_id
     ) AS p USING (officer_id, person_id)`,
    { world },
  );
});
const [ours] = await events.query<{ accesses: number; joined: number }>(
  "SELECT count() AS accesses, countIf(incident_id != '') AS joined FROM bench.explained",
);

const looks = path.join(work, 'looks.parquet');
const purposes = path.join(work, 'purposes.parquet');
for (const file of [looks, purposes]) rmSync(file, { force: true });
await events.writeFile(looks, 'Parquet', 'SELECT officer_id, person_id, at AS looked_at FROM bench.looks');
await events.writeFile(
  purposes,
  'Parquet',
  'SELECT officer_id, person_id, incident_id, `from` AS starts, `to` AS ends FROM {world:Identifier}.purposes',
  { world },
);
await events.command('DROP DATABASE bench');
await events.close();

const duck = await (await DuckDBInstance.create(path.join(work, 'peer.duckdb'), { threads: '2' })).connect();
await duck.run(`CREATE TABLE looks AS SELECT * FROM '${looks}' ORDER BY officer_id, person_id, looked_at`);
await duck.run(`CREATE TABLE purposes AS SELECT * FROM '${purposes}' ORDER BY officer_id, person_id`);
const duckdb = await best(async () => {
  await duck.run('DROP TABLE IF EXISTS explained');
  await duck.run(`CREATE TABLE explained AS
    SELECT l.officer_id, l.person_id, l.looked_at,
      list_filter(p.windows, lambda w: w.starts <= l.looked_at AND l.looked_at < w.ends)[1].incident_id AS incident_id
    FROM looks AS l LEFT JOIN (
      SELECT officer_id, person_id, list({'incident_id': incident_id, 'starts': starts - INTERVAL 1 DAY,
        'ends': coalesce(ends + INTERVAL 7 DAY, TIMESTAMP '2299-01-01')} ORDER BY starts DESC, incident_id) AS windows
      FROM purposes GROUP BY ALL
    ) AS p USING (officer_id, person_id)
    ORDER BY l.officer_id, l.person_id, l.looked_at`);
});
const theirs = await duck.runAndReadAll(
  'SELECT count(*) FILTER (WHERE incident_id IS NOT NULL) AS n FROM explained',
);
const same = Number(theirs.getRows()[0]?.[0]);
if (same !== ours?.joined) throw new Error(`DuckDB explains ${same} looks, the events store ${ours?.joined}`);
const result = { read, write, join, duckdb, ...ours };
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit());
