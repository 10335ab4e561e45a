import zlib from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csv, quarantined, rowsOf, takeInFiles } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

const ONE = { read: 1, stored: 1, duplicate: 0, corrected: 0, quarantined: 0 };
const PEOPLE = 'person_id,name,date_of_birth,sex';
const CALLS = 'event_id,at,number,other_number,direction,kind,duration_s';
const call = (id: string, duration = '60') =>
  `${id},2026-03-01T10:00:00Z,07700900001,07700900002,out,voice,${duration}`;

describe('text', () => {
  it('is UTF-8, and a byte order mark is tolerated', async () => {
    const report = await takeInFiles(stores, { 'people.csv': `\ufeff${csv(PEOPLE, 'P1,Zoë Mock 🚓,,')}` });
    expect(report.tables).toEqual({ people: ONE });
    expect(await rowsOf(stores, 'people', 'person_id')).toEqual([
      { person_id: 'P1', name: 'Zoë Mock 🚓', date_of_birth: null, sex: '' },
    ]);
  });

  it('in Windows-1252 is converted line by line, and the report says so', async () => {
    const latin = Buffer.from(csv('P2,Zo\xeb M\xf8ck \x93x\x94,,'), 'latin1');
    const text = Buffer.concat([Buffer.from(csv(PEOPLE, 'P1,Zoë Mock,,')), latin]);
    const report = await takeInFiles(stores, { 'people.csv.gz': zlib.gzipSync(text) });
    expect(report.files[0]?.notes).toEqual(['Windows-1252 converted in 1 line']);
    const names = (await rowsOf(stores, 'people', 'person_id')).map((row) => row.name);
    expect(names).toEqual(['Zoë Mock', 'Zoë Møck “x”']);
  });

  it('in UTF-16 is converted', async () => {
    const text = Buffer.from(`\ufeff${csv(PEOPLE, 'P1,"Zoë\nMock",,')}`, 'utf16le');
    expect((await takeInFiles(stores, { 'people.csv': text })).tables).toEqual({ people: ONE });
  });
});

describe('CSV', () => {
  it('is RFC 4180: quotes, delimiters, line breaks and blanks inside fields, CRLF, no last line break', async () => {
    const lines = [
      PEOPLE,
      'P1,"Mock, ""Zoë""\r\nof the Test",,',
      'P2, blank ,,',
      "P3,'single',,",
      'P4,NULL,,',
      'P5,\\N,,',
    ];
    await takeInFiles(stores, { 'people.csv': lines.join('\r\n') });
    expect((await rowsOf(stores, 'people', 'person_id')).map((row) => row.name)).toEqual([
      'Mock, "Zoë"\r\nof the Test',
      ' blank ',
      "'single'",
      'NULL',
      '\\N',
    ]);
  });

  it('may have its columns in any order; unknown ones are left out and reported, missing ones are null', async () => {
    const report = await takeInFiles(stores, { 'people.csv': csv('shoe_size,name,person_id', '42,Mock,P1') });
    expect(report.files[0]?.notes).toEqual(['left out, not in the contract: shoe_size']);
    expect(await rowsOf(stores, 'people', 'person_id')).toEqual([
      { person_id: 'P1', name: 'Mock', date_of_birth: null, sex: '' },
    ]);
  });

  it('with too few or too many fields is quarantined by the record, with its line', async () => {
    const report = await takeInFiles(stores, {
      'people.csv': csv(
        PEOPLE,
        'P1,"two\nlines",,',
        'P2,few',
        '',
        'P3,many,,,,',
        'P4,"three\n\nlines",,',
        'P5,,,q',
      ),
    });
    expect(report.tables.people).toEqual({ read: 5, stored: 2, duplicate: 0, corrected: 0, quarantined: 3 });
    expect(await quarantined(stores)).toMatchObject([
      { line: 4, reason: 'too_few_fields', column: '' },
      { line: 6, reason: 'too_many_fields' },
      { line: 10, reason: 'not_in_list', column: 'sex', value: 'q' },
    ]);
  });

  it('with broken quotes is quarantined by the line, and the others go in', async () => {
    const report = await takeInFiles(stores, {
      'people.csv': csv(
        PEOPLE,
        'P1,"Mock",,',
        'P2,"not closed,,',
        'P3,"Mock",,',
        'P4,"Mo"ck,,',
        'P5,Mo"ck,,',
        'P6,"open,,',
      ),
    });
    expect(report.tables.people).toEqual({ read: 6, stored: 3, duplicate: 0, corrected: 0, quarantined: 3 });
    const bad = await quarantined(stores);
    expect(bad.map((row) => [row.line, row.reason])).toEqual([
      [3, 'broken_quotes'],
      [5, 'broken_quotes'],
      [7, 'broken_quotes'],
    ]);
    expect(JSON.parse(bad[0]?.row ?? '')).toEqual({ '(rest)': 'P2,"not closed,,' });
  });
});

