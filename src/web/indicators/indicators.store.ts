import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { opened } from '../../stores/vault/sealed.ts';

/** What became of an indicator in a run. Counts are null for who may not read them (docs/who-sees-what.md). */
export interface Became {
  indicator: string;
  version: string;
  content: string;
  state: 'live' | 'shadow';
  failure: string | null;
  signals: number | null;
  officers: number | null;
  /** How many of the signals the current run before had too, and how many it had besides. */
  known: number | null;
  gone: number | null;
}

/** Every indicator of a run. */
export async function whatBecame(records: Records, runId: number): Promise<Became[]> {
  const { rows } = await sql<Became>`select i.indicator, i.version, i.content, i.state, i.failure,
      c.signals, c.officers, c.known, c.gone
    from run_indicator i left join run_indicator_count c on c.run_id = i.run_id and c.indicator = i.indicator
    where i.run_id = ${runId} order by i.indicator`.execute(records);
  return rows;
}

/** An earlier run with the counts of one indicator. */
export interface EarlierCount {
  indicator: string;
  version: string;
  content: string;
  signals: number;
}

/** What each indicator found in the last runs up to now that read everything, the newest first; nothing for who may not read counts. */
export async function countsBefore(records: Records, runId: number): Promise<EarlierCount[]> {
  const { rows } = await sql<EarlierCount>`select i.indicator, i.version, i.content, c.signals
    from run_indicator i join run_indicator_count c on c.run_id = i.run_id and c.indicator = i.indicator
      join run r on r.run_id = i.run_id
    where r.as_of is null and i.failure is null and i.run_id < ${runId}
    order by i.run_id desc limit 2000`.execute(records);
  return rows;
}

/** How many signals of each indicator the reader may see, and about how many officers. */
export async function seenOf(
  records: Records,
  runId: number,
): Promise<{ indicator: string; signals: number; officers: number }[]> {
  const { rows } = await sql<{ indicator: string; signals: number; officers: number }>`
    select indicator, count(*)::int as signals, count(distinct officer_id)::int as officers from (
      select indicator, officer_id from signal where run_id = ${runId}
      union all select indicator, officer_id from shadow_signal where run_id = ${runId}) found
    group by indicator`.execute(records);
  return rows;
}

/** A signal of an indicator in shadow. */
export interface Sample {
  indicator: string;
  officerId: string;
  personId: string;
  text: string;
  score: number;
  firstAt: Date;
  lastAt: Date;
}

/** The strongest signals of each indicator in shadow. */
export async function samplesOf(records: Records, runId: number, most: number): Promise<Sample[]> {
  const { rows } = await sql<Sample>`select indicator, officer_id as "officerId", person_id as "personId",
      ${opened('shadow_signal.text', 'ranked')} as text, score,
      first_at as "firstAt", last_at as "lastAt"
    from (select *, row_number() over (partition by indicator order by score desc, signal_id) as place
      from shadow_signal where run_id = ${runId}) ranked
    where place <= ${most} order by indicator, place`.execute(records);
  return rows;
}
