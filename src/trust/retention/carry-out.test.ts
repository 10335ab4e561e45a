import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agreed, erasing, hold, twoPeople } from '../../../tests/support/erasing.ts';
import { csv, NOW, takeInFiles } from '../../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Events } from '../../stores/events/events.ts';
import { checkSealed } from '../../stores/vault/check-sealed.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { append, headOf } from '../audit/log.ts';
import { everyEntry } from '../audit/stored.ts';
import { checkLog } from '../audit/verify.ts';
import type { Session } from '../session.ts';
import { erasureOf } from './erasure.store.ts';
import { approveStanding, enterRule } from './rules.store.ts';

let plain: TestStores;
let stores: ReturnType<typeof erasing>['stores'];
let retention: ReturnType<typeof erasing>['retention'];
beforeAll(async () => {
  plain = await openTestStores();
  ({ stores, retention } = erasing(plain));
});
afterAll(() => plain.close());
beforeEach(async () => {
  await emptyStores(plain);
  await sql`insert into retention_guard default values`.execute(plain.records);
});

const FILES = {
  'officers.csv': csv(
    'officer_id,name,kind,joined_on',
    'O1,Ada Mock,officer,2010-01-01',
    'O2,Bob Mock,officer,2011-01-01',
  ),
  'people.csv': csv('person_id,name', 'P1,Zebulon Mock', 'P2,Other Mock'),
  'devices.csv': csv(
    'number,officer_id,from',
    '07700900100,O1,2020-01-01T00:00:00Z',
    '07700900200,O2,2020-01-01T00:00:00Z',
  ),
  'postings.csv': csv(
    'officer_id,supervisor_id,from,unit,role',
    'O1,O2,2020-01-01T00:00:00Z,North,response',
    'O2,O1,2020-01-01T00:00:00Z,North,response',
  ),
  'accesses.csv': csv(
    'event_id,at,officer_id,system,action,record_kind,person_id',
    'a1,2018-03-01T10:00:00Z,O1,niche,view,person,P1',
    'a2,2018-03-01T10:00:00Z,O2,niche,view,person,P2',
  ),
  'calls.csv': csv(
    'event_id,at,number,other_number,direction,kind,duration_s',
    'c1,2026-03-02T10:00:00Z,07700900100,07700900001,out,voice,5',
    'c2,2026-03-02T10:00:00Z,07700900200,07700900001,out,voice,5',
  ),
};

const count = async (table: string, where = '1') =>
  (await stores.events.query<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`))[0]?.n;

/** Every text that the log still holds about a look, an act or an alteration, as it reads. */
async function logged(): Promise<string> {
  const { size } = await headOf(stores.records);
  const all: unknown[] = [];
  for await (const { detail } of everyEntry(stores.records, size)) all.push(detail);
  return JSON.stringify(all);
}

const noted = (deed: { officer?: string; person?: string; why?: string }) =>
  stores.records
    .transaction()
    .execute((trx) =>
      append(trx, { act: 'look', action: 'view', what: 'page', who: 'Ana Mock', ...deed }, NOW),
    );

const soundLog = async () =>
  expect((await checkLog(stores.records, { home: stores.folder })).problems).toEqual([]);

describe('erasing an officer', () => {
  it('takes them out of both stores and out of rows about others, which stay', async () => {
    await takeInFiles(stores, FILES);
    await noted({ officer: 'O1', why: 'about O1' });
    const id = await agreed(stores.records, { scope: 'officer', target: 'O1' });
    await retention.carryOut(id);
    expect(await stores.events.query('SELECT officer_id FROM officers')).toEqual([{ officer_id: 'O2' }]);
    expect(await stores.events.query('SELECT event_id FROM accesses')).toEqual([{ event_id: 'a2' }]);
    expect(await stores.events.query('SELECT event_id FROM calls')).toEqual([{ event_id: 'c2' }]);
    expect(await stores.events.query('SELECT officer_id, supervisor_id FROM postings')).toEqual([
      { officer_id: 'O2', supervisor_id: '' },
    ]);
    expect(await erasureOf(stores.records, id)).toMatchObject({
      status: 'done',
      target: null,
      kept: false,
      counts: { officers: 1, accesses: 1, calls: 1, devices: 1, postings: 1, 'fields of the audit log': 2 },
    });
    expect(await logged()).not.toMatch(/\bO1\b/);
    await soundLog();
  });
});

/** A closed matter about P1, with a purpose and an act in the log that names it. Returns its identifier. */
async function closedMatter(): Promise<string> {
  const { asks } = await twoPeople(stores.records);
  const id = newIdentifier();
  const title = sealed('matter.title', id, 'Heron', `matter ${id}`);
  await sql`insert into matter (matter_id, title, opened_by, opened_at, closed_by, closed_at, closed_why)
    values (${id}, ${title}, ${asks}, ${new Date('2010-01-01')}, ${asks}, ${new Date('2011-01-01')}, ${sealed('matter.closed_why', id, 'Over', `matter ${id}`)})`.execute(
    stores.records,
  );
  await sql`insert into matter_member (matter_id, account_id, added_by, added_at) values (${id}, ${asks}, ${asks}, ${NOW})`.execute(
    stores.records,
  );
  await sql`insert into matter_subject (matter_id, kind, subject_id, added_by, added_at)
    values (${id}, 'person', 'P1', ${asks}, ${NOW})`.execute(stores.records);
  const purpose = newIdentifier();
  await sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at)
    values (${purpose}, ${asks}, 'matter', ${id}, ${sealed('purpose.words', purpose, 'the matter Heron', `matter ${id}`)}, ${NOW}, ${new Date(NOW.getTime() + 1000)})`.execute(
    stores.records,
  );
  await noted({ person: 'P1', why: `for the matter ${id}` });
  return id;
}

