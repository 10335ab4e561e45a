import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { opened } from '../stores/vault/sealed.ts';
import { type Indicator, readIndicators } from './indicator.ts';
import { type OfficerRisk, rankRisk } from './risk.ts';
import { riskSentence } from './run.ts';
import type { Run } from './runs.ts';
import { DEFAULT_RISK } from './settings.ts';

/** A signal as the records store keeps it, with what the ranking needs. */
export interface Seen {
  signal_id: string;
  indicator: string;
  officer_id: string;
  person_id: string;
  last_at: Date;
  score: number;
  claims: string[];
  facts: { vulnerable?: unknown };
}

/**
 * Works out risk and rank of a run as they are without the officers and people of whom `viewer` must learn nothing, unless
 * that has been done: what is left is ranked as if nothing else had ever been found. Runs as the system.
 */
export async function ensureRiskSeen(records: Records, run: Run, viewer: string): Promise<void> {
  const known =
    await sql`select 1 from risk_seen where run_id = ${run.run_id} and viewer = ${viewer} limit 1`.execute(
      records,
    );
  if (known.rows.length > 0) return;
  await records.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext(${`risk seen ${run.run_id} ${viewer}`}))`.execute(trx);
    const officers = await sql<{
      officer_id: string;
    }>`select officer_id from risk where run_id = ${run.run_id}
      and officer_id not in (select about_id from circle where officer_id = ${viewer} and about_kind = 'officer')
      and not exists (select 1 from risk_seen where run_id = ${run.run_id} and viewer = ${viewer})`.execute(
      trx,
    );
    if (officers.rows.length === 0) return;
    const signals = await sql<Seen>`select signal_id, indicator, officer_id, person_id, last_at, score,
        coalesce(claims, evidence) as claims, ${opened('signal.facts')} as facts
      from signal where run_id = ${run.run_id}
        and officer_id not in (select about_id from circle where officer_id = ${viewer} and about_kind = 'officer')
        and person_id not in (select about_id from circle where officer_id = ${viewer} and about_kind = 'person')`.execute(
      trx,
    );
    const indicators = new Map(readIndicators().map((one) => [one.id, one]));
    const ranked = rankRisk(
      officers.rows.map((row) => row.officer_id).sort(),
      signals.rows.flatMap((one) => forRanking(one, indicators)),
      run.horizon.getTime(),
      DEFAULT_RISK,
    );
    await save(trx, run.run_id, viewer, ranked, new Map([...indicators].map(([id, one]) => [id, one.title])));
  });
}

/** The signal as the ranking reads it; none where its indicator is no more. */
export function forRanking(one: Seen, indicators: ReadonlyMap<string, Indicator>) {
  const indicator = indicators.get(one.indicator);
  if (indicator === undefined) return [];
  const { claims, facts, last_at, ...rest } = one;
  return {
    ...rest,
    kind: indicator.kind,
    ...(indicator.rests_on === undefined ? {} : { kinds: indicator.rests_on }),
    last_at: last_at.getTime(),
    evidence: claims,
    vulnerable: Number(facts.vulnerable ?? 0),
  };
}

const ROWS_AT_ONCE = 500;

async function save(
  trx: Records,
  run_id: number,
  viewer: string,
  ranked: readonly OfficerRisk[],
  titles: ReadonlyMap<string, string>,
): Promise<void> {
  for (let start = 0; start < ranked.length; start += ROWS_AT_ONCE) {
    const rows = ranked
      .slice(start, start + ROWS_AT_ONCE)
      .map((one) => ({ ...one, text: riskSentence(one, titles) }));
    await sql`insert into risk_seen (run_id, viewer, officer_id, rank, score, band, signals, people, top_indicators,
        contributions, text)
      select ${run_id}, ${viewer}, officer_id, rank, score, band, signals, people,
        array(select jsonb_array_elements_text(top_indicators)), contributions, text
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(officer_id text, rank integer, score double precision,
        band text, signals integer, people integer, top_indicators jsonb, contributions jsonb, text text)`.execute(
      trx,
    );
  }
}
