import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { named, opened, sealed } from '../../stores/vault/sealed.ts';
import { append } from '../../trust/audit/log.ts';
import type { Candidate } from './mine.ts';

/** A candidate as it was last found, and what was last decided about it. */
export interface MinedExplanation {
  candidate: Candidate;
  foundAt: Date;
  decision: { approved: boolean; reason: string; decidedBy: string; decidedAt: Date } | null;
}

/** Keeps what was found in a run's world. What was found before and no longer is stays as it was. */
export async function saveCandidates(
  records: Records,
  found: { run_id: number; at: Date; by: string; candidates: readonly Candidate[] },
): Promise<void> {
  await records.transaction().execute(async (trx) => {
    for (const candidate of found.candidates) {
      await sql`insert into mined_explanation (path, found_at, run_id, candidate)
        values (${candidate.path}, ${found.at.toISOString()}::timestamptz, ${found.run_id}, ${JSON.stringify(candidate)}::jsonb)
        on conflict (path) do update set found_at = excluded.found_at, run_id = excluded.run_id,
          candidate = excluded.candidate`.execute(trx);
    }
    const more = { run_id: found.run_id, found: found.candidates.map(({ path }) => path) };
    const what = 'explanations looked for in the force’s own data';
    await append(trx, { act: 'combination', action: 'mine', what, who: found.by, more }, found.at);
  });
}

/** All that was ever found, undecided ones first, then the most supported first. */
export async function minedExplanations(records: Records): Promise<MinedExplanation[]> {
  const { rows } = await sql<MinedExplanation>`
    select m.candidate, m.found_at as "foundAt",
      case when d.path is null then null else jsonb_build_object('approved', d.approved, 'reason', ${opened('mined_decision.reason', 'd')},
        'decidedBy', d.decided_by, 'decidedAt', d.decided_at) end as decision
    from mined_explanation m
    left join lateral (select * from mined_decision where path = m.path
      order by decided_at desc, decision_id desc limit 1) d on true
    order by d.path is not null, (m.candidate ->> 'support')::float desc, m.path`.execute(records);
  return rows;
}

/** Paths whose newest decision approves them: they explain looks from the next run on. */
export async function approvedPaths(records: Records): Promise<string[]> {
  const { rows } = await sql<{ path: string }>`
    select path from (select distinct on (path) path, approved from mined_decision
      order by path, decided_at desc, decision_id desc) newest where approved order by path`.execute(records);
  return rows.map(({ path }) => path);
}

/**
 * Approves or refuses what was found, with a reason; deciding again adds a decision. Written into the audit log with it.
 * @throws Failure when nothing of that name was found, or the reason is empty.
 */
export async function decideMined(
  records: Records,
  given: { path: string; approved: boolean; reason: string; by: string; at: Date },
): Promise<void> {
  const { path, approved, by, at } = given;
  const reason = given.reason.trim();
  if (reason === '') throw new Failure('A decision needs a reason', { todo: 'Write why' });
  await records.transaction().execute(async (trx) => {
    const { rows } = await sql`select 1 from mined_explanation where path = ${path}`.execute(trx);
    if (rows.length === 0) {
      throw new Failure('No explanation of that name was found', { todo: 'Open the page again' });
    }
    await sql`insert into mined_decision (path, approved, reason, decided_by, decided_at)
      values (${path}, ${approved}, ${sealed('mined_decision.reason', path, reason)}, ${named(by)},
        ${at.toISOString()}::timestamptz)`.execute(trx);
    const what = `explanation found in the force’s own data, ${approved ? 'approved' : 'refused'}`;
    await append(
      trx,
      { act: 'alteration', action: 'decide', what, who: by, why: reason, more: { path } },
      at,
    );
  });
}
