import type { Events, Values } from '../../stores/events/events.ts';
import type { Held } from './hold.ts';
import { markKey, markOf } from './marks.ts';
import { heldRows, heldValues, type Reach, type Target, valuesOf } from './reach.ts';
import { rewrite } from './rewrite.ts';

/** An erasure on its way through the events store. */
export interface Course {
  erasureId: string;
  target: Target;
  /** What was under hold when it began. */
  plan: Held;
  /** The installation's key of erasures. */
  key: Buffer;
}

/**
 * Takes out of one table what an erasure is to take out and no hold is on, neither one of its plan nor one of `now`. Counts of
 * each load and keyed hashes are written first. May be said again after it was cut off: what is gone is counted once.
 * Returns how many rows went, and whether a hold spared any.
 */
export async function eraseFromTable(
  events: Events,
  course: Course,
  reach: Reach,
  now: Held,
): Promise<{ rows: number; spared: boolean }> {
  const { erasureId, target, plan, key } = course;
  const { table } = reach;
  const own: Values = { erasure: erasureId, table };
  const values: Values = {
    ...own,
    ...markKey(key),
    ...valuesOf(target),
    ...heldValues(plan, 'held'),
    ...heldValues(now, 'now'),
  };
  const asked = `ifNull(${reach.rows}, 0)`;
  const meant = `${asked} AND NOT ${heldRows(table, plan, 'held')}`;
  const steps = new Set(
    (
      await events.queryForWrite<{ step: string }>(
        'SELECT DISTINCT toString(step) AS step FROM erased_count WHERE erasure_id = {erasure:String} AND `table` = {table:String}',
        own,
      )
    ).map((row) => row.step),
  );
  if (!steps.has('done')) {
    if (steps.size === 0) await writeDown(events, reach, target, meant, values);
    await rewrite(
      events,
      {
        database: events.database,
        table,
        rows: `${meant} AND NOT ${heldRows(table, now, 'now')}`,
        emptied: reach.emptied,
      },
      values,
    );
    await events.command(
      `INSERT INTO erased_count
       SELECT {erasure:String}, {table:String}, load_id, -toInt64(count()), 'done' FROM ${table} WHERE ${meant} GROUP BY load_id
       UNION ALL SELECT {erasure:String}, {table:String}, 0, 0, 'done'`,
      values,
    );
  }
  const [found] = await events.queryForWrite<{ gone: number; left: number }>(
    `SELECT (SELECT sum(rows) FROM erased_count WHERE erasure_id = {erasure:String} AND \`table\` = {table:String}) AS gone,
       (SELECT count() FROM ${table} WHERE ${asked}) AS left`,
    values,
  );
  return { rows: found?.gone ?? 0, spared: (found?.left ?? 0) > 0 };
}

/** What is about to go: so that it does not come back, and that counts of loads stay true. */
async function writeDown(
  events: Events,
  reach: Reach,
  target: Target,
  meant: string,
  values: Values,
): Promise<void> {
  const { table, again } = reach;
  if (again === 'before' && target.scope === 'kind') {
    await events.command(
      "INSERT INTO erased_before SELECT {table:String}, {before:DateTime64(3, 'UTC')}, {erasure:String}",
      values,
    );
  }
  if (again === 'mark') {
    await events.command(
      `INSERT INTO erased_mark SELECT DISTINCT {table:String}, ${markOf(table)}, {erasure:String} FROM ${table} WHERE ${meant}`,
      values,
    );
  }
  await events.command(
    `INSERT INTO erased_count SELECT {erasure:String}, {table:String}, load_id, toInt64(count()), 'planned' FROM ${table}
     WHERE ${meant} GROUP BY load_id
     UNION ALL SELECT {erasure:String}, {table:String}, 0, 0, 'planned'`,
    values,
  );
}

/** How many rows of each table an erasure would take out now, whatever is under hold. */
export async function countReach(
  events: Events,
  target: Target,
  reach: readonly Reach[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { table, rows } of reach) {
    const [found] = await events.query<{ n: number }>(
      `SELECT count() AS n FROM ${table} WHERE ifNull(${rows}, 0)`,
      valuesOf(target),
    );
    if ((found?.n ?? 0) > 0) counts[table] = (counts[table] ?? 0) + (found?.n ?? 0);
  }
  return counts;
}
