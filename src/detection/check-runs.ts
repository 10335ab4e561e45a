import { sql } from 'kysely';
import type { Check } from '../kernel/check.ts';
import type { Stores } from './detect.ts';

/** Every run that can be read has its world, every signal its officer's row of risk, every row of risk its order. */
export async function checkRuns({ records, events }: Stores): Promise<Check> {
  const problems: string[] = [];
  const { rows: runs } = await sql<{
    run_id: number;
    world: string;
  }>`select run_id, world from run where world <> ''`.execute(records);
  for (const { run_id, world } of runs) {
    const [found] = await events.query<{ n: number }>(
      'SELECT count() AS n FROM system.tables WHERE database = {world:String} AND name = {table:String}',
      { world, table: 'encounters' },
    );
    if ((found?.n ?? 0) === 0) {
      problems.push(
        `Run ${run_id} has lost its encounters in the events store: run \`upstander detect\` again`,
      );
    }
  }
  const { rows: strays } = await sql<{ run_id: number; n: number }>`select s.run_id, count(*)::int as n
    from signal s left join risk r on r.run_id = s.run_id and r.officer_id = s.officer_id
    where r.officer_id is null and s.officer_id in (select officer_id from risk) group by s.run_id`.execute(
    records,
  );
  for (const { run_id, n } of strays)
    problems.push(`Run ${run_id} has ${n} signals of officers without risk`);
  const { rows: gaps } = await sql<{ run_id: number }>`select run_id from risk group by run_id
    having count(*) <> max(rank) or count(distinct rank) <> count(*)`.execute(records);
  for (const { run_id } of gaps) problems.push(`The ranking of run ${run_id} is not whole`);
  const { rows: failures } = await sql<{ run_id: number; indicator: string; failure: string }>`
    select run_id, indicator, failure from run_indicator
    where failure is not null and run_id = (select run_id from current_run) order by indicator`.execute(
    records,
  );
  for (const { run_id, indicator, failure } of failures) {
    problems.push(
      `Run ${run_id} is without ${indicator}, which failed (${failure}): run \`upstander detect\` again`,
    );
  }
  return { name: 'Runs of detection are whole', problems };
}
