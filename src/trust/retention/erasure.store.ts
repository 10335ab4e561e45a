import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import { beginningOf } from '../../kernel/local-time.ts';
import type { Records } from '../../stores/records/records.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import type { Reached } from './erase-records.ts';
import type { Held } from './hold.ts';
import type { Day } from './rule.ts';

/** Why something is erased: one of these goes onto the certificate; what is written besides goes with the target. */
export const GROUNDS = {
  retention: 'The end of the time for which it is kept',
  request: 'A request of the person',
  court: 'An order of a court or of the Information Commissioner',
  wrong: 'It should not have been collected',
  review: 'A review found it is not needed any more',
} as const;
export type Ground = keyof typeof GROUNDS;

export const isGround = (text: string): text is Ground => Object.hasOwn(GROUNDS, text);

export interface Erasure {
  erasureId: string;
  scope: Reached['scope'];
  kind: string | null;
  before: Day | null;
  /** Whom or what; null once it is gone. */
  target: string | null;
  ground: Ground;
  reason: string | null;
  ruleVersion: number | null;
  askedBy: string | null;
  askedById: string | null;
  askedAt: Date;
  decidedBy: string | null;
  decidedAt: Date | null;
  status: 'asked' | 'refused' | 'approved' | 'running' | 'done';
  plan: Held | null;
  counts: Record<string, number> | null;
  kept: boolean | null;
  doneAt: Date | null;
  entryNo: number | null;
}

const COLUMNS = sql`e.erasure_id as "erasureId", e.scope, e.kind, e.before, e.target, e.ground, ${opened('erasure.reason', 'e')} as reason, e.rule_version as "ruleVersion",
  a.name as "askedBy", e.asked_by as "askedById", e.asked_at as "askedAt", d.name as "decidedBy", e.decided_at as "decidedAt",
  e.status, e.plan, e.counts, e.kept, e.done_at as "doneAt", e.entry_no as "entryNo"`;
const JOINED = sql`from erasure e left join account a on a.account_id = e.asked_by left join account d on d.account_id = e.decided_by`;

/** Erasures, those that wait first, the newest first: as the records given see them. */
export async function listErasures(records: Records): Promise<Erasure[]> {
  const { rows } = await sql<Erasure>`select ${COLUMNS} ${JOINED}
    order by array_position(array['asked', 'approved', 'running'], e.status) nulls last, e.asked_at desc limit 500`.execute(
    records,
  );
  return rows;
}

/** One erasure, as the records given see it. */
export async function erasureOf(records: Records, id: string): Promise<Erasure | undefined> {
  const { rows } = await sql<Erasure>`select ${COLUMNS} ${JOINED} where e.erasure_id = ${id}`.execute(
    records,
  );
  return rows[0];
}

/** What somebody asks to have erased. */
export interface Wish {
  scope: Reached['scope'];
  kind?: string | undefined;
  before?: Day | undefined;
  target?: string | undefined;
  ground: Ground;
  reason: string;
  ruleVersion?: number | undefined;
}

/** Asks for an erasure; undefined where the reader may know nothing of the target. Takes records of an account. */
export async function askErasure(
  records: Records,
  session: Session,
  at: Date,
  wish: Wish,
): Promise<string | undefined> {
  const id = newIdentifier();
  const { scope, kind = null, before = null, target = null, ground, reason, ruleVersion = null } = wish;
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select ask_erasure(${id}, ${scope}, ${kind}, ${before}::date, ${target}, ${ground},
      ${sealed('erasure.reason', id, reason)}, ${ruleVersion}::int) as done`.execute(trx);
    if (rows[0]?.done !== true) return undefined;
    await noted(trx, session, at, 'erasure asked for', undefined, { erasure: id, scope, kind, before });
    return id;
  });
}

/** Agrees to an erasure that somebody else asked for, or refuses it; false where there is none to decide. */
export async function decideErasure(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  agreed: boolean,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ done: boolean }>`select decide_erasure(${id}, ${agreed}) as done`.execute(
      trx,
    );
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, agreed ? 'erasure agreed to' : 'erasure refused', undefined, {
      erasure: id,
    });
    return true;
  });
}

/**
 * Enters an erasure of a kind that somebody's standing approval covers, ready to be carried out. Returns its identifier.
 * @throws Failure when that version of the rule has no standing approval.
 */
export async function standingErasure(
  records: Records,
  at: Date,
  one: { kind: string; version: number; before: Day },
): Promise<string> {
  const id = newIdentifier();
  const { rows } =
    await sql`insert into erasure (erasure_id, scope, kind, before, ground, rule_version, asked_at, decided_by, decided_at, status)
    select ${id}, 'kind', kind, ${one.before}::date, 'retention', version, ${at}, approved_by, approved_at, 'approved'
    from standing_approval where kind = ${one.kind} and version = ${one.version} and ended_at is null
    order by approved_at desc limit 1 returning 1`.execute(records);
  if (rows.length === 0) {
    throw new Failure('Nobody has given a standing approval for this rule', {
      todo: 'Ask for the erasure instead',
    });
  }
  return id;
}

/** What an erasure reaches, from its row. */
export function reachedBy(one: Erasure): Reached {
  if (one.scope === 'kind')
    return { scope: 'kind', kind: one.kind ?? '', before: beginningOf(one.before ?? '') };
  return { scope: one.scope, id: one.target ?? '' };
}
