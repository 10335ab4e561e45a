import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { named, opened, sealed } from '../stores/vault/sealed.ts';

export const VERDICTS = ['explained', 'benign', 'needs_development', 'refer'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a person decided about a signal, and why. */
export interface RecordedVerdict {
  verdictId: string;
  signalId: string;
  decidedBy: string;
  decidedAt: Date;
  verdict: Verdict;
  reason: string;
  /** The signal's sentence as it stood when it was judged. */
  text: string;
}

/**
 * Records a verdict on a signal of the current run. It is kept for ever: the signal's own words go with it, since runs come
 * and go. A second verdict does not replace the first.
 * @throws Failure for a verdict that is not one of the four, for a reason that is empty, or when the current run has no
 * such signal.
 */
export async function recordVerdict(
  records: Records,
  given: { signalId: string; decidedBy: string; verdict: Verdict; reason: string; clock: Clock },
): Promise<string> {
  const reason = given.reason.trim();
  if (!VERDICTS.includes(given.verdict)) {
    throw new Failure('That is not a verdict', { todo: `Give one of ${VERDICTS.join(', ')}` });
  }
  if (reason === '') throw new Failure('A verdict needs a reason', { todo: 'Write why' });
  const verdictId = newIdentifier();
  const { rows: judged } = await sql<{ text: string }>`select ${opened('signal.text', 's')} as text
    from signal s join current_run c on c.run_id = s.run_id where s.signal_id = ${given.signalId}`.execute(
    records,
  );
  const { rows } =
    await sql`insert into verdict (verdict_id, signal_id, run_id, indicator, officer_id, person_id, text,
      decided_by, decided_at, verdict, reason)
    select ${verdictId}, s.signal_id, s.run_id, s.indicator, s.officer_id, s.person_id,
      ${sealed('verdict.text', verdictId, judged[0]?.text ?? '')}, ${named(given.decidedBy)},
      ${given.clock().toISOString()}::timestamptz, ${given.verdict}, ${sealed('verdict.reason', verdictId, reason)}
    from signal s join current_run c on c.run_id = s.run_id where s.signal_id = ${given.signalId}
    returning verdict_id`.execute(records);
  if (rows.length === 0) {
    throw new Failure('The current run has no such signal', {
      todo: 'Open the list of signals again: detection has run since',
    });
  }
  return verdictId;
}

/** All verdicts on a signal, the newest first. */
export async function verdictsOf(records: Records, signalId: string): Promise<RecordedVerdict[]> {
  const { rows } = await sql<RecordedVerdict>`select verdict_id as "verdictId", signal_id as "signalId",
      decided_by as "decidedBy", decided_at as "decidedAt", verdict,
      ${opened('verdict.reason')} as reason, ${opened('verdict.text')} as text
    from verdict where signal_id = ${signalId} order by decided_at desc, verdict_id desc`.execute(records);
  return rows;
}

/** How often an indicator was right, among the signals that a person has judged. */
export interface MeasuredPrecision {
  indicator: string;
  /** Signals with a verdict; the newest one counts. */
  judged: number;
  /** Of those, how many are worth work: `needs_development` or `refer`. */
  upheld: number;
  /** `upheld / judged`. */
  precision: number;
}

/** The measured precision of every indicator with verdicts. */
export async function measuredPrecision(records: Records): Promise<MeasuredPrecision[]> {
  const { rows } = await sql<Omit<MeasuredPrecision, 'precision'>>`
    select indicator, count(*)::int as judged,
      (count(*) filter (where verdict in ('needs_development', 'refer')))::int as upheld
    from (select distinct on (signal_id) signal_id, indicator, verdict from verdict
      order by signal_id, decided_at desc, verdict_id desc) newest
    group by indicator order by indicator`.execute(records);
  return rows.map((row) => ({ ...row, precision: row.upheld / row.judged }));
}