describe('identifiers, lists, numbers and coordinates', () => {
  it('identifiers are taken to the letter, up to 64 characters', async () => {
    const longest = 'é'.repeat(64);
    await takeInFiles(stores, {
      'people.csv': csv(PEOPLE, ` 007,a,,`, `${longest},b,,`, `${longest}x,c,,`, ',d,,', '  ,e,,'),
    });
    expect((await rowsOf(stores, 'people', 'name')).map((row) => row.person_id)).toEqual([' 007', longest]);
    expect((await quarantined(stores)).map((row) => [row.column, row.reason])).toEqual([
      ['person_id', 'too_long'],
      ['person_id', 'required_empty'],
      ['person_id', 'required_empty'],
    ]);
  });

  it('a value outside its list, a number that is none, a coordinate out of range, an end before its start', async () => {
    const report = await takeInFiles(stores, {
      'positions.csv': csv(
        'at,source,source_id,lat,lon,speed_kmh,ignition',
        '2026-03-01T10:00:00Z,vehicle,V1,51.5,-0.12,30.5,on',
        '2026-03-01T10:00:00Z,boat,V1,51.5,-0.12,,',
        '2026-03-01T10:00:00Z,vehicle,V1,91,-0.12,,',
        '2026-03-01T10:00:00Z,vehicle,V1,51.5,-180.1,,',
        '2026-03-01T10:00:00Z,vehicle,V1,NaN,0,,',
        '2026-03-01T10:00:00Z,vehicle,V1,51.5,0,fast,',
        '2026-03-01T10:00:00Z,vehicle,V1,90,180,1e2,off',
      ),
      'duties.csv': csv(
        'officer_id,from,to,kind',
        'E1,2026-03-01T10:00:00Z,2026-03-01T10:00:00Z,duty',
        'E1,2026-03-02T10:00:00Z,2026-03-02T09:59:59Z,duty',
      ),
    });
    expect(report.tables.positions).toMatchObject({ stored: 2, quarantined: 5 });
    expect((await quarantined(stores)).map((row) => [row.column, row.reason, row.value])).toEqual([
      ['to', 'ends_before_start', '2026-03-02T09:59:59Z'],
      ['source', 'not_in_list', 'boat'],
      ['lat', 'out_of_range', '91'],
      ['lon', 'out_of_range', '-180.1'],
      ['lat', 'not_a_number', 'NaN'],
      ['speed_kmh', 'not_a_number', 'fast'],
    ]);
  });

  it('durations below zero are kept as 0 and reported', async () => {
    const report = await takeInFiles(stores, {
      'calls.csv': csv(
        CALLS,
        call('a', '-5'),
        call('b', '0'),
        call('c', '59.0'),
        call('d', ''),
        call('e', 'x'),
      ),
    });
    expect(report.files[0]?.notes).toEqual(['1 duration below zero kept as 0', '1 duration of zero']);
    expect((await rowsOf(stores, 'calls', 'event_id')).map((row) => row.duration_s)).toEqual([
      0,
      0,
      59,
      null,
    ]);
  });
});

