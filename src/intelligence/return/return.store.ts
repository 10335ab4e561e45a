import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { appendAlone } from '../../trust/audit/log.ts';
import { type Counted, makeReturn, type Return } from './return.ts';

/**
 * The return of a period, made by the system for regional and national collation: logs submitted from `from` to `to` (local days, both
 * included), each under its newest category. What it discloses is written into the audit log before.
 * @throws Failure for days that are none, or that end before they begin.
 */
export async function returnOf(
  records: Records,
  { from, to, at, by }: { from: string; to: string; at: Date; by: string },
): Promise<Return> {
  for (const day of [from, to]) {
    if (!isDay(day)) throw new Failure(`'${day}' is no day`, { todo: 'Write it as 2026-03-31.' });
  }
  if (from > to) throw new Failure(`The period ends before it begins: ${from} to ${to}`);
  await appendAlone(
    records,
    { act: 'disclosure', action: 'export', what: 'export of the return', who: by, more: { from, to } },
    at,
  );
  const { rows } = await sql<Counted>`select c.outcome, c.apsp, count(*)::int as logs
    from intelligence_log l
    left join lateral (select outcome, apsp from categorisation c where c.log_id = l.log_id
      order by categorisation_no desc limit 1) c on true
    where l.state <> 'draft' and (l.submitted_at at time zone 'Europe/London')::date between ${from}::date and ${to}::date
    group by c.outcome, c.apsp`.execute(records);
  return makeReturn(rows, { from, to, madeAt: at });
}

function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text)
  );
}
