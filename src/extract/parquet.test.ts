import { readFileSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { extractOf, importOptions, rowsOf, takeInFiles } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { takeIn } from './take-in.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

/** A Parquet file of what a SELECT gives, written by another program. */
async function parquet(select: string): Promise<Buffer> {
  const file = path.join(extractOf(stores, {}), 'x.parquet');
  const duckdb = await DuckDBInstance.create();
  const connection = await duckdb.connect();
  await connection.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
  return readFileSync(file);
}

it('its own types are read: text, times with and without a zone, dates, numbers, lists', async () => {
  const assignments = await parquet(`
    SELECT 'I1' AS incident_id, 7::INTEGER AS officer_id, 'attending' AS role, TIMESTAMP '2026-06-01 12:00:00.25' AS "from",
      TIMESTAMPTZ '2026-06-01 12:00:00+00' AS "to", ['E2', 'E3'] AS crewed_with
    UNION ALL SELECT 'I2', 7, 'attending', TIMESTAMP '2026-03-29 01:30:00', NULL, NULL`);
  const positions = await parquet(`
    SELECT TIMESTAMP '2026-06-01 12:00:00' AS at, 'vehicle' AS source, 'V1' AS source_id, 51.5::FLOAT AS lat,
      -0.125::DECIMAL(9, 6) AS lon, 30::BIGINT AS speed_kmh, NULL::VARCHAR AS ignition`);
  const people = await parquet(
    `SELECT 'P1' AS person_id, DATE '1990-02-03' AS date_of_birth, true AS tested`,
  );
  const phones = await parquet(`SELECT 'P1' AS person_id, 447700900123::DOUBLE AS number`);
  const report = await takeInFiles(stores, {
    'assignments.parquet': assignments,
    'positions.parquet.gz': zlib.gzipSync(positions),
    'people.parquet.zst': zlib.zstdCompressSync(people),
    'person_phones/1.parquet': phones,
  });
  expect(report.tables).toMatchObject({
    assignments: { stored: 1, quarantined: 1 },
    positions: { stored: 1 },
  });
  expect(await rowsOf(stores, 'assignments', 'incident_id')).toEqual([
    {
      incident_id: 'I1',
      officer_id: '7',
      role: 'attending',
      from: '2026-06-01 11:00:00.250',
      to: '2026-06-01 12:00:00.000',
      crewed_with: ['E2', 'E3'],
    },
  ]);
  expect(await rowsOf(stores, 'positions', 'at')).toMatchObject([
    { at: '2026-06-01 11:00:00.000', lat: 51.5, lon: -0.125, speed_kmh: 30, ignition: '' },
  ]);
  expect(await rowsOf(stores, 'people', 'person_id')).toMatchObject([{ date_of_birth: '1990-02-03' }]);
  expect(await rowsOf(stores, 'person_phones', 'person_id')).toMatchObject([
    { number: '+447700900123', number_is_phone: true },
  ]);
  expect(await stores.events.query('SELECT line, reason FROM quarantine')).toEqual([
    { line: 2, reason: 'time_does_not_exist' },
  ]);
});

it('types that cannot be what the contract asks are named, and the file is left out', async () => {
  const report = await takeInFiles(stores, {
    'people/1.parquet': await parquet(`SELECT {'a': 1} AS person_id`),
    'people/2.parquet': await parquet(`SELECT 'P1' AS person_id, 33 AS date_of_birth`),
    'people/3.parquet': await parquet(`SELECT 'P2' AS person_id`),
    'people/4.parquet': (await parquet(`SELECT 'P3' AS person_id`)).subarray(0, -30),
  });
  expect(report.files.map((file) => file.problem)).toEqual([
    expect.stringContaining('people/1.parquet has Tuple( a Nullable(Int32)) in its column person_id'),
    expect.stringContaining(
      'people/2.parquet has Nullable(Int32) in its column date_of_birth, which cannot be read as a time. Say in a mapping file',
    ),
    undefined,
    expect.stringContaining('people/4.parquet is not a Parquet file'),
  ]);
  expect(report.tables).toMatchObject({ people: { read: 1, stored: 1 } });
});

it('seconds since 1970 are read through a mapping', async () => {
  const folder = extractOf(stores, {
    'tracks.parquet': await parquet(`SELECT 1780315200::BIGINT AS t, 'V1' AS v, 51.5 AS lat, 0.0 AS lon`),
    'mapping.yaml': `{ sources: { tracks: { tables: { positions: { columns: {
      at: { column: t, format: unix_seconds }, source: { constant: vehicle }, source_id: v } } } } } }`,
  });
  await takeIn(stores, [folder], importOptions(stores, { mapping: path.join(folder, 'mapping.yaml') }));
  expect(await rowsOf(stores, 'positions', 'at')).toMatchObject([
    { at: '2026-06-01 12:00:00.000', source_id: 'V1' },
  ]);
});
