import { sql } from 'kysely';
import { dropWorld } from '../encounters/world.ts';
import type { Events } from '../stores/events/events.ts';
import type { Records } from '../stores/records/records.ts';
import { append } from '../trust/audit/log.ts';
import { AS_OF_RUNS_KEPT } from './settings.ts';

/**
 * Drops the worlds that nothing needs any more: of runs that are neither current nor among the last few as-of runs (their
 * signals and risk go with them, the run's own row stays), and what a run that was killed left behind.
 */
export async function dropOldWorlds(
  { records, events }: { records: Records; events: Events },
  at: Date,
): Promise<void> {
  await records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ run_id: number }>`update run set world = '' where world <> ''
      and run_id not in (select run_id from current_run)
      and run_id not in (select run_id from run where as_of is not null order by run_id desc limit ${AS_OF_RUNS_KEPT})
      returning run_id`.execute(trx);
    for (const { run_id } of rows) {
      await sql`delete from signal where run_id = ${run_id}`.execute(trx);
      await sql`delete from shadow_signal where run_id = ${run_id}`.execute(trx);
      await sql`delete from risk where run_id = ${run_id}`.execute(trx);
    }
    if (rows.length > 0) {
      const more = { runs: rows.map((row) => row.run_id) };
      const what = 'worlds, signals and risk of old runs';
      await append(trx, { act: 'erasure', action: 'drop', what, who: 'upstander', more }, at);
    }
  });
  const { rows: kept } = await sql<{ world: string }>`select world from run where world <> ''`.execute(
    records,
  );
  const known = new Set(kept.map((row) => row.world));
  // A world that no run names is a dropped one, a dead run's, or one that another program is writing now: that is left.
  const worlds = await events.query<{ name: string; quiet: number }>(
    `SELECT d.name AS name, max(t.metadata_modification_time) < now() - INTERVAL 6 HOUR AS quiet
     FROM system.databases AS d LEFT JOIN system.tables AS t ON t.database = d.name
     WHERE startsWith(d.name, {prefix:String}) GROUP BY name`,
    { prefix: `${events.database}_world_` },
  );
  const dropped = await worldsDropped(records, events);
  for (const { name, quiet } of worlds) {
    if (!known.has(name) && (quiet === 1 || dropped.has(name))) await dropWorld(events, name);
  }
}

/** Names of the worlds of finished runs that no longer have one. */
async function worldsDropped(records: Records, events: Events): Promise<Set<string>> {
  const { rows } = await sql<{ run_id: number }>`select run_id from run where world = ''`.execute(records);
  return new Set(rows.map(({ run_id }) => `${events.database}_world_${run_id}`));
}