const keyOf = async (matter: string) =>
  (
    await sql<{
      wrapped: string | null;
    }>`select wrapped from data_key where scope = ${`matter ${matter}`}`.execute(stores.records)
  ).rows;

describe('erasing a matter', () => {
  it('takes out every row of it and what the log says of it, and destroys its key', async () => {
    const matter = await closedMatter();
    const other = await closedMatter();
    expect((await keyOf(matter))[0]?.wrapped).not.toBeNull();
    const id = await agreed(stores.records, { scope: 'matter', target: matter });
    await retention.carryOut(id);
    for (const table of ['matter', 'matter_member', 'matter_subject']) {
      const { rows } = await sql<{ id: string }>`select matter_id as id from ${sql.table(table)}`.execute(
        stores.records,
      );
      expect(rows, table).toEqual([{ id: other }]);
    }
    const { rows } = await sql`select about from purpose`.execute(stores.records);
    expect(rows).toEqual([{ about: other }]);
    expect((await keyOf(matter)).filter((one) => one.wrapped !== null)).toEqual([]);
    expect((await keyOf(other))[0]?.wrapped).not.toBeNull();
    expect(await logged()).not.toContain(matter);
    expect(await logged()).toContain(other);
    expect(await erasureOf(stores.records, id)).toMatchObject({ status: 'done', target: null, kept: false });
    await soundLog();
  });

  it('leaves it whole, and its key, while somebody whom it concerns is held', async () => {
    const matter = await closedMatter();
    await hold(stores.records, { about: 'person', subject: 'P1' });
    const id = await agreed(stores.records, { scope: 'matter', target: matter });
    await retention.carryOut(id);
    expect(await erasureOf(stores.records, id)).toMatchObject({ status: 'done', counts: {}, kept: true });
    expect((await keyOf(matter))[0]?.wrapped).not.toBeNull();
    const { rows } = await sql`select ${opened('matter.title', 'm')} as title from matter m`.execute(
      stores.records,
    );
    expect(rows).toEqual([{ title: 'Heron' }]);
  });
});

describe('erasing the details of an entry of the audit log', () => {
  it('wipes what stood there of others, keeps who looked, and the log stays sound', async () => {
    const n = await noted({ person: 'P1', why: 'words about P1' });
    await noted({ person: 'P2', why: 'other words' });
    await retention.carryOut(await agreed(stores.records, { scope: 'entry', target: String(n) }));
    const left = await logged();
    expect(left).not.toMatch(/\bP1\b/);
    expect(left).toContain('other words');
    expect(left.match(/Ana Mock/g)?.length).toBe(2);
    await soundLog();
  });

  it('leaves it while whom it names is held', async () => {
    const n = await noted({ person: 'P1', why: 'words about P1' });
    await hold(stores.records, { about: 'person', subject: 'P1' });
    const id = await agreed(stores.records, { scope: 'entry', target: String(n) });
    await retention.carryOut(id);
    expect(await erasureOf(stores.records, id)).toMatchObject({ counts: {}, kept: true });
    expect(await logged()).toContain('words about P1');
  });
});

