import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { csv, extractOf, importOptions, rowsOf } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { takeIn } from './take-in.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

async function mapped(files: Record<string, string>, mapping: string) {
  const folder = extractOf(stores, { ...files, 'mapping.yaml': mapping });
  return takeIn(stores, [folder], importOptions(stores, { mapping: path.join(folder, 'mapping.yaml') }));
}

it('one audit log feeds looks and the officers in it', async () => {
  const report = await mapped(
    {
      'Audit.csv': csv(
        '"id","userId","searchDate","cameraCount","reason"',
        '"a1","u1","2025-06-18 00:02:04.789",2510,"investigation"',
        '"a2","u1","2025-06-18 00:09:13.397",94,"a, b"',
        '"a3","u2","2025-06-18 00:10:51.201",94,""',
      ),
    },
    `
zone: America/Los_Angeles
sources:
  Audit:
    zone: UTC
    tables:
      accesses:
        columns:
          event_id: id
          at: searchDate
          officer_id: userId
          system: { constant: plate search }
          action: { constant: search }
          record_kind: { constant: vehicle }
      officers:
        columns:
          officer_id: userId
          name: { text: 'User {userId}' }
          kind: { constant: officer }
          joined_on: { constant: 2025-06-18 }
`,
  );
  expect(report.tables).toEqual({
    accesses: { read: 3, stored: 3, duplicate: 0, corrected: 0, quarantined: 0 },
    officers: { read: 3, stored: 2, duplicate: 1, corrected: 0, quarantined: 0 },
  });
  expect(report.files[0]?.notes).toEqual(['left out, not in the contract: cameraCount']);
  expect((await rowsOf(stores, 'accesses', 'event_id'))[1]).toMatchObject({
    at: '2025-06-18 00:09:13.397',
    reason: 'a, b',
    system: 'plate search',
  });
  expect(await rowsOf(stores, 'officers', 'officer_id')).toMatchObject([
    { name: 'User u1' },
    { name: 'User u2' },
  ]);
});

it('tabs between the fields, values of theirs, times in a zone', async () => {
  await mapped(
    {
      'calls.txt':
        'subject\tother\tduration\tdirection\tdate\n0\t4\t59\tOutgoing\t2004-10-14 00:36:45.000003\n0\t17\t0\tIncoming\t2004-12-14 01:00:00\n0\t\t5\tMissed\t2004-12-14 01:00:00\n',
    },
    `
sources:
  calls:
    delimiter: tab
    zone: America/New_York
    tables:
      calls:
        unless_empty: [other]
        columns:
          at: date
          number: { text: 'subject {subject}' }
          other_number: { column: other }
          direction: { column: direction, values: { Outgoing: out, Incoming: in }, otherwise: in }
          kind: { constant: voice }
          duration_s: duration
`,
  );
  expect(await rowsOf(stores, 'calls', 'at')).toMatchObject([
    {
      at: '2004-10-14 04:36:45.000',
      number: 'subject 0',
      number_is_phone: false,
      other_number: '4',
      direction: 'out',
    },
    { at: '2004-12-14 06:00:00.000', direction: 'in', duration_s: 0 },
  ]);
});

it('blanks between the fields, no header, seconds since 1970, several files of one source', async () => {
  const report = await mapped(
    {
      'new_a.txt': '37.75 -122.39 0 1211033530\r\n37.75  -122.40 1 1211033614\r\n\r\n37.75 -122.40 1\r\n',
      'new_b.txt': '37.7 -122.3 1 1211033530.5\n',
    },
    `
sources:
  'new_*':
    delimiter: whitespace
    header: [lat, lon, occupied, time]
    tables:
      positions:
        where: { occupied: [0, 1] }
        columns:
          at: { column: time, format: unix_seconds }
          source: { constant: vehicle }
          source_id: { constant: taxi }
          ignition: { column: occupied, values: { 0: off, 1: on } }
`,
  );
  expect(report.tables.positions).toMatchObject({ read: 4, stored: 3, quarantined: 1 });
  expect((await rowsOf(stores, 'positions', 'at')).map((row) => [row.at, row.ignition])).toEqual([
    ['2008-05-17 14:12:10.000', 'off'],
    ['2008-05-17 14:12:10.500', 'on'],
    ['2008-05-17 14:13:34.000', 'on'],
  ]);
  const [bad] = await stores.events.query('SELECT line, reason FROM quarantine');
  expect(bad).toEqual({ line: 4, reason: 'too_few_fields' });
});

