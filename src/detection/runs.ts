import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';

/** A finished run of detection. */
export interface Run {
  run_id: number;
  /** null: with all that was stored. */
  as_of: Date | null;
  horizon: Date;
  started_at: Date;
  ended_at: Date;
  /** Database of its world; `''` when it has been dropped, and its signals and risk with it. */
  world: string;
  /** Fingerprint of the raw tables it saw. */
  stored: string;
}

const COLUMNS = sql`run_id, as_of, horizon, started_at, ended_at, world, stored`;

/** The run that pages and exports show, or undefined before the first one has ended. */
export async function currentRun(records: Records): Promise<Run | undefined> {
  const { rows } = await sql<Run>`select ${COLUMNS} from run
    where run_id = (select run_id from current_run)`.execute(records);
  return rows[0];
}

/** An indicator that failed, and with what kind of failure. */
export interface Failed {
  indicator: string;
  failure: string;
}

/** The indicators that a run is without, because they failed. */
export async function failedIn(records: Records, runId: number): Promise<Failed[]> {
  const { rows } = await sql<Failed>`select indicator, failure from run_indicator
    where run_id = ${runId} and failure is not null order by indicator`.execute(records);
  return rows;
}

/** Runs, the newest first. */
export async function listRuns(records: Records, limit: number): Promise<Run[]> {
  const { rows } = await sql<Run>`select ${COLUMNS} from run order by run_id desc limit ${limit}`.execute(
    records,
  );
  return rows;
}

/** The newest run as of a moment (of any moment when undefined) that can still be read. */
export async function asOfRun(records: Records, asOf: Date | undefined): Promise<Run | undefined> {
  const then = asOf === undefined ? sql`true` : sql`as_of = ${asOf.toISOString()}::timestamptz`;
  const { rows } = await sql<Run>`select ${COLUMNS} from run
    where as_of is not null and world <> '' and ${then} order by run_id desc limit 1`.execute(records);
  return rows[0];
}
