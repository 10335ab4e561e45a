import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { opened } from '../stores/vault/sealed.ts';
import type { Indicator } from './indicator.ts';
import { bandOf, type Contribution, contributionsOf, highPlaces } from './risk.ts';
import { forRanking, type Seen } from './risk-seen.ts';
import type { Run } from './runs.ts';
import { DEFAULT_RISK } from './settings.ts';

/** An officer's risk as it would be without some of the signals. */
export interface WhatIf {
  /** The signals left out that are there. */
  without: string[];
  score: number;
  band: ReturnType<typeof bandOf>;
  contributions: Contribution[];
}

/**
 * What an officer's score and band would be without some signals, all else as it is: signals that rest on the same facts then
 * count more, and others keep their places in the high band. Reads what the reader of `records` sees, and changes nothing.
 */
export async function whatIf(
  records: Records,
  run: Pick<Run, 'run_id' | 'horizon'>,
  indicators: ReadonlyMap<string, Indicator>,
  question: { officer: string; without: ReadonlySet<string> },
): Promise<WhatIf> {
  const { officer, without } = question;
  const { rows } = await sql<Seen>`select signal_id, indicator, officer_id, person_id, last_at, score,
      coalesce(claims, evidence) as claims, ${opened('signal.facts')} as facts
    from signal where run_id = ${run.run_id} and officer_id = ${officer} order by signal_id`.execute(records);
  const left = rows
    .filter((one) => !without.has(one.signal_id))
    .flatMap((one) => forRanking(one, indicators));
  const contributions = contributionsOf(left, run.horizon.getTime(), DEFAULT_RISK);
  const score = contributions.reduce((sum, one) => sum + one.points, 0);
  const ranked = await sql<{ officers: number; before: number }>`select count(*)::int as officers,
      (count(*) filter (where band = 'high' and officer_id <> ${officer} and score >= ${score}))::int as before
    from risk_as_seen where run_id = ${run.run_id}`.execute(records);
  const { officers = 0, before = 0 } = ranked.rows[0] ?? {};
  return {
    without: rows.map((one) => one.signal_id).filter((id) => without.has(id)),
    score,
    band: bandOf(left, contributions, highPlaces(officers, DEFAULT_RISK) - before, DEFAULT_RISK),
    contributions,
  };
}