it('dates and times in formats of their own', async () => {
  const formats: [string, string, string][] = [
    ['%m/%d/%Y', '7/4/2006', '2006-07-03 23:00:00.000'],
    ['%d/%m/%Y %H:%M:%S', '04/07/2006 09:05:01', '2006-07-04 08:05:01.000'],
    ['%d-%b-%y %I:%M %p', '4-Jul-06 12:30 am', '2006-07-03 23:30:00.000'],
    ['%d %B %Y %H.%M', '4 July 2006  21.30', '2006-07-04 20:30:00.000'],
    ['%Y%m%d%H%M%S%f', '20060704093001250', '2006-07-04 08:30:01.250'],
    ['%Y-%m-%d %H:%M%z', '2006-07-04 09:30-0400', '2006-07-04 13:30:00.000'],
    ['unix_milliseconds', '1152000000123', '2006-07-04 08:00:00.123'],
    ['%d/%m/%Y %H:%M', '29/03/2026 01:30', 'time_does_not_exist'],
    ['%d/%m/%Y', '31/02/2026', 'time_unreadable'],
    ['%d/%m/%Y', 'soon', 'time_unreadable'],
    ['%I:%M %p %d/%m/%Y', '13:00 PM 01/02/2026', 'time_unreadable'],
  ];
  for (const [i, [format, written]] of formats.entries()) {
    await mapped(
      { 'x.csv': csv('id,t', `${String(i).padStart(2, '0')},${written}`) },
      `{ sources: { x: { tables: { incidents: { columns: {
        incident_id: id, opened_at: { column: t, format: '${format}' }, kind: { constant: incident } } } } } } }`,
    );
  }
  const stored = (await rowsOf(stores, 'incidents', 'incident_id')).map((row) => row.opened_at);
  const bad = await stores.events.query<{ reason: string }>('SELECT reason FROM quarantine ORDER BY load_id');
  expect([...stored, ...bad.map((row) => row.reason)]).toEqual(formats.map(([, , expected]) => expected));
});

it('says which place of a mapping cannot be used', async () => {
  const problem = (mapping: string) =>
    mapped({ 'x.csv': csv('a,b', '1,2') }, mapping).then(
      () => 'taken in',
      (failure) => failure.sentence(),
    );
  const people = (columns: string) =>
    problem(`{ sources: { x: { tables: { people: { columns: { ${columns} } } } } } }`);
  expect(await problem('sources: [')).toContain('is not YAML');
  expect(await problem('source: {}')).toContain('mapping.yaml cannot be used');
  expect(await problem('{ sources: { x: { tables: { peple: { columns: {} } } } } }')).toContain(
    'table peple',
  );
  expect(await people('person: a')).toContain('fills a column person, which the table people does not have');
  expect(await people('person_id: c')).toBe(
    'Nothing could be read:\n  x.csv has no column c, which the mapping file names. Its columns are a, b',
  );
  expect(await people("person_id: { text: 'P{c}' }")).toContain('has no column c');
  expect(await people('person_id: { column: a, constant: b }')).toContain(
    'exactly one of column, constant and text',
  );
  expect(await people('person_id: a, date_of_birth: { column: b, format: "%q" }')).toContain('not a format');
  expect(await people('person_id: { column: a, zone: Mars }')).toContain('not a time zone');
  expect(await people('person_id: a')).toBe('taken in');
  expect(await people('person_id: b')).toBe('taken in');
});
