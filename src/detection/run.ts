import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { json, sealed } from '../stores/vault/sealed.ts';
import { append } from '../trust/audit/log.ts';
import { saveCircles } from '../trust/circle/circle.store.ts';
import type { CircleFact } from '../trust/circle/circle.ts';
import type { Signal } from './raise.ts';
import type { OfficerRisk } from './risk.ts';

/** A finished run, as it is written. */
export interface FinishedRun {
  /** Who had it run, for the audit log. */
  by: string;
  run_id: number;
  as_of: Date | null;
  horizon: Date;
  started_at: Date;
  ended_at: Date;
  world: string;
  stored: string;
  settings: unknown;
  signals: readonly Signal[];
  risk: readonly OfficerRisk[];
  /** Titles of the indicators, by id. */
  titles: ReadonlyMap<string, string>;
  /** What ties officers to each other, for those of them who have an account. */
  circles: readonly CircleFact[];
}

/** A number for a new run; numbers of runs that fail are not used again. */
export async function nextRun(records: Records): Promise<number> {
  const { rows } = await sql<{ run_id: number }>`select nextval('run_number') as run_id`.execute(records);
  return Number(rows[0]?.run_id);
}

/** Whether a run was written. */
export async function isSaved(records: Records, run_id: number): Promise<boolean> {
  const { rows } = await sql`select 1 from run where run_id = ${run_id}`.execute(records);
  return rows.length > 0;
}

const ROWS_AT_ONCE = 500;

/** Writes a run with its signals and risk, whole or not at all; one without as-of time becomes the current run. */
export async function saveRun(records: Records, run: FinishedRun): Promise<void> {
  await records.transaction().execute(async (trx) => {
    await sql`insert into run (run_id, as_of, horizon, started_at, ended_at, status, world, stored, settings)
      values (${run.run_id}, ${iso(run.as_of)}, ${iso(run.horizon)}, ${iso(run.started_at)}, ${iso(run.ended_at)},
        'done', ${run.world}, ${run.stored}, ${JSON.stringify(run.settings)}::jsonb)`.execute(trx);
    for (const signals of chunks(run.signals)) {
      const some = signals.map((one) => {
        const row = [run.run_id, one.signal_id];
        return {
          ...one,
          text: sealed('signal.text', row, one.text),
          facts: sealed('signal.facts', row, one.facts),
        };
      });
      await sql`insert into signal (run_id, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at,
          score, encounters, evidence, claims, text, facts)
        select ${run.run_id}, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at, score, encounters,
          array(select jsonb_array_elements_text(evidence)), array(select jsonb_array_elements_text(claims)), text, facts
        from jsonb_to_recordset(${json(some)}::text::jsonb) as t(signal_id text, indicator text, officer_id text,
          person_id text, first_at timestamptz, last_at timestamptz, raised_at timestamptz, score double precision,
          encounters integer, evidence jsonb, claims jsonb, text text, facts jsonb)`.execute(trx);
    }
    for (const some of chunks(run.risk)) {
      const rows = some.map((one) => ({ ...one, text: riskSentence(one, run.titles) }));
      await sql`insert into risk (run_id, officer_id, rank, score, band, signals, people, top_indicators, contributions, text)
        select ${run.run_id}, officer_id, rank, score, band, signals, people,
          array(select jsonb_array_elements_text(top_indicators)), contributions, text
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(officer_id text, rank integer,
          score double precision, band text, signals integer, people integer, top_indicators jsonb, contributions jsonb,
          text text)`.execute(trx);
    }
    if (run.as_of === null) {
      await sql`insert into current_run (run_id) values (${run.run_id})
        on conflict (one) do update set run_id = excluded.run_id`.execute(trx);
      await saveCircles(trx, run.run_id, run.circles);
    }
    const more = { run_id: run.run_id, signals: run.signals.length, officers: run.risk.length };
    const what = 'run of detection, saved';
    await append(trx, { act: 'combination', action: 'detect', what, who: run.by, more }, run.ended_at);
  });
}

/** Why an officer stands where they stand, in one sentence. */
export function riskSentence(risk: OfficerRisk, titles: ReadonlyMap<string, string>): string {
  if (risk.signals === 0) return 'No signals.';
  const many = (n: number, one: string, more: string) => `${n} ${n === 1 ? one : more}`;
  const about = risk.people > 0 ? ` about ${many(risk.people, 'person', 'people')}` : '';
  const most = risk.top_indicators.map((id) => lowerFirst(titles.get(id) ?? id)).join('; ');
  return `${many(risk.signals, 'signal', 'signals')}${about}, most of all: ${most}.`;
}

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const iso = (at: Date | null) => at?.toISOString() ?? null;

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE)
    yield rows.slice(start, start + ROWS_AT_ONCE);
}