describe('erasing a kind of the records store', () => {
  it('takes the reports of imports out, sealed as they stand, and then nothing of them is due', async () => {
    await takeInFiles(stores, FILES);
    const wish = { scope: 'kind', kind: 'imports', before: '2027-01-01' } as const;
    const target = { ...wish, before: new Date('2027-01-01') };
    expect(Object.values(await retention.preview(target))).toEqual([1]);
    await retention.carryOut(await agreed(stores.records, wish));
    const { rows } = await sql`select ${opened('load.file')} as file, notes from load`.execute(
      stores.records,
    );
    expect(rows).toEqual(Object.keys(FILES).map(() => ({ file: 'erased', notes: [] })));
    const { rows: reports } = await sql`select ${opened('import.files')} as files from import`.execute(
      stores.records,
    );
    expect(reports).toEqual([{ files: [] }]);
    expect((await checkSealed(stores.records)).problems).toEqual([]);
    expect(await retention.preview(target)).toEqual({});
    expect(await count('people')).toBe(2);
  });
});

describe('a hold placed while an erasure is under way', () => {
  it('keeps what has not gone yet', async () => {
    await takeInFiles(stores, FILES);
    const id = await agreed(stores.records, { scope: 'person', target: 'P1' });
    let placed: Promise<unknown> | undefined;
    const { asks } = await twoPeople(stores.records);
    // Said in the middle of the step of the first table: it has to wait for the end of that step.
    const events = new Proxy(stores.events, {
      get(of, name) {
        const own = Reflect.get(of, name) as unknown;
        if (name !== 'command') return typeof own === 'function' ? own.bind(of) : own;
        return async (...said: Parameters<Events['command']>) => {
          await of.command(...said);
          if (placed !== undefined || !said[0].startsWith('EXCHANGE')) return;
          placed =
            sql`insert into legal_hold (hold_id, about, subject_id, reason, placed_by, placed_at, review_on)
            values ('h1', 'person', 'P1', ${sealed('legal_hold.reason', 'h1', 'Claim')}, ${asks}, ${NOW}, '2027-01-01')`.execute(
              stores.records,
            );
          placed.catch(() => {});
        };
      },
    });
    await erasing({ ...plain, events }).retention.carryOut(id);
    await placed;
    expect(placed).toBeDefined();
    expect(await count('accesses', "person_id = 'P1'")).toBe(0);
    expect(await count('people', "person_id = 'P1'")).toBe(1);
    expect(await erasureOf(stores.records, id)).toMatchObject({
      status: 'done',
      target: null,
      kept: true,
      counts: { accesses: 1 },
    });
  });
});

describe('a standing approval', () => {
  const session = async (name: string): Promise<Session> => {
    const accountId = (await twoPeople(stores.records)).asks;
    return {
      sessionId: newIdentifier(),
      accountId,
      name,
      roles: ['ccu_head'],
      officerId: null,
      steppedUpAt: NOW,
    };
  };

  it('has what is due erased without a decision each time, and only by somebody else than its author', async () => {
    await takeInFiles(stores, FILES);
    const [author, other] = [await session('Author Mock'), await session('Other Mock')];
    const rule = {
      kind: 'accesses',
      months: 24,
      reviewEvery: null,
      atEnd: 'erase',
      source: 'Force policy 12',
      reason: 'Two years are enough',
    } as const;
    await enterRule(stores.records, author, NOW, rule);
    expect(await retention.eraseWhatStands(NOW)).toBe(0);
    expect(await approveStanding(stores.records, author, NOW, 'accesses', 'My own')).toBe(false);
    expect(await approveStanding(stores.records, other, NOW, 'accesses', 'Agreed')).toBe(true);
    await hold(stores.records, { about: 'officer', subject: 'O2' });
    expect(await retention.eraseWhatStands(NOW)).toBe(1);
    expect(await stores.events.query('SELECT event_id FROM accesses')).toEqual([{ event_id: 'a2' }]);
    // The next version of the rule is not what was approved.
    await enterRule(stores.records, author, NOW, { ...rule, months: 12 });
    expect(await retention.eraseWhatStands(NOW)).toBe(0);
    await soundLog();
  });
});
