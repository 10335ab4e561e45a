import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { csv, extractOf, importOptions, NOW, rowsOf, takeInFiles } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { checkLoads } from './check-loads.ts';
import { freshness, listImports } from './feeds.ts';
import { countQuarantine, discardRow, listQuarantine, quarantinedRow } from './quarantine.ts';
import { releaseRow } from './release.ts';
import { takeIn } from './take-in.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

const ALL = { offset: 0, limit: 100 };
const who = { by: 'ann', clock: () => NOW };
const options = () => ({ ...who, workFolder: importOptions(stores).workFolder });
const waiting = async () => (await listQuarantine(stores, { state: 'waiting' }, ALL)).rows;
const release = async (repaired: Record<string, string>) =>
  releaseRow(
    stores,
    (await waiting())[0]?.quarantine_id ?? '',
    repaired,
    'checked with the sender',
    options(),
  );

it('lists what waits, by table and reason, page by page', async () => {
  await takeInFiles(stores, {
    'people.csv': csv('person_id,sex', 'P1,q', 'P2,f', ',f', 'P3,q'),
    'posts.csv': csv('post_id,title,unit,level_required', 'X1,t,u,none'),
  });
  expect(await countQuarantine(stores)).toEqual([
    { table: 'people', reason: 'not_in_list', waiting: 2, released: 0, discarded: 0 },
    { table: 'people', reason: 'required_empty', waiting: 1, released: 0, discarded: 0 },
    { table: 'posts', reason: 'not_in_list', waiting: 1, released: 0, discarded: 0 },
  ]);
  const page = await listQuarantine(
    stores,
    { table: 'people', reason: 'not_in_list' },
    { offset: 1, limit: 1 },
  );
  expect(page).toMatchObject({
    total: 2,
    rows: [
      {
        file: 'people.csv',
        line: 5,
        column: 'sex',
        value: 'q',
        row: { person_id: 'P3', sex: 'q' },
        state: 'waiting',
      },
    ],
  });
  expect(await quarantinedRow(stores, '0123456789abcdef')).toBeUndefined();
  expect(await freshness(stores)).toContainEqual({
    table: 'people',
    sort: 'register',
    rows: 1,
    first: null,
    last: null,
    last_import: NOW,
  });
  const { imports, total } = await listImports(stores, ALL);
  expect(total).toBe(1);
  expect(imports[0]).toMatchObject({
    started_by: 'test',
    status: 'finished',
    tables: { people: { read: 4, stored: 1, quarantined: 3 } },
    files: [{ file: 'people.csv', status: 'taken' }, { file: 'posts.csv' }],
  });
});

it('releases a row that was put right, once', async () => {
  await takeInFiles(stores, { 'people.csv': csv('person_id,name,sex', 'P1,"Zoë ""Mock""",q') });
  const [row] = await waiting();
  expect(await release({ sex: 'm' })).toEqual({ outcome: 'stored' });
  expect(await rowsOf(stores, 'people', 'person_id')).toEqual([
    { person_id: 'P1', name: 'Zoë "Mock"', date_of_birth: null, sex: 'm' },
  ]);
  expect(await waiting()).toEqual([]);
  expect(await quarantinedRow(stores, row?.quarantine_id ?? '')).toMatchObject({
    row: { state: 'released' },
    decision: { decided_by: 'ann', reason: 'checked with the sender', repaired: { sex: 'm' } },
  });
  await expect(releaseRow(stores, row?.quarantine_id ?? '', {}, '', options())).rejects.toThrow(
    'released before',
  );
  expect((await checkLoads(stores)).problems).toEqual([]);
});

it('goes through the same checks: a row may be refused again, or turn out a duplicate or a correction', async () => {
  await takeInFiles(stores, { 'people.csv': csv('person_id,name', 'P1,Mock', 'P2', 'P3,x,y') });
  const ids = (await waiting()).map((row) => row.quarantine_id);
  const put = (i: number, repaired: Record<string, string>) =>
    releaseRow(stores, ids[i] ?? '', repaired, 'r', options());
  expect(await put(0, { person_id: '' })).toEqual({
    outcome: 'refused',
    reason: 'required_empty',
    column: 'person_id',
    value: '',
  });
  expect(await put(0, { person_id: 'P1', name: 'Mock' })).toEqual({ outcome: 'duplicate' });
  expect(await put(1, { person_id: 'P1', name: 'Corrected Mock' })).toEqual({ outcome: 'corrected' });
  expect(await waiting()).toEqual([]);
  expect((await checkLoads(stores)).problems).toEqual([]);
});

it('an event in conflict is released under an event_id of its own', async () => {
  const head = 'event_id,at,number,other_number,direction,kind';
  const call = (to: string) => `a,2026-03-29T03:00:00,07700900001,${to},out,voice`;
  await takeInFiles(stores, { 'calls.csv': csv(head, call('07700900002'), call('07700900003')) });
  expect(await release({})).toMatchObject({ outcome: 'refused', reason: 'other_content' });
  expect(await release({ event_id: 'a2' })).toEqual({ outcome: 'stored' });
  expect((await rowsOf(stores, 'calls', 'event_id')).map((row) => row.other_number)).toEqual([
    '+447700900002',
    '+447700900003',
  ]);
});

it('a row that came through a mapping is released through it', async () => {
  const folder = extractOf(stores, {
    'hr.csv': csv('nr;born;kind', '7;31/02/1980;M', '8;01/02/1980;W'),
    'mapping.yaml': `
sources:
  hr:
    delimiter: ';'
    tables:
      people:
        columns:
          person_id: { text: 'HR-{nr}-{#}' }
          date_of_birth: { column: born, format: '%d/%m/%Y' }
          sex: { column: kind, values: { M: m, W: f } }
`,
  });
  await takeIn(stores, [folder], importOptions(stores, { mapping: `${folder}/mapping.yaml` }));
  expect(await waiting()).toMatchObject([
    { line: 2, column: 'date_of_birth', value: '31/02/1980', row: { nr: '7' } },
  ]);
  expect(await release({ born: '28/02/1980' })).toEqual({ outcome: 'stored' });
  expect(await rowsOf(stores, 'people', 'person_id')).toMatchObject([
    { person_id: 'HR-7-1', date_of_birth: '1980-02-28', sex: 'm' },
    { person_id: 'HR-8-2', date_of_birth: '1980-02-01', sex: 'f' },
  ]);
});

it('discards a row for a reason, and keeps it', async () => {
  await takeInFiles(stores, { 'people.csv': csv('person_id,sex', 'P1,q') });
  const id = (await waiting())[0]?.quarantine_id ?? '';
  await expect(discardRow(stores, id, ' ', who)).rejects.toThrow('without a reason');
  await discardRow(stores, id, 'a test row of the sender', who);
  expect(await listQuarantine(stores, { state: 'discarded' }, ALL)).toMatchObject({
    total: 1,
    rows: [{ state: 'discarded' }],
  });
  await expect(discardRow(stores, id, 'again', who)).rejects.toThrow('discarded before');
  expect(await countQuarantine(stores)).toMatchObject([{ waiting: 0, discarded: 1 }]);
});
