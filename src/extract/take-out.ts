import { setTimeout as wait } from 'node:timers/promises';
import type { Events, Values } from '../stores/events/events.ts';

/**
 * Takes rows out of a working table, and returns when they are. `rows` is the condition. The embedded engine rests for
 * most of a second after every few parts of a table; told to begin with its merges, it goes on at once.
 */
export async function takeOut(events: Events, table: string, rows: string, values: Values): Promise<void> {
  await events.command(`DELETE FROM ${table} WHERE ${rows} SETTINGS lightweight_deletes_sync = 0`, values);
  for (;;) {
    await events.command(`SYSTEM START MERGES ${table}`);
    const [left] = await events.queryForWrite<{ n: number; why: string }>(
      `SELECT count() AS n, max(latest_fail_reason) AS why FROM system.mutations
       WHERE database = {database:String} AND table = {table:String} AND NOT is_done`,
      { database: events.database, table },
    );
    if (left === undefined || left.n === 0) return;
    if (left.why !== '') throw new Error(left.why);
    await wait(5);
  }
}
