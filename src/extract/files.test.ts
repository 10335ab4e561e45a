import { symlinkSync } from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  csv,
  extractOf,
  importOptions,
  quarantined,
  rowsOf,
  takeInFiles,
} from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { takeIn } from './take-in.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

const ONE = { read: 1, stored: 1, duplicate: 0, corrected: 0, quarantined: 0 };
const PEOPLE = 'person_id,name,date_of_birth,sex';
const CALLS = 'event_id,at,number,other_number,direction,kind,duration_s';

it('come as CSV and NDJSON, plain, gz and zst, whole and in parts', async () => {
  const person = (id: string) => csv(PEOPLE, `${id},Mock,,`);
  const json = (id: string) => `{"person_id":"${id}","name":"Mock"}\n`;
  const report = await takeInFiles(stores, {
    'people.csv': person('P1'),
    'people.csv.gz': zlib.gzipSync(person('P2')),
    'people/2026-03-01.csv.zst': zlib.zstdCompressSync(person('P3')),
    'people/2026-03-02.ndjson': json('P4'),
    'people.ndjson.gz': zlib.gzipSync(json('P5')),
    'people/x.ndjson.zst': zlib.zstdCompressSync(json('P6')),
    'README.txt': 'about',
    'truth.json': '{}',
    'Calls.csv': csv(CALLS),
    'other/x.csv': 'a',
  });
  expect(report.tables).toEqual({ people: { ...ONE, read: 6, stored: 6 } });
  expect(report.files.filter((file) => file.status === 'unknown')).toMatchObject([
    { file: 'Calls.csv', notes: ['only its case differs from calls; names of tables are in lower case'] },
    { file: 'README.txt' },
    { file: 'other/' },
    { file: 'truth.json' },
  ]);
});

it('the same file twice in one import counts as duplicates', async () => {
  const text = csv(PEOPLE, 'P1,Mock,,', 'P2,Mock,,bad');
  const report = await takeInFiles(stores, { 'people/a.csv': text, 'people/b.csv': text });
  expect(report.tables.people).toEqual({ read: 4, stored: 1, duplicate: 2, corrected: 0, quarantined: 1 });
});

it('that cannot be read are reported, and the others go in', async () => {
  const people = csv(PEOPLE, ...Array.from({ length: 5000 }, (_, i) => `P${i},Mock ${i * 7919},,`));
  const folder = extractOf(stores, {
    'people.csv.gz': zlib.gzipSync(people).subarray(0, -20),
    'calls.parquet': 'no parquet',
    'duties.csv': '',
    'officers.csv': csv('a;b', '1;2'),
    'incidents.csv.zst': zlib.zstdCompressSync(Buffer.from(people)).subarray(0, 400),
    'posts.csv': csv('post_id,title,title,unit', 'X,a,b,c'),
    'conduct.csv': csv('x'),
    'handsets.csv': csv('radio_id,officer_id,from', 'R1,E1,2026-03-01'),
  });
  symlinkSync('/nowhere/at/all', path.join(folder, 'devices.csv'));
  const report = await takeIn(stores, [folder], importOptions(stores));
  expect(report.tables).toEqual({ handsets: ONE });
  const problems = Object.fromEntries(report.files.flatMap((f) => (f.problem ? [[f.file, f.problem]] : [])));
  expect(problems).toEqual({
    'people.csv.gz':
      'people.csv.gz cannot be unpacked to its end; it was cut off or damaged. Have it sent again; nothing of it was stored',
    'calls.parquet':
      'calls.parquet is not a Parquet file that can be read. Write it again; it may have been cut off on the way',
    'duties.csv': expect.stringContaining('duties.csv has no header row'),
    'officers.csv': expect.stringContaining('officers.csv has none of the columns of officers'),
    'conduct.csv': expect.stringContaining('conduct.csv has none of the columns of conduct'),
    'posts.csv': 'posts.csv has the column title twice. Give each column a name of its own',
    'incidents.csv.zst': expect.stringContaining('cannot be unpacked'),
    'devices.csv': 'devices.csv cannot be read: it is not there. Check that it is there and may be read',
  });
  expect(await rowsOf(stores, 'people', 'person_id')).toEqual([]);
});

it('nothing that could be read is a failure', async () => {
  const told = (paths: string[], mapping?: string) =>
    takeIn(stores, paths, importOptions(stores, { mapping })).then(
      () => 'taken in',
      (failure) => failure.sentence(),
    );
  expect(await told(['/no/such/place'])).toBe(
    '/no/such/place is not there or may not be read. Give the folder of the extract, or files of it',
  );
  expect(await told([extractOf(stores, { 'README.md': 'x' })])).toContain('no file of a known table');
  expect(await told([extractOf(stores, { 'people.csv': '' })])).toContain('people.csv has no header row');
});

it('a required column that is not there puts every row into quarantine', async () => {
  const report = await takeInFiles(stores, { 'people.csv': csv('name', 'Mock', 'Mick') });
  expect(report.tables.people).toMatchObject({ read: 2, quarantined: 2 });
  expect(report.files[0]?.notes).toContain('no column person_id, which people needs');
});

it('have names that the engine would take for patterns', async () => {
  const report = await takeInFiles(stores, { "people/{a,b}*?[1] 'x'.csv": csv(PEOPLE, 'P1,Mock,,') });
  expect(report.tables.people).toEqual(ONE);
});

it('of NDJSON with a line that is none', async () => {
  const lines = [
    '{"person_id":"P1","name":null,"sex":"f","age":3}',
    '',
    'oops',
    '[1]',
    '{"person_id":7,"name":"Zo\\u00eb"}',
    '{"name":"x"}',
  ];
  const report = await takeInFiles(stores, { 'people.ndjson': lines.join('\r\n') });
  expect(report.tables.people).toMatchObject({ read: 5, stored: 2, quarantined: 3 });
  expect(report.files[0]?.notes).toEqual(['left out, not in the contract: age']);
  expect((await quarantined(stores)).map((row) => [row.line, row.reason, row.row])).toEqual([
    [3, 'not_a_record', '{"(rest)":"oops\\r"}'],
    [4, 'not_a_record', '{"(rest)":"[1]\\r"}'],
    [6, 'required_empty', '{"name":"x"}'],
  ]);
  expect((await rowsOf(stores, 'people', 'person_id')).map((row) => row.name)).toEqual(['Zoë', '']);
});