describe('events', () => {
  it('are keyed by event_id: equal ones are duplicates, others are conflicts and the first stays', async () => {
    const first = await takeInFiles(stores, {
      'calls.csv': csv(CALLS, call('a'), call('b'), call('a'), call('b', '61')),
    });
    expect(first.tables.calls).toEqual({ read: 4, stored: 2, duplicate: 1, corrected: 0, quarantined: 1 });
    const second = await takeInFiles(stores, {
      'calls.csv': csv(CALLS, call('c'), call('a'), call('b', '62'), call('b', '60.0')),
    });
    expect(second.tables.calls).toEqual({ read: 4, stored: 1, duplicate: 2, corrected: 0, quarantined: 1 });
    expect(await quarantined(stores)).toMatchObject([
      { line: 5, column: 'event_id', reason: 'other_content', value: 'b' },
      { line: 4, column: 'event_id', reason: 'other_content', value: 'b' },
    ]);
    expect(JSON.parse((await quarantined(stores))[1]?.row ?? '')).toMatchObject({
      event_id: 'b',
      duration_s: '62',
    });
    expect((await rowsOf(stores, 'calls', 'event_id')).map((row) => row.duration_s)).toEqual([60, 60, 60]);
  });

  it('without an event_id are keyed by the whole row', async () => {
    const lines = [CALLS, call(''), call('', '61'), call('')];
    expect((await takeInFiles(stores, { 'calls.csv': csv(...lines) })).tables.calls).toMatchObject({
      stored: 2,
      duplicate: 1,
    });
    const again = await takeInFiles(stores, {
      'calls.ndjson':
        '{"at":"2026-03-01 10:00","number":"+447700900001","other_number":"00447700900002","direction":"out","kind":"voice","duration_s":60}\n',
    });
    expect(again.tables.calls).toMatchObject({ read: 1, duplicate: 1 });
  });
});

describe('registers', () => {
  const one = async (...lines: string[]) =>
    (await takeInFiles(stores, { 'people.csv': csv(PEOPLE, ...lines) })).tables.people;

  it('are corrected by a row of the same key, and history is kept', async () => {
    expect(await one('P1,Old Mock,,', 'P2,Mock,,')).toMatchObject({ stored: 2 });
    expect(await one('P1,New Mock,,', 'P2,Mock,,', 'P3,Mock,,')).toEqual({
      read: 3,
      stored: 1,
      duplicate: 1,
      corrected: 1,
      quarantined: 0,
    });
    expect(await one('P1,Old Mock,,', 'P4,Mock,,')).toMatchObject({ stored: 1, corrected: 1 });
    const versions = await stores.events.query(
      "SELECT name FROM people WHERE person_id = 'P1' ORDER BY load_id, row_no",
    );
    expect(versions).toEqual([{ name: 'Old Mock' }, { name: 'New Mock' }, { name: 'Old Mock' }]);
  });

  it('a file taken in before, to the byte, changes nothing', async () => {
    await one('P1,A,,');
    await one('P1,B,,');
    const again = await takeInFiles(stores, { 'people.csv': csv(PEOPLE, 'P1,A,,') });
    expect(again.tables.people).toEqual({ read: 1, stored: 0, duplicate: 1, corrected: 0, quarantined: 0 });
    expect(again.files[0]?.status).toBe('seen_before');
  });

  it('order does not matter for counts within one import', async () => {
    const parts = ['P1,A,,', 'P1,B,,', 'P1,A,,x'.slice(0, 6), 'P2,C,,'];
    for (const order of [
      [0, 1, 2, 3],
      [2, 0, 1, 3],
      [1, 2, 0, 3],
      [3, 1, 0, 2],
    ]) {
      for (const known of [false, true]) {
        await emptyStores(stores);
        if (known) await one('P1,B,,', 'P9,before,,');
        const whole = await takeInFiles(stores, {
          // Files differ by a column of their own, so that none is another to the byte.
          ...Object.fromEntries(
            order.map((part, i) => [`people/${i}.csv`, csv(`${PEOPLE},other${i}`, `${parts[part]},`)]),
          ),
        });
        expect(whole.tables.people, `${order} ${known}`).toEqual(
          known
            ? { read: 4, stored: 1, duplicate: 2, corrected: 1, quarantined: 0 }
            : { read: 4, stored: 2, duplicate: 1, corrected: 1, quarantined: 0 },
        );
        await emptyStores(stores);
        if (known) await one('P1,B,,', 'P9,before,,');
        expect(await one(...order.map((part) => parts[part] as string)), `${order} ${known}`).toEqual(
          whole.tables.people,
        );
      }
    }
  });
});

it('crews are lists, in CSV with ; between and in NDJSON as lists too', async () => {
  await takeInFiles(stores, {
    'assignments.csv': csv(
      'incident_id,officer_id,role,from,to,crewed_with',
      'I1,E1,attending,2026-03-01T10:00Z,,E2; E3;',
    ),
    'assignments.ndjson':
      '{"incident_id":"I2","officer_id":"E1","role":"attending","from":"2026-03-01T10:00Z","crewed_with":["E2","E3"]}\n',
  });
  expect((await rowsOf(stores, 'assignments', 'incident_id')).map((row) => row.crewed_with)).toEqual([
    ['E2', 'E3'],
    ['E2', 'E3'],
  ]);
});
