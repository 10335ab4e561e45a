import { writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { csv, extractOf, importOptions, quarantined, takeInFiles } from '../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { checkLoads } from './check-loads.ts';
import { plainFeed } from './mapping.ts';
import { STROKE_LIMITS, strokesOf } from './strokes.ts';
import { takeIn } from './take-in.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());
beforeEach(() => emptyStores(stores));

const CALLS = 'event_id,at,number,other_number,direction,kind,duration_s';
const PEOPLE = 'person_id,name,date_of_birth,sex';
const ONE_BY_ONE = { ...STROKE_LIMITS, strokeFiles: 1, batchFiles: 1 };
const BY_TWOS = { ...STROKE_LIMITS, strokeFiles: 2 };

/** Everything that an import leaves behind. Numbers of loads count from the first. */
async function leftBehind() {
  const [first] = await stores.events.query<{ n: number }>(
    `SELECT min(load_id) AS n FROM (SELECT load_id FROM calls UNION ALL SELECT load_id FROM people
       UNION ALL SELECT load_id FROM quarantine)`,
  );
  const held: unknown[] = [];
  for (const table of ['calls', 'people', 'quarantine']) {
    held.push(
      await stores.events.query(
        `SELECT * EXCEPT (load_id${table === 'quarantine' ? ', quarantine_id' : ''}), load_id - {first:UInt64} AS load
         FROM {table:Identifier} ORDER BY load, row_no`,
        { table, first: first?.n ?? 0 },
      ),
    );
  }
  expect((await checkLoads(stores)).problems).toEqual([]);
  return held;
}

/** Lines of parts of a table: few keys, so that they meet within and across parts, and things that are wrong. */
const callLine = fc
  .record({
    id: fc.constantFrom('', 'a', 'b', 'c', 'd'),
    length: fc.constantFrom('60', '61', '0', '-1', 'long'),
    number: fc.constantFrom('07700900001', '999', '"07700\n900001"'),
    shape: fc.constantFrom('', '', '', '', ',more', 'short', 'broken'),
  })
  .map(({ id, length, number, shape }) =>
    shape === 'short'
      ? 'x,y'
      : shape === 'broken'
        ? '"not closed,,'
        : `${id},2026-03-01T10:00:00Z,${number},07700900002,out,voice,${length}${shape}`,
  );
const personLine = fc
  .record({
    id: fc.constantFrom('', 'P1', 'P2'),
    name: fc.constantFrom('Mock', 'Mick', '"Two\nLines"'),
    sex: fc.constantFrom('f', 'q', ''),
  })
  .map(({ id, name, sex }) => `${id},${name},,${sex}`);
const parts = (line: fc.Arbitrary<string>) =>
  fc.array(fc.array(line, { maxLength: 6 }), { minLength: 1, maxLength: 5 });

describe('many files together', () => {
  it('leave behind and report what they would one by one', async () => {
    await fc.assert(
      fc.asyncProperty(parts(callLine), parts(personLine), fc.boolean(), async (calls, people, before) => {
        const files = Object.fromEntries([
          ...calls.map((lines, i) => [`calls/${i}.csv`, csv(CALLS, ...lines)]),
          ...people.map((lines, i) => [`people/${i}.csv`, csv(PEOPLE, ...lines)]),
        ]);
        const outcomes: unknown[] = [];
        for (const limits of [ONE_BY_ONE, BY_TWOS, STROKE_LIMITS]) {
          await emptyStores(stores);
          if (before) await takeInFiles(stores, { 'people.csv': csv(PEOPLE, 'P1,Mick,,f', 'P2,Other,,f') });
          const { tables, files: reports } = await takeInFiles(stores, files, { limits });
          outcomes.push({ tables, reports, left: await leftBehind() });
        }
        expect(outcomes[1]).toEqual(outcomes[0]);
        expect(outcomes[2]).toEqual(outcomes[0]);
      }),
      { numRuns: 4, seed: 7 },
    );
  });

  it('name the one that cannot be read or has another header, and the others go in', async () => {
    const call = (id: string) => `${id},2026-03-01T10:00:00Z,07700900001,07700900002,out,voice,60`;
    const report = await takeInFiles(stores, {
      'calls/1.csv': csv(CALLS, call('a'), call('b')),
      'calls/2.csv': csv('x,y', '1,2'),
      'calls/3.csv': csv(`${CALLS},theirs`, `${call('b')},z`, `${call('c')},z`),
      'calls/4.csv': csv(CALLS),
      'calls/5.csv': csv(CALLS, call('a'), `${call('d')}x`),
      'calls/6.csv': csv(CALLS, call('a'), call('b')),
    });
    expect(report.files.map(({ file, status, counts }) => [file, status, counts.stored])).toEqual([
      ['calls/1.csv', 'taken', 2],
      ['calls/2.csv', 'unreadable', 0],
      ['calls/3.csv', 'taken', 1],
      ['calls/4.csv', 'taken', 0],
      ['calls/5.csv', 'taken', 0],
      ['calls/6.csv', 'seen_before', 0],
    ]);
    expect(await quarantined(stores)).toMatchObject([
      { file: 'calls/5.csv', line: 3, reason: 'not_a_number', value: '60x' },
    ]);
    expect((await checkLoads(stores)).problems).toEqual([]);
  });

  it('leave out one that is changed while it is read, and that the engine cannot read, whole', async () => {
    const call = (id: string) => `${id},2026-03-01T10:00:00Z,07700900001,07700900002,out,voice,60`;
    const folder = extractOf(stores, {
      'calls/1.csv': csv(CALLS, call('a')),
      'calls/2.csv': csv(CALLS, call('b'), call('a')),
      'calls/3.csv': csv(CALLS, call('c'), call('b')),
    });
    let failing = true;
    const insertFromFiles: typeof stores.events.insertFromFiles = async (...words) => {
      await stores.events.insertFromFiles(...words);
      if (!failing) return;
      // The rows are in by now: what a file that breaks off in its middle leaves behind.
      failing = false;
      writeFileSync(path.join(folder, 'calls/2.csv'), csv(CALLS, call('other')));
      throw new Error('Cannot parse input');
    };
    const events = new Proxy(stores.events, {
      get(target, name) {
        const own = name === 'insertFromFiles' ? insertFromFiles : Reflect.get(target, name);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });
    const report = await takeIn({ records: stores.records, events }, [folder], importOptions(stores));
    expect(report.files.map(({ status, counts }) => [status, counts.stored])).toEqual([
      ['taken', 1],
      ['unreadable', 0],
      ['taken', 2],
    ]);
    expect(report.files[1]?.problem).toContain('was changed while it was being read');
    expect(await stores.events.query('SELECT event_id FROM calls ORDER BY event_id')).toEqual(
      ['a', 'b', 'c'].map((event_id) => ({ event_id })),
    );
    expect((await checkLoads(stores)).problems).toEqual([]);
  });
});

it('many small files take few statements of the engine', async () => {
  let statements = 0;
  const events = new Proxy(stores.events, {
    get(target, name) {
      const own = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      if (name === 'rowsRead') return own.bind(target); // as often as the machine is slow
      return (...words: unknown[]) => {
        statements++;
        return own.apply(target, words);
      };
    },
  });
  const of = (n: number) =>
    extractOf(
      stores,
      Object.fromEntries(
        Array.from({ length: n }, (_, i) => [`people/${i}.csv`, csv(PEOPLE, `P${n}-${i},Mock,,`)]),
      ),
    );
  await takeIn({ records: stores.records, events }, [of(2)], importOptions(stores));
  const forTwo = statements;
  statements = 0;
  const report = await takeIn({ records: stores.records, events }, [of(60)], importOptions(stores));
  expect(report.tables.people).toMatchObject({ read: 60, stored: 60 });
  expect(statements).toBe(forTwo);
});

it('files are divided by kind, size and number', () => {
  const feed = plainFeed({ name: 'calls' } as never);
  const other = plainFeed({ name: 'people' } as never);
  const file = (feeds: unknown[], packing = 'plain') =>
    ({ feeds, packing, format: 'csv', reading: {} }) as never;
  const limits = { strokeBytes: 100, strokeFiles: 2, batchBytes: 300, batchFiles: 100 };
  const one = file([feed]);
  const cut = (files: never[], sizes: number[]) =>
    strokesOf(files, sizes, limits).map(({ files, begins }) => `${begins ? '|' : ''}${files.join(' ')}`);
  expect(cut([one, one, one, one], [1, 1, 1, 1])).toEqual(['|0 1', '2 3']);
  expect(cut([one, one, one], [90, 90, 90])).toEqual(['|0', '1', '2']);
  expect(cut([one, one, one], [250, 90, 500])).toEqual(['|0', '|1', '|2']);
  expect(cut([one, file([other]), file([feed, other]), one], [1, 1, 1, 1])).toEqual(['|0', '|1', '|2', '|3']);
  expect(cut([one, file([feed], 'gz')], [10, 20])).toEqual(['|0', '1']);
});
