import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { storedColumns } from '../extract/contract/column.ts';
import { TABLES } from '../extract/contract/tables.ts';
import { migrateEvents } from './events/migrate.ts';
import { migrateRecords } from './records/migrate.ts';

describe('the stores', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());

  it('bind every value, whatever stands in it', async () => {
    const text = "O'Mock; DROP TABLE x -- \\ \n \t {a:String} é 🚓";
    const [event] = await stores.events.query<{ text: string; at: string; none: null }>(
      `SELECT {text:String} AS text, {at:DateTime64(3, 'UTC')} AS at, {none:Nullable(String)} AS none`,
      { text, at: new Date('2026-03-21T14:05:09.123Z'), none: null },
    );
    expect(event).toEqual({ text, at: '2026-03-21 14:05:09.123', none: null });
    const record = await sql<{ text: string }>`select ${text}::text as text`.execute(stores.records);
    expect(record.rows).toEqual([{ text }]);
  });

  it('hold the tables of the contract, column for column', async () => {
    for (const table of TABLES) {
      const columns = await stores.events.query<{ name: string; type: string }>(
        `SELECT name, type FROM system.columns
         WHERE database = {database:String} AND table = {table:String} ORDER BY position`,
        { database: stores.events.database, table: table.name },
      );
      expect(columns, table.name).toEqual(storedColumns(table));
    }
  });

  it('go on when the server cuts connections that nobody is using', async () => {
    const { records } = stores;
    const seconds = sql`select pg_sleep(0.05)`;
    await Promise.all([1, 2, 3].map(() => seconds.execute(records))); // several stand idle from here on
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(records);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await sql<{ n: number }>`select 1 as n`.execute(records)).rows).toEqual([{ n: 1 }]);
  });

  it('take migrations once', async () => {
    expect(await migrateRecords(stores.records)).toEqual([]);
    expect(await migrateEvents(stores.events)).toEqual([]);
  });
});
