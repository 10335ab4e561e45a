import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, TEST_KEY, type TestStores } from '../../../tests/support/stores.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import { destroyKey, rewrap } from './keys.store.ts';
import { localKey } from './master-key.ts';
import { json, named, opened, openedOrBroken, sealed, sealedJson } from './sealed.ts';
import { Vault } from './vault.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

const AT = new Date('2026-03-21T12:00:00Z');

async function account(name: string): Promise<string> {
  const id = newIdentifier();
  await sql`insert into account (account_id, name, roles, created_at, changed_at, email)
    values (${id}, ${named(name)}, '{}', ${AT}, ${AT}, ${sealed('account.email', id, `${name}@invented.example`)})`.execute(
    stores.records,
  );
  return id;
}

async function matter(title: string): Promise<string> {
  const id = newIdentifier();
  const by = await account(`Opener of ${id}`);
  await sql`insert into matter (matter_id, title, opened_by, opened_at)
    values (${id}, ${sealed('matter.title', id, title, `matter ${id}`)}, ${by}, ${AT})`.execute(
    stores.records,
  );
  return id;
}

const titleOf = async (id: string) =>
  (
    await sql<{
      title: string;
    }>`select ${opened('matter.title', 'm')} as title from matter m where matter_id = ${id}`.execute(
      stores.records,
    )
  ).rows[0]?.title;

describe('sealed columns', () => {
  it('hold nothing that can be read, and read as what was sealed', async () => {
    const id = await matter('The invented title');
    const raw = await sql<{ t: string }>`select title as t from matter where matter_id = ${id}`.execute(
      stores.records,
    );
    expect(raw.rows[0]?.t).toMatch(/^sealed:1:[0-9a-f]{16}:[\w-]+$/);
    expect(await titleOf(id)).toBe('The invented title');
  });

  it('compare names and open them wherever they stand in a row', async () => {
    const id = await account('Ann Example');
    const { rows } = await sql`select a.name, array[a.name] as list, json_build_object('who', a.name) as deep,
        ${opened('account.email', 'a')} as email, 7 as seven, a.created_at
      from account a where a.name = ${named('Ann Example')}`.execute(stores.records);
    expect(rows).toEqual([
      {
        name: 'Ann Example',
        list: ['Ann Example'],
        deep: { who: 'Ann Example' },
        email: 'Ann Example@invented.example',
        seven: 7,
        created_at: AT,
      },
    ]);
    const stored = await sql<{ t: string }>`select substr(name, 1) || '' as t from account
      where account_id = ${id} and name like '%Ann%'`.execute(stores.records);
    expect(stored.rows).toEqual([]);
  });

  it('do not open in another row, in another column, or with a bit flipped', async () => {
    const [one, two] = [await matter('First'), await matter('Second')];
    await sql`update matter set title = (select title from matter where matter_id = ${one}) where matter_id = ${two}`.execute(
      stores.records,
    );
    await expect(titleOf(two)).rejects.toThrow(/matter\.title of .* does not open: it was changed, moved/);
    await sql`update matter set closed_why = title, title = overlay(title placing
        case substr(title, length(title) - 4, 1) when 'x' then 'y' else 'x' end from length(title) - 4)
      where matter_id = ${one}`.execute(stores.records);
    await expect(titleOf(one)).rejects.toThrow(/does not open/);
    const moved = sql`select ${opened('matter.closed_why', 'm')} as why from matter m where matter_id = ${one}`;
    await expect(moved.execute(stores.records)).rejects.toThrow(/matter\.closed_why of .* does not open/);
    const told = await sql<{
      t: string;
    }>`select ${openedOrBroken('matter.title', 'm')} as t from matter m
      where matter_id in (${one}, ${two})`.execute(stores.records);
    expect(told.rows.map((row) => row.t)).toEqual(Array(2).fill('[does not open: it was changed]'));
  });

  it('never give a plain value for a sealed one', async () => {
    const id = await matter('Plain');
    await sql`update matter set title = 'Written past the program' where matter_id = ${id}`.execute(
      stores.records,
    );
    await expect(titleOf(id)).rejects.toThrow(/never sealed/);
  });

  it('say which key is missing, and that nothing was shown', async () => {
    const id = await matter('Lost');
    await sql`delete from data_key where scope = ${`matter ${id}`}`.execute(stores.records);
    const { records, close } = await stores.again();
    await expect(
      sql`select ${opened('matter.title', 'm')} as t from matter m where matter_id = ${id}`.execute(records),
    ).rejects.toThrow(
      /The key [0-9a-f]{16}, which has sealed what is asked for, is not in the records store/,
    );
    await close();
  });

  it('are not opened by another master key', async () => {
    const id = await matter('Of another key');
    const { records, close } = await stores.again(new Vault(localKey(Buffer.alloc(32, 1), 'another file')));
    const asked = sql`select ${opened('matter.title', 'm')} as t from matter m where matter_id = ${id}`;
    await expect(asked.execute(records)).rejects.toThrow(
      /sealed under the master key \w+, but another file holds/,
    );
    await close();
  });

  it('keep JSON as it was, and nothing as nothing', async () => {
    const id = newIdentifier();
    await sql`insert into quarantine_decision (quarantine_id, decision, decided_by, decided_at, reason, repaired)
      values (${id}, 'discarded', ${named('Ann Example')}, ${AT}, ${sealed('quarantine_decision.reason', id, '')},
        ${sealedJson('quarantine_decision.repaired', id, { name: 'Jo Invented' })}),
        ('none', 'discarded', ${named('Ann Example')}, ${AT}, ${sealed('quarantine_decision.reason', 'none', 'why')},
        ${sealedJson('quarantine_decision.repaired', 'none', null)})`.execute(stores.records);
    const { rows } = await sql`select ${opened('quarantine_decision.reason')} as reason,
      ${opened('quarantine_decision.repaired')} as repaired from quarantine_decision
      where quarantine_id in (${id}, 'none') order by repaired nulls last`.execute(stores.records);
    expect(rows).toEqual([
      { reason: '', repaired: { name: 'Jo Invented' } },
      { reason: 'why', repaired: null },
    ]);
  });

  it('are sealed within rows of JSON too', async () => {
    const rows = [{ id: 'q1', why: sealed('quarantine_decision.reason', 'q1', 'One') }];
    await sql`insert into quarantine_decision (quarantine_id, decision, decided_by, decided_at, reason)
      select id, 'discarded', ${named('Ann Example')}, ${AT}, why
      from jsonb_to_recordset(${json(rows)}::text::jsonb) as t(id text, why text)`.execute(stores.records);
    const read =
      await sql`select ${opened('quarantine_decision.reason', 'q')} as why from quarantine_decision q
        where quarantine_id = 'q1'`.execute(stores.records);
    expect(read.rows).toEqual([{ why: 'One' }]);
  });
});

