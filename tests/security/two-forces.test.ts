import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateRecords } from '../../src/stores/records/migrate.ts';
import { openRecords, type Records } from '../../src/stores/records/records.ts';
import { appendAlone, headOf } from '../../src/trust/audit/log.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { accountRecords } from '../../src/trust/gate/account-records.ts';
import { attacks } from '../support/attacks.ts';
import { freePort, startPostgres } from '../support/servers.ts';
import { testVault } from '../support/stores.ts';

// Two forces in one PostgreSQL database, once under users of their own (as operations.md says), once under the same user.

const NOW = new Date('2026-06-01T12:00:00Z');
const folder = mkdtempSync(path.join(tmpdir(), 'upstander-two-'));
let server: ChildProcess;
let port: number;

beforeAll(async () => {
  port = await freePort();
  server = await startPostgres(folder, port);
});
afterAll(async () => {
  const ended = new Promise((resolve) => server?.once('exit', resolve));
  if (server?.kill('SIGINT')) await ended;
  rmSync(folder, { recursive: true, force: true });
});

const address = (user: string, database = 'postgres') => `postgres://${user}@127.0.0.1:${port}/${database}`;

async function say(database: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: address('postgres', database) });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** The same account, officer and person in both forces, and one signal that tells the force's name. */
async function openForce(user: string, database: string, force: string): Promise<Records> {
  const records = await openRecords({
    databaseUrl: address(user, database),
    home: '',
    force,
    vault: testVault(),
  });
  await migrateRecords(records);
  await sql`insert into run (run_id, horizon, started_at, ended_at, status, world, stored, settings)
    values (1, ${NOW}, ${NOW}, ${NOW}, 'done', 'w', '', '{}')`.execute(records);
  await sql`insert into current_run (run_id) values (1)`.execute(records);
  await sql`insert into account (account_id, name, roles, created_at, changed_at)
    values ('head', 'Head Mock', '{ccu_head}', ${NOW}, ${NOW})`.execute(records);
  await records.transaction().execute((trx) => saveCircles(trx, 1, []));
  await sql`insert into signal (run_id, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at,
      score, encounters, evidence, claims, text, facts)
    values (1, ${`signal of ${force}`}, 'contact-volume', 'E1', 'P1', ${NOW}, ${NOW}, ${NOW},
      0.5, 1, '{}', '{}', ${`secret of ${force}`}, '{}')`.execute(records);
  await appendAlone(
    records,
    { act: 'look', action: 'view', what: `page of ${force}`, who: 'Head Mock' },
    NOW,
  );
  return records;
}

const seen = async (records: Records) =>
  (await sql<{ text: string }>`select text from signal`.execute(records)).rows.map((row) => row.text);

describe.each([
  ['users of their own', 'of_northshire', 'of_southshire'],
  ['one user', 'postgres', 'postgres'],
])('two forces in one database under %s', (_, northUser, southUser) => {
  const database = northUser === southUser ? 'shared' : 'apart';
  let north: Records;
  let south: Records;
  let page: Records;

  beforeAll(async () => {
    await say('postgres', `create database ${database}`);
    for (const user of new Set([northUser, southUser])) {
      if (user === 'postgres') continue;
      await say(
        'postgres',
        `create role ${user} login createrole`,
        `grant create, connect on database ${database} to ${user}`,
      );
    }
    north = await openForce(northUser, database, 'northshire');
    south = await openForce(southUser, database, 'southshire');
    page = accountRecords(north, { accountId: 'head', at: NOW, scope: 'list' });
  });
  afterAll(async () => {
    await north?.destroy();
    await south?.destroy();
  });

  it('each sees, changes and counts its own alone', async () => {
    expect(await seen(north)).toEqual(['secret of northshire']);
    expect(await seen(south)).toEqual(['secret of southshire']);
    expect(await seen(page)).toEqual(['secret of northshire']);
    expect(await seen(accountRecords(south, { accountId: 'head', at: NOW, scope: 'list' }))).toEqual([
      'secret of southshire',
    ]);
    await appendAlone(north, { act: 'look', action: 'view', what: 'one more', who: 'Head Mock' }, NOW);
    expect((await headOf(north)).size).toBe((await headOf(south)).size + 1);
  });

  it('no page of one reads or writes any table of the other, whatever it asks for', async () => {
    const { rows: tables } = await sql<{ name: string }>`select relname as name from pg_class
      join pg_namespace n on n.oid = relnamespace where nspname = 'force_southshire' and relkind in ('r', 'v')`.execute(
      south,
    );
    expect(tables.length).toBeGreaterThan(30);
    await attacks(async (attack) => {
      for (const { name } of tables) {
        const table = sql`${sql.id('force_southshire')}.${sql.id(name)}`;
        for (const [what, statement] of [
          ['read', sql`select * from ${table}`],
          ['count', sql`select count(*) from ${table}`],
          ['delete', sql`delete from ${table}`],
          ['insert', sql`insert into ${table} default values`],
        ] as const) {
          await attack('rows of another force', `${what} ${name}`, () =>
            expect(statement.execute(page)).rejects.toThrow(/permission denied/),
          );
        }
      }
    });
  });

  it('a page cannot pass for the other force: neither by its role, nor its path, nor its setting', async () => {
    const asOther = (change: string) =>
      page.transaction().execute(async (trx) => {
        await sql.raw(change).execute(trx);
        return seen(trx as Records);
      });
    await expect(asOther('set local search_path = force_southshire')).rejects.toThrow(/does not exist/);
    expect(await asOther("select set_config('upstander.force', 'southshire', true)")).toEqual([
      'secret of northshire',
    ]);
    if (northUser !== southUser) {
      await expect(asOther('set local role upstander_app_southshire')).rejects.toThrow(/permission denied/);
      await expect(asOther(`set local role ${southUser}`)).rejects.toThrow(/permission denied/);
    }
  });

  it('functions that look things up for a page answer from its own force', async () => {
    const { rows } = await sql<{ name: string }>`select viewer_name() as name`.execute(page);
    expect(rows[0]?.name).toBe('Head Mock');
    await sql`update account set name = 'Somebody Mock'`.execute(south);
    const { rows: again } = await sql<{ name: string }>`select viewer_name() as name`.execute(page);
    expect(again[0]?.name).toBe('Head Mock');
    await expect(sql`select force_southshire.viewer_name()`.execute(page)).rejects.toThrow(
      /permission denied/,
    );
  });

  if (northUser !== southUser) {
    it('not even the program of one force reaches the other', async () => {
      await attacks(async (attack) => {
        for (const [statement, refusal] of [
          ['select * from force_southshire.signal', /permission denied/],
          ['drop schema force_southshire cascade', /must be owner/],
          ['grant upstander_app_southshire to of_northshire', /permission denied/],
        ] as const) {
          await attack('rows of another force', statement, () =>
            expect(sql.raw(statement).execute(north)).rejects.toThrow(refusal),
          );
        }
      });
    });
  }
});
