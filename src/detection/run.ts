import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { json, sealed } from '../stores/vault/sealed.ts';
import { append } from '../trust/audit/log.ts';
import { saveCircles } from '../trust/circle/circle.store.ts';
import type { CircleFact } from '../trust/circle/circle.ts';
import type { Signal } from './raise.ts';
import type { OfficerRisk } from './risk.ts';
import type { Outcome } from './run-indicators.ts';

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
  /** Of the indicators that are live. */
  signals: readonly Signal[];
  /** What became of each indicator, with what those in shadow found. */
  outcomes: readonly Outcome[];
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
    await saveSignals(trx, run.run_id, 'signal', run.signals);
    const inShadow = run.outcomes.filter((one) => one.state === 'shadow');
    await saveSignals(
      trx,
      run.run_id,
      'shadow_signal',
      inShadow.flatMap((one) => one.signals),
    );
    await saveOutcomes(trx, run);
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
    const failed = run.outcomes.filter((one) => one.failure !== null).map((one) => one.indicator.id);
    const more = { run_id: run.run_id, signals: run.signals.length, officers: run.risk.length, failed };
    const what = 'run of detection, saved';
    await append(trx, { act: 'combination', action: 'detect', what, who: run.by, more }, run.ended_at);
  });
}

async function saveSignals(
  trx: Records,
  run_id: number,
  table: 'signal' | 'shadow_signal',
  signals: readonly Signal[],
): Promise<void> {
  for (const few of chunks(signals)) {
    const some = few.map((one) => ({
      ...one,
      text: sealed(`${table}.text`, [run_id, one.signal_id], one.text),
      facts: sealed(`${table}.facts`, [run_id, one.signal_id], one.facts),
    }));
    await sql`insert into ${sql.table(table)} (run_id, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at,
        score, encounters, evidence, claims, text, facts)
      select ${run_id}, signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at, score, encounters,
        array(select jsonb_array_elements_text(evidence)), array(select jsonb_array_elements_text(claims)), text, facts
      from jsonb_to_recordset(${json(some)}::text::jsonb) as t(signal_id text, indicator text, officer_id text,
        person_id text, first_at timestamptz, last_at timestamptz, raised_at timestamptz, score double precision,
        encounters integer, evidence jsonb, claims jsonb, text text, facts jsonb)`.execute(trx);
  }
}

/** What became of each indicator, and how what it found compares with the current run before. */
async function saveOutcomes(trx: Records, run: FinishedRun): Promise<void> {
  const rows = run.outcomes.map(({ indicator, state, failure }) => ({
    indicator: indicator.id,
    version: indicator.version,
    content: indicator.content,
    state,
    failure,
  }));
  await sql`insert into run_indicator (run_id, indicator, version, content, state, failure)
    select ${run.run_id}, indicator, version, content, state, failure
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t(indicator text, version text, content text, state text, failure text)`.execute(trx);
  await sql`with found as (
      select run_id, indicator, signal_id, officer_id from signal
      union all select run_id, indicator, signal_id, officer_id from shadow_signal),
    here as (select * from found where run_id = ${run.run_id}),
    before as (select * from found where run_id = (select run_id from current_run))
    insert into run_indicator_count (run_id, indicator, signals, officers, known, gone)
    select ${run.run_id}, i.indicator,
      (select count(*) from here h where h.indicator = i.indicator),
      (select count(distinct officer_id) from here h where h.indicator = i.indicator),
      (select count(*) from here h join before b using (signal_id) where h.indicator = i.indicator),
      (select count(*) from before b where b.indicator = i.indicator
        and not exists (select from here h where h.signal_id = b.signal_id))
    from run_indicator i where i.run_id = ${run.run_id}`.execute(trx);
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
