import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { type Events, openEvents } from '../../src/stores/events/events.ts';
import { migrateEvents } from '../../src/stores/events/migrate.ts';
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { embeddedRecords, openRecords, PARSERS, type Records } from '../../src/stores/records/records.ts';
import { localKey } from '../../src/stores/vault/master-key.ts';
import { Vault } from '../../src/stores/vault/vault.ts';

// Both projects of a run see the servers' addresses; only one of them is to use them.
const onServers = process.env.TEST_STORES === 'servers';

/** The master key of all tests: what one process has sealed, the next one of the same test opens. */
export const TEST_KEY = Buffer.alloc(32, 'only for tests');

/** A vault of its own on that key. */
export const testVault = () => new Vault(localKey(TEST_KEY, 'the tests'));

export interface TestStores {
  records: Records;
  events: Events;
  /** A folder of this test's own, removed at the end. */
  folder: string;
  /** The same records through another vault, as a process that starts anew has it. */
  again(vault?: Vault): Promise<{ records: Records; close: () => Promise<void> }>;
  close(): Promise<void>;
}

/**
 * Fresh, migrated stores for one test file: the embedded ones, or databases of their own on the servers that
 * `TEST_DATABASE_URL` and `TEST_CLICKHOUSE_URL` name (the `servers` project of the tests sets them).
 * One call a process at a time: the embedded engine holds one folder per process.
 */
export async function openTestStores(): Promise<TestStores> {
  const folder = mkdtempSync(path.join(tmpdir(), 'upstander-test-'));
  const name = `test_${process.pid}_${Date.now().toString(36)}`;
  const { records, drop, again } = await freshRecords(name);
  const clickhouse = onServers ? process.env.TEST_CLICKHOUSE_URL : undefined;
  const events = await openEvents({
    clickhouseUrl: clickhouse && `${clickhouse}/${name}`,
    home: folder,
    key: TEST_KEY,
  });
  await migrateRecords(records);
  await migrateEvents(events);
  return {
    records,
    events,
    folder,
    again,
    close: async () => {
      await records.destroy();
      await drop();
      await events.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Fresh = Pick<TestStores, 'records' | 'again'> & { drop: () => Promise<void> };

async function freshRecords(name: string): Promise<Fresh> {
  const server = onServers ? process.env.TEST_DATABASE_URL : undefined;
  if (server === undefined) {
    const pglite = await PGlite.create({ parsers: PARSERS });
    return {
      records: embeddedRecords(pglite, testVault()),
      again: async (vault = testVault()) => ({
        records: embeddedRecords(pglite, vault),
        close: async () => {},
      }),
      drop: async () => {},
    };
  }
  const url = new URL(server);
  const say = async (statement: string) => {
    const client = new pg.Client({ connectionString: server });
    await client.connect();
    await client.query(statement);
    await client.end();
  };
  await say(`CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  const open = (vault = testVault()) => openRecords({ databaseUrl: url.href, home: '', vault });
  return {
    records: await open(),
    again: async (vault) => {
      const records = await open(vault);
      return { records, close: () => records.destroy() };
    },
    drop: () => say(`DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Empties every table of both stores but the migrations, so that the next case of a file begins with nothing. */
export async function emptyStores(stores: TestStores): Promise<void> {
  const { records, events } = stores;
  const { sql } = await import('kysely');
  const tables = await sql<{ tablename: string }>`select tablename from pg_tables
    where schemaname = 'public' and tablename not in ('migration', 'data_key')`.execute(records);
  await records.transaction().execute(async (trx) => {
    // The audit log lets nothing be emptied: for this one transaction its triggers are off.
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const { tablename } of tables.rows) await sql`truncate ${sql.table(tablename)} cascade`.execute(trx);
    await sql`insert into audit_head (size, edge) values (0, '{}')`.execute(trx);
  });
  await emptyEvents(events);
}

/** Empties the raw tables: the events and registers that came in. */
export async function emptyEvents(events: Events): Promise<void> {
  const raw = await events.query<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = {database:String} AND name <> 'migration' AND engine LIKE '%MergeTree'`,
    { database: events.database },
  );
  for (const { name } of raw) await events.command('TRUNCATE TABLE {name:Identifier}', { name });
}
