import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import { type Migration, readMigrations } from '../migration-files.ts';
import { forForce, pageRole, schemaOf } from './force.ts';
import type { Records } from './records.ts';

/**
 * Brings the records store up to the newest migration, forward only, each in a transaction of its own.
 * Returns the names of those applied now.
 * @throws Failure when an applied migration is not the file that stands here (edited, or from a newer program).
 */
export async function migrateRecords(records: Records, migrations: Migration[] = readMigrations('records')) {
  const place = await placeHere(records);
  await sql`create table if not exists migration (
    name text primary key, digest text not null, applied_at timestamptz not null default now())`.execute(
    records,
  );
  const applied = await sql<{ name: string; digest: string }>`select name, digest from migration`.execute(
    records,
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied.rows) {
    if (known.get(row.name)?.digest !== row.digest) {
      throw new Failure(
        `The records store holds migration ${row.name}, which is not the one this program has`,
        {
          todo: 'Run the newest version of the program on this data',
        },
      );
    }
  }
  const done = new Set(applied.rows.map((row) => row.name));
  const fresh = migrations.filter((migration) => !done.has(migration.name));
  for (const migration of fresh) {
    await records.transaction().execute(async (trx) => {
      for (const statement of migration.statements) {
        await sql.raw(forForce(statement, place)).execute(trx);
      }
      await sql`insert into migration (name, digest) values (${migration.name}, ${migration.digest})`.execute(
        trx,
      );
    });
  }
  return fresh.map((migration) => migration.name);
}

/** Makes the schema that this connection's force has, and says which it is. */
async function placeHere(records: Records): Promise<{ schema: string; role: string }> {
  const { rows } = await sql<{ force: string | null; role: string }>`
    select nullif(current_setting('upstander.force', true), '') as force, ${pageRole} as role`.execute(
    records,
  );
  const { force, role } = rows[0] ?? { force: null, role: 'upstander_app' };
  const schema = schemaOf(force ?? undefined);
  if (force !== null) await sql`create schema if not exists ${sql.id(schema)}`.execute(records);
  return { schema, role };
}