describe('data keys', () => {
  it('that were made in a transaction go with it, and nothing is sealed under them afterwards', async () => {
    const id = newIdentifier();
    const by = await account('Roll Back');
    const insert = (title: string) => sql`insert into matter (matter_id, title, opened_by, opened_at)
      values (${id}, ${sealed('matter.title', id, title, `matter ${id}`)}, ${by}, ${AT})`;
    await expect(
      stores.records.transaction().execute(async (trx) => {
        await insert('Gone').execute(trx);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const keys = async () =>
      (await sql`select 1 from data_key where scope = ${`matter ${id}`}`.execute(stores.records)).rows.length;
    expect(await keys()).toBe(0);
    await stores.records.transaction().execute((trx) => insert('Stays').execute(trx));
    expect(await keys()).toBe(1);
    const { records, close } = await stores.again();
    const { rows } = await sql`select ${opened('matter.title', 'm')} as t from matter m
      where matter_id = ${id}`.execute(records);
    expect(rows).toEqual([{ t: 'Stays' }]);
    await close();
  });

  it('are wrapped anew by another master key, all at once, and the old one opens nothing', async () => {
    const id = await matter('Through a rotation');
    const next = localKey(Buffer.alloc(32, 2), 'the next file');
    const vault = new Vault(localKey(TEST_KEY, 'the tests'));
    const { records, close } = await stores.again(vault);
    expect(await rewrap(records, vault, next)).toBeGreaterThan(1);
    const read = sql<{
      t: string;
    }>`select ${opened('matter.title', 'm')} as t from matter m where matter_id = ${id}`;
    expect((await read.execute(records)).rows).toEqual([{ t: 'Through a rotation' }]);
    const old = await stores.again();
    await expect(read.execute(old.records)).rejects.toThrow(/but the tests holds/);
    await expect(rewrap(records, vault, next)).rejects.toThrow('That is the master key in use');
    await rewrap(records, vault, localKey(TEST_KEY, 'the tests'));
    expect((await read.execute(old.records)).rows).toEqual([{ t: 'Through a rotation' }]);
    await old.close();
    await close();
  });

  it('destroyed, leave nothing to read and seal nothing any more', async () => {
    const [one, two] = [await matter('To be erased'), await matter('Stays')];
    const destroyed = await stores.records
      .transaction()
      .execute((trx) => destroyKey(trx, `matter ${one}`, AT));
    expect(destroyed).toBe(true);
    expect(await titleOf(one)).toBe('[erased]');
    expect(await titleOf(two)).toBe('Stays');
    const more = sql`update matter set closed_why = ${sealed('matter.closed_why', one, 'more', `matter ${one}`)}`;
    await expect(more.execute(stores.records)).rejects.toThrow('its key destroyed');
    const again = await stores.records.transaction().execute((trx) => destroyKey(trx, `matter ${one}`, AT));
    expect(again).toBe(false);
  });
});
