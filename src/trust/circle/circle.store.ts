import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { json, named } from '../../stores/vault/sealed.ts';
import type { Circle, CircleFact } from './circle.ts';

const ROWS_AT_ONCE = 2000;

/**
 * Puts the facts of a run in the place of those before, and makes again the circle of everyone of the workforce who has an
 * account. To be called in the transaction that makes the run the current one.
 */
export async function saveCircles(trx: Records, run_id: number, facts: readonly CircleFact[]): Promise<void> {
  await sql`delete from circle_fact`.execute(trx);
  await sql`delete from risk_seen`.execute(trx);
  for (let start = 0; start < facts.length; start += ROWS_AT_ONCE) {
    const some = facts.slice(start, start + ROWS_AT_ONCE).map((fact) => ({
      ...fact,
      // Where somebody lives is compared, never read.
      about: fact.kind === 'home' ? named(fact.about) : fact.about,
      begins: moment(fact.begins, '-infinity'),
      ends: moment(fact.ends, 'infinity'),
    }));
    await sql`insert into circle_fact (officer_id, kind, about, begins, ends, why)
      select officer_id, kind, about, begins, ends, why from jsonb_to_recordset(${json(some)}::text::jsonb)
        as t(officer_id text, kind text, about text, begins timestamptz, ends timestamptz, why text)`.execute(
      trx,
    );
  }
  await sql`delete from circle`.execute(trx);
  await sql`select build_circle(officer_id)
    from (select distinct officer_id from account where officer_id is not null) a`.execute(trx);
  await sql`insert into circle_state (run_id) values (${run_id})
    on conflict (one) do update set run_id = excluded.run_id`.execute(trx);
}

const moment = (at: number | null | undefined, open: string) =>
  at === null || at === undefined ? open : new Date(at).toISOString();

/**
 * Officers and people of whom an officer's account must learn nothing; `ready` is false while their circle is not that of
 * the current run, and then nothing at all may be shown.
 */
export async function hiddenFrom(
  records: Records,
  officerId: string | null,
): Promise<Circle & { ready: boolean }> {
  if (officerId === null) return { officers: new Set(), people: new Set(), ready: true };
  const [rows, state] = [
    await sql<{ kind: string; id: string }>`select about_kind as kind, about_id as id from circle
      where officer_id = ${officerId}`.execute(records),
    await sql<{ ready: boolean }>`select not exists (select 1 from current_run) or exists (
      select 1 from circle_state s join current_run c on c.run_id = s.run_id) as ready`.execute(records),
  ];
  const of = (kind: string) => new Set(rows.rows.filter((row) => row.kind === kind).map((row) => row.id));
  return {
    officers: of('officer').add(officerId),
    people: of('person'),
    ready: state.rows[0]?.ready === true,
  };
}
