import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { agreed, erasing, hold, twoPeople } from '../../../tests/support/erasing.ts';
import { insertRows } from '../../../tests/support/force.ts';
import { csv, NOW, quarantined, takeInFiles } from '../../../tests/support/import.ts';
import { emptyStores, openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { checkLoads } from '../../extract/check-loads.ts';
import { sealed } from '../../stores/vault/sealed.ts';
import { append, headOf } from '../audit/log.ts';
import { everyEntry } from '../audit/stored.ts';
import { checkLog } from '../audit/verify.ts';
import { erasureOf } from './erasure.store.ts';

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

const CANARY = 'Zebulon Canary-Quill';

const FILES = {
  'officers.csv': csv(
    'officer_id,name,kind,joined_on',
    'O1,Ada Mock,officer,2010-01-01',
    'O2,Bob Mock,officer,2011-01-01',
  ),
  'people.csv': csv('person_id,name', `P1,${CANARY}`, 'P2,Other Mock'),
  'person_phones.csv': csv(
    'person_id,number',
    'P1,07700900001',
    'P2,07700900002',
    'P1,07700900003',
    'P2,07700900003',
  ),
  'devices.csv': csv('number,officer_id,from', '07700900100,O1,2020-01-01T00:00:00Z'),
  'accesses.csv': csv(
    'event_id,at,officer_id,system,action,record_kind,person_id,reason',
    `a1,2018-03-01T10:00:00Z,O1,niche,view,person,P1,about ${CANARY}`,
    'a2,2018-03-01T10:00:00Z,O2,niche,view,person,P2,',
    ',2026-03-01T10:00:00Z,O1,niche,view,person,P1,',
    'a4,2026-03-01T11:00:00Z,O2,niche,view,person,P2,',
  ),
  'calls.csv': csv(
    'event_id,at,number,other_number,direction,kind,duration_s',
    'c1,2026-03-02T10:00:00Z,07700900100,07700900001,out,voice,5',
    'c2,2026-03-02T10:00:00Z,07700900100,07700900003,out,voice,5',
    'c3,2026-03-02T10:00:00Z,07700900100,07700900002,out,voice,5',
  ),
  'conduct.csv': csv(
    'matter_id,officer_id,received_on,kind,allegation,person_id',
    'M1,O1,2025-01-01,complaint,rude,P1',
  ),
  'vulnerabilities.csv': csv('person_id,marker,from', 'P1,no such marker,2026-01-01T00:00:00Z'),
};

const count = async (table: string, where = '1') =>
  (await stores.events.query<{ n: number }>(`SELECT count() AS n FROM ${table} WHERE ${where}`))[0]?.n;

describe('erasing a person', () => {
  it('leaves neither old parts nor the text of a delete on the disk of the events store', async () => {
    await insertRows(stores.events, 'people', [
      { person_id: 'P1', name: CANARY },
      { person_id: 'P2', name: 'Other Mock' },
    ]);
    await retention.carryOut(await agreed(stores.records, { scope: 'person', target: 'P1' }));
    expect(await count('people')).toBe(1);
    const [parts] = await stores.events.query<{ n: number }>(
      "SELECT count() AS n FROM system.parts WHERE database = {d:String} AND table = 'people' AND NOT active",
      { d: stores.events.database },
    );
    expect(parts?.n).toBe(0);
    const [mutations] = await stores.events.query<{ n: number }>(
      "SELECT count() AS n FROM system.mutations WHERE database = {d:String} AND table = 'people'",
      { d: stores.events.database },
    );
    expect(mutations?.n).toBe(0);
  });

  it('takes them from among those whom a purpose opened', async () => {
    const { records } = stores;
    const id = await agreed(records, { scope: 'person', target: 'P1' });
    const { rows: accounts } = await sql<{
      id: string;
    }>`select account_id as id from account limit 1`.execute(records);
    const words = sealed('purpose.words', 'u', 'Triage of a signal: mock', 'purposes');
    await sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at)
      values ('u', ${accounts[0]?.id}, 'triage', 's', ${words}, ${NOW}, ${new Date(NOW.getTime() + 1000)})`.execute(
      records,
    );
    await sql`insert into purpose_subject (purpose_id, kind, subject_id, why, added_at)
      values ('u', 'person', 'P1', 'x', ${NOW}), ('u', 'person', 'P2', 'x', ${NOW})`.execute(records);
    await retention.carryOut(id);
    const { rows } = await sql`select subject_id from purpose_subject`.execute(records);
    expect(rows).toEqual([{ subject_id: 'P2' }]);
  });

  it('reaches everything about them, leaves the others, and does not let it come back', async () => {
    await takeInFiles(stores, FILES);
    await stores.records.transaction().execute((trx) =>
      append(
        trx,
        {
          act: 'look',
          action: 'view',
          what: 'person',
          who: 'Ana Mock',
          person: 'P1',
          why: 'because of P1',
        },
        NOW,
      ),
    );
    const id = await agreed(stores.records, { scope: 'person', target: 'P1' });
    await retention.carryOut(id);

    expect(await count('people')).toBe(1);
    expect(await count('person_phones', "person_id = 'P1'")).toBe(0);
    expect(await count('accesses', "person_id = 'P1'")).toBe(0);
    expect(await count('accesses')).toBe(2);
    expect(await count('calls')).toBe(2); // the number that P2 holds too is P2's as well
    expect(await stores.events.query('SELECT person_id, officer_id FROM conduct')).toEqual([
      { person_id: '', officer_id: 'O1' },
    ]);
    expect(await quarantined(plain)).toEqual([]);
    const done = await erasureOf(stores.records, id);
    expect(done).toMatchObject({ status: 'done', target: null, reason: null, plan: null, kept: false });
    expect(done?.counts).toEqual({
      accesses: 2,
      calls: 1,
      'fields of the audit log': 2,
      people: 1,
      person_phones: 2,
      quarantine: 1,
    });
    expect((await checkLoads(stores)).problems).toEqual([]);
    expect((await checkLog(stores.records, { home: stores.folder })).problems).toEqual([]);
    // Words of the log stand sealed, and sealed text may hold any two letters: so it is read.
    const { size } = await headOf(stores.records);
    for await (const { detail } of everyEntry(stores.records, size)) {
      expect(JSON.stringify(detail)).not.toMatch(/\bP1\b|Canary/);
    }

    // Sent again, in another file to the byte: duplicates, and nothing is there.
    const again = await takeInFiles(stores, {
      ...FILES,
      'people.csv': csv('person_id,name', 'P2,Other Mock', `P1,${CANARY}`),
      'accesses.csv': `${FILES['accesses.csv']}a5,2026-03-03T11:00:00Z,O2,niche,view,person,P2,\n`,
      'calls.csv': csv(
        'event_id,at,number,other_number,direction,kind,duration_s',
        'c1,2026-03-02T10:00:00Z,07700900100,07700900001,out,voice,99',
      ),
      'vulnerabilities.csv': csv('marker,person_id,from', 'no such marker,P1,2026-01-01T00:00:00Z'),
      'conduct.csv': csv(
        'matter_id,officer_id,kind,allegation,person_id,received_on',
        'M1,O1,complaint,rude,P1,2025-01-01',
      ),
    });
    expect(again.tables.people).toEqual({ read: 2, stored: 0, duplicate: 2, corrected: 0, quarantined: 0 });
    expect(again.tables.accesses).toEqual({ read: 5, stored: 1, duplicate: 4, corrected: 0, quarantined: 0 });
    expect(again.tables.calls).toEqual({ read: 1, stored: 0, duplicate: 1, corrected: 0, quarantined: 0 });
    expect(again.tables.conduct?.duplicate).toBe(1);
    expect(again.files.find((file) => file.table === 'accesses')?.notes.join()).toContain(
      '2 rows erased before, left out',
    );
    expect(await count('accesses', "person_id = 'P1'")).toBe(0);
    expect((await checkLoads(stores)).problems).toEqual([]);

    // Another version of the row is something new that the force says.
    const fresh = await takeInFiles(stores, { 'people.csv': csv('person_id,name', 'P1,New Mock') });
    expect(fresh.tables.people?.stored).toBe(1);
  });
});

describe('a legal hold', () => {
  it('keeps a person whole, and what the erasure says of it tells nothing', async () => {
    await takeInFiles(stores, FILES);
    const held = await hold(stores.records, { about: 'person', subject: 'P1' });
    const id = await agreed(stores.records, { scope: 'person', target: 'P1' });
    await retention.carryOut(id);
    expect(await count('accesses')).toBe(4);
    expect(await erasureOf(stores.records, id)).toMatchObject({
      status: 'done',
      counts: {},
      kept: true,
      target: null,
    });
    await sql`update legal_hold set lifted_at = ${NOW} where hold_id = ${held}`.execute(stores.records);
    await retention.carryOut(await agreed(stores.records, { scope: 'person', target: 'P1' }));
    expect(await count('accesses')).toBe(2);
  });

  it('spares its rows when a table is erased up to a day, and what is older does not come in again', async () => {
    await takeInFiles(stores, FILES);
    await hold(stores.records, { about: 'person', subject: 'P1' });
    const id = await agreed(stores.records, {
      scope: 'kind',
      kind: 'accesses',
      before: '2019-01-01',
      ground: 'retention',
    });
    expect(
      await retention.preview({ scope: 'kind', kind: 'accesses', before: new Date('2019-01-01') }),
    ).toEqual({ accesses: 2 });
    await retention.carryOut(id);
    expect(await stores.events.query('SELECT event_id FROM accesses ORDER BY event_id')).toEqual([
      { event_id: '' },
      { event_id: 'a1' },
      { event_id: 'a4' },
    ]);
    expect(await erasureOf(stores.records, id)).toMatchObject({ counts: { accesses: 1 }, kept: true });
    const again = await takeInFiles(stores, {
      'accesses.csv': csv(
        'at,event_id,officer_id,system,action,record_kind,person_id,reason',
        '2018-03-01T10:00:00Z,a2,O2,niche,view,person,P2,',
        '2018-03-01T10:00:00Z,late,O2,niche,view,person,P2,',
        '2019-03-01T10:00:00Z,new,O2,niche,view,person,P2,',
      ),
    });
    expect(again.tables.accesses).toEqual({ read: 3, stored: 1, duplicate: 2, corrected: 0, quarantined: 0 });
    expect((await checkLoads(stores)).problems).toEqual([]);
  });

  it('on an officer or a time keeps what is of it', async () => {
    await takeInFiles(stores, FILES);
    await hold(stores.records, { about: 'officer', subject: 'O1' });
    await hold(stores.records, { about: 'period', from: '2018-02-01', to: '2018-03-01' });
    await retention.carryOut(
      await agreed(stores.records, { scope: 'kind', kind: 'accesses', before: '2026-03-02' }),
    );
    expect(await stores.events.query('SELECT event_id FROM accesses ORDER BY event_id')).toEqual([
      { event_id: '' },
      { event_id: 'a1' },
      { event_id: 'a2' },
    ]);
    await retention.carryOut(
      await agreed(stores.records, { scope: 'kind', kind: 'calls', before: '2026-04-01' }),
    );
    expect(await count('calls')).toBe(3);
  });

  it('that a matter stands for keeps whomever it concerns', async () => {
    await takeInFiles(stores, FILES);
    const { asks } = await twoPeople(stores.records);
    await sql`insert into matter (matter_id, title, opened_by, opened_at) values ('m1', 'Heron', ${asks}, ${NOW})`.execute(
      stores.records,
    );
    await sql`insert into matter_subject (matter_id, kind, subject_id, added_by, added_at) values ('m1', 'person', 'P1', ${asks}, ${NOW})`.execute(
      stores.records,
    );
    const id = await agreed(stores.records, { scope: 'person', target: 'P1' });
    await retention.carryOut(id);
    expect(await erasureOf(stores.records, id)).toMatchObject({ counts: {}, kept: true });
    expect(await count('people')).toBe(2);
  });
});
