import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { csv, quarantined, rowsOf, takeInFiles } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

const CLOSED = 'incident_id,opened_at,closed_at,kind';

/** What is stored for each time as it was written, or the reason why it is refused. */
async function read(written: string[]): Promise<Record<string, string>> {
  await takeInFiles(stores, {
    'incidents.csv': csv(
      CLOSED,
      ...written.map((time, i) => `${String(i).padStart(3, '0')},"${time}",,incident`),
    ),
  });
  const stored = await rowsOf(stores, 'incidents', 'incident_id');
  const bad = await quarantined(stores);
  return Object.fromEntries([
    ...stored.map((row) => [written[Number(row.incident_id)], row.opened_at]),
    ...bad.map((row) => [row.value, row.reason]),
  ]);
}

it('times with an offset are taken as they stand, those without are local', async () => {
  const times = {
    '2026-06-01T12:00:00Z': '2026-06-01 12:00:00.000',
    '2026-06-01T12:00:00.123456Z': '2026-06-01 12:00:00.123',
    '2026-06-01T12:00:00,5Z': '2026-06-01 12:00:00.500',
    '2026-06-01T12:00:00+01:00': '2026-06-01 11:00:00.000',
    '2026-06-01T12:00:00-0530': '2026-06-01 17:30:00.000',
    '2026-06-01 12:00+01': '2026-06-01 11:00:00.000',
    '2026-06-01T12:00:00': '2026-06-01 11:00:00.000',
    '2026-06-01 12:00': '2026-06-01 11:00:00.000',
    '2026-12-01T12:00:00.5': '2026-12-01 12:00:00.500',
    '2026-06-01': '2026-05-31 23:00:00.000',
    '2026-12-01': '2026-12-01 00:00:00.000',
    '20260601T120000Z': '2026-06-01 12:00:00.000',
    '20260601': '2026-05-31 23:00:00.000',
    '2026-06-01T24:00:00': '2026-06-01 23:00:00.000',
    '1969-07-01T12:00:00': '1969-07-01 11:00:00.000',
    '1955-02-01T12:00:00Z': '1955-02-01 12:00:00.000',
  };
  expect(await read(Object.keys(times))).toEqual(times);
});

it('the hour that occurs twice is taken as the first, the one that does not exist is quarantined', async () => {
  const times = {
    '2026-10-25T00:59:59': '2026-10-24 23:59:59.000',
    '2026-10-25T01:30:00': '2026-10-25 00:30:00.000',
    '2026-10-25T01:30:00+00:00': '2026-10-25 01:30:00.000',
    '2026-10-25T02:00:00': '2026-10-25 02:00:00.000',
    '2026-03-29T00:59:59.999': '2026-03-29 00:59:59.999',
    '2026-03-29T01:00:00': 'time_does_not_exist',
    '2026-03-29 01:59:59.999': 'time_does_not_exist',
    '20260329T013000': 'time_does_not_exist',
    '2026-03-29T01:30': 'time_does_not_exist',
    '2026-03-29T01:30:00Z': '2026-03-29 01:30:00.000',
    '2026-03-29T02:00:00': '2026-03-29 01:00:00.000',
  };
  expect(await read(Object.keys(times))).toEqual(times);
});

it('what is no time is quarantined', async () => {
  const none = [
    '2026-02-30',
    '2026-02-29T10:00:00',
    '2026-13-01',
    '2026-00-10',
    '0000-00-00',
    '2026-06-01T25:00:00',
    '2026-06-01T12:60:00',
    '2026-06-01T12:00:61',
    '01/06/2026',
    '01/06/2026 12:00',
    'yesterday',
    '1717243200',
    '20260601120000',
    '2026-6-1',
    ' 2026-06-01',
    '2026-06-01T12:00:00+25:00',
    '2026-06-01T12:00:00 Europe/London',
    '12:00',
  ];
  expect(await read(none)).toEqual(Object.fromEntries(none.map((time) => [time, 'time_unreadable'])));
});

it('dates are days; a full time names its local day', async () => {
  const dates = {
    '2001-02-03': '2001-02-03',
    '20010203': '2001-02-03',
    '1900-01-01': '1900-01-01',
    '2026-06-01T23:30:00Z': '2026-06-02',
    '2026-06-01 00:00:00': '2026-06-01',
    '2001-02-29': 'date_unreadable',
    '1899-12-31': 'date_unreadable',
    '9999-12-31': 'date_unreadable',
    '3/2/2001': 'date_unreadable',
    '2001-2-3': 'date_unreadable',
  };
  const written = Object.keys(dates);
  await takeInFiles(stores, {
    'people.csv': csv(
      'person_id,date_of_birth',
      ...written.map((date, i) => `${String(i).padStart(3, '0')},${date}`),
    ),
  });
  const stored = await rowsOf(stores, 'people', 'person_id');
  const bad = await quarantined(stores);
  expect(
    Object.fromEntries([
      ...stored.map((row) => [written[Number(row.person_id)], row.date_of_birth]),
      ...bad.map((row) => [row.value, row.reason]),
    ]),
  ).toEqual(dates);
});
