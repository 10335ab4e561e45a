import type { Events, Values } from '../../stores/events/events.ts';

const CLEANED = '__cleaned';

/** A table, and the rows that go, or the columns from which something is taken. */
interface Rewriting {
  database: string;
  table: string;
  /** SQL: the rows that go; null counts as no. */
  rows: string;
  /** SQL of columns that are emptied in the rows that stay. */
  emptied?: readonly string[];
}

/**
 * Writes a table anew without the rows that go, puts it in the place of the old one and drops that one with its files. A delete
 * would leave the old parts on the disk for minutes, and its condition, with the identifier in it, as long as the table lives.
 * Cut off at any moment it leaves the old table or the new one, whole.
 */
export async function rewrite(events: Events, one: Rewriting, values: Values): Promise<void> {
  const { rows, emptied = [] } = one;
  // EXCHANGE takes no bound names; these are names of the program's own tables and worlds.
  if (!/^\w+$/.test(one.database) || !/^\w+$/.test(one.table)) throw new RangeError('no name of a table');
  const table = `${one.database}.${one.table}`;
  const fresh = `${table}${CLEANED}`;
  if (emptied.length === 0) {
    const [any] = await events.queryForWrite<{ n: number }>(
      `SELECT count() AS n FROM (SELECT 1 FROM ${table} WHERE ifNull(${rows}, 0) LIMIT 1)`,
      values,
    );
    if ((any?.n ?? 0) === 0) return;
  }
  await events.command(`DROP TABLE IF EXISTS ${fresh} SYNC`);
  await events.command(`CREATE TABLE ${fresh} AS ${table}`);
  const columns = emptied.length === 0 ? '*' : `* REPLACE (${emptied.join(', ')})`;
  await events.command(
    `INSERT INTO ${fresh} SELECT ${columns} FROM ${table} WHERE NOT ifNull(${rows}, 0)`,
    values,
  );
  await events.command(`EXCHANGE TABLES ${table} AND ${fresh}`);
  await events.command(`DROP TABLE ${fresh} SYNC`);
}

/** Drops what a rewriting that was cut off has left behind, which may be the old table. */
export async function dropLeftovers(events: Events): Promise<void> {
  const found = await events.queryForWrite<{ database: string; name: string }>(
    `SELECT database, name FROM system.tables WHERE endsWith(name, {cleaned:String})
     AND (database = {database:String} OR startsWith(database, {worlds:String}))`,
    { cleaned: CLEANED, database: events.database, worlds: `${events.database}_world_` },
  );
  for (const { database, name } of found)
    await events.command('DROP TABLE IF EXISTS {database:Identifier}.{name:Identifier} SYNC', {
      database,
      name,
    });
}
