import { Failure } from '../../kernel/failure.ts';
import { type Migration, readMigrations } from '../migration-files.ts';
import type { Events } from './events.ts';

/**
 * Brings the events store up to the newest migration, forward only. The engine has no transactions for its schema, so
 * every statement of a migration must be one that can be said twice (`IF NOT EXISTS`).
 * Returns the names of those applied now.
 * @throws Failure when an applied migration is not the file that stands here.
 */
export async function migrateEvents(events: Events, migrations: Migration[] = readMigrations('events')) {
  await events.command(
    `CREATE TABLE IF NOT EXISTS migration (name String, digest String, applied_at DateTime DEFAULT now())
     ENGINE = MergeTree ORDER BY name`,
  );
  const applied = await events.query<{ name: string; digest: string }>('SELECT name, digest FROM migration');
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const row of applied) {
    if (known.get(row.name)?.digest !== row.digest) {
      throw new Failure(
        `The events store holds migration ${row.name}, which is not the one this program has`,
        {
          todo: 'Run the newest version of the program on this data',
        },
      );
    }
  }
  const done = new Set(applied.map((row) => row.name));
  const fresh = migrations.filter((migration) => !done.has(migration.name));
  for (const migration of fresh) {
    for (const statement of migration.statements) await events.command(statement);
    await events.command('INSERT INTO migration (name, digest) SELECT {name:String}, {digest:String}', {
      name: migration.name,
      digest: migration.digest,
    });
  }
  return fresh.map((migration) => migration.name);
}
