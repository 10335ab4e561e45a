import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { checkLoads } from '../../src/extract/check-loads.ts';
import { takeIn } from '../../src/extract/take-in.ts';
import { openEvents } from '../../src/stores/events/events.ts';
import { migrateEvents } from '../../src/stores/events/migrate.ts';
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { openRecords } from '../../src/stores/records/records.ts';
import { checkLog } from '../../src/trust/audit/verify.ts';
import { agreed } from '../support/erasing.ts';
import { NOW } from '../support/import.ts';
import { runKilled } from '../support/killed.ts';
import { TEST_KEY, testVault } from '../support/stores.ts';

const KILLS = 2;
const folder = mkdtempSync(path.join(tmpdir(), 'upstander-erasing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withStores<T>(
  home: string,
  work: (stores: {
    records: Awaited<ReturnType<typeof openRecords>>;
    events: Awaited<ReturnType<typeof openEvents>>;
  }) => Promise<T>,
): Promise<T> {
  const records = await openRecords({ home, vault: testVault() });
  const events = await openEvents({ home, key: TEST_KEY });
  try {
    await migrateRecords(records);
    await migrateEvents(events);
    return await work({ records, events });
  } finally {
    await records.destroy();
    await events.close();
  }
}

/** A home with looks and calls of a few people, and two erasures that were agreed to. */
async function agreedHome(home: string): Promise<string[]> {
  const extract = path.join(folder, 'extract');
  mkdirSync(extract, { recursive: true });
  const lines = (n: number, line: (i: number) => string) =>
    Array.from({ length: n }, (_, i) => `${line(i)}\n`).join('');
  writeFileSync(
    path.join(extract, 'accesses.csv'),
    `event_id,at,officer_id,system,action,record_kind,person_id\n${lines(4000, (i) => `a${i},20${10 + (i % 16)}-03-01T10:00:00Z,O${i % 7},niche,view,person,P${i % 50}`)}`,
  );
  writeFileSync(path.join(extract, 'people.csv'), `person_id,name\n${lines(50, (i) => `P${i},Mock ${i}`)}`);
  writeFileSync(
    path.join(extract, 'person_phones.csv'),
    `person_id,number\n${lines(50, (i) => `P${i},0770090${1000 + i}`)}`,
  );
  writeFileSync(
    path.join(extract, 'calls.csv'),
    `event_id,at,number,other_number,direction,kind,duration_s\n${lines(1000, (i) => `c${i},2026-03-01T10:00:00Z,07700900100,0770090${1000 + (i % 50)},out,voice,${i}`)}`,
  );
  return withStores(home, async (stores) => {
    await takeIn(stores, [extract], { by: 'test', clock: () => NOW, workFolder: path.join(home, 'work') });
    return [
      await agreed(stores.records, { scope: 'person', target: 'P7' }),
      await agreed(stores.records, { scope: 'kind', kind: 'accesses', before: '2018-01-01' }),
    ];
  });
}

/** Carries out what waits; kills it so many milliseconds after it has begun. */
const run = (home: string, killAfter?: number) =>
  runKilled([path.join(import.meta.dirname, 'erasure-child.ts'), home], killAfter);

const whatIsLeft = (home: string) =>
  withStores(home, async ({ records, events }) => {
    const left: Record<string, unknown> = {};
    for (const table of ['accesses', 'people', 'person_phones', 'calls', 'quarantine']) {
      [left[table]] = await events.query(
        'SELECT count() AS n, sum(sipHash64(tuple(* EXCEPT (load_id)))) AS sum FROM {table:Identifier}',
        {
          table,
        },
      );
    }
    const tables = await events.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = {d:String} AND endsWith(name, '__cleaned')",
      { d: events.database },
    );
    const { rows } =
      await sql`select scope, status, target, counts, kept from erasure order by scope`.execute(records);
    return {
      left,
      tables,
      rows,
      loads: (await checkLoads({ records, events })).problems,
      log: (await checkLog(records, { home })).problems,
    };
  });

const calm = path.join(folder, 'calm');
const before = path.join(folder, 'before');
let expected: Awaited<ReturnType<typeof whatIsLeft>>;
let took = 0;

beforeAll(async () => {
  mkdirSync(calm);
  await agreedHome(calm);
  cpSync(calm, before, { recursive: true });
  const whole = await run(calm);
  expect(whole.last).toBe('done 0');
  took = whole.took;
  expected = await whatIsLeft(calm);
}, 300_000);

it('an erasure that is killed again and again ends as one that never was', async () => {
  expect(expected.rows).toMatchObject([
    { scope: 'kind', status: 'done', target: null, kept: false },
    {
      scope: 'person',
      status: 'done',
      target: null,
      counts: { accesses: 80, calls: 20, people: 1, person_phones: 1 },
    },
  ]);
  expect(expected).toMatchObject({ tables: [], loads: [], log: [] });
  const killed = path.join(folder, 'killed');
  cpSync(before, killed, { recursive: true });
  let unfinished = 0;
  for (let i = 1; i <= KILLS; i++) {
    if ((await run(killed, (took * i) / (KILLS + 2))).last === 'begins') unfinished++;
  }
  expect(unfinished).toBeGreaterThan(0);
  await run(killed);
  expect(await whatIsLeft(killed)).toEqual(expected);
}, 300_000);

it.each([
  ['the events', ['events']],
  ['both stores', ['records', 'events']],
])(
  'is done again where an older copy of %s is put back',
  async (_, stores) => {
    const home = path.join(folder, `restored-${stores.length}`);
    cpSync(calm, home, { recursive: true });
    for (const store of stores) {
      rmSync(path.join(home, store), { recursive: true });
      cpSync(path.join(before, store), path.join(home, store), { recursive: true });
    }
    // The copy knows what was agreed to, and would go on by itself; here the ledger alone has to know of it.
    if (stores.includes('records'))
      await withStores(home, ({ records }) => sql`delete from erasure`.execute(records));
    expect((await run(home)).last).toBe('done 2');
    const after = await whatIsLeft(home);
    expect(after.left).toEqual(expected.left);
    expect(after.rows).toMatchObject([
      { status: 'done', target: null },
      { status: 'done', target: null },
    ]);
    expect(after.loads).toEqual([]);
    expect((await run(home)).last).toBe('done 0');
  },
  300_000,
);
