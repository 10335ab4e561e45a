import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import { type Held, type Hold, heldBy, heldTogether, NOTHING_HELD } from './hold.ts';
import type { Day } from './rule.ts';

/** A hold as somebody who may know of it sees it. */
export interface StoredHold extends Hold {
  holdId: string;
  matterId: string | null;
  reason: string;
  placedBy: string;
  placedAt: Date;
  reviewOn: Day;
  reviewedAt: Date | null;
  liftedAt: Date | null;
  liftedWhy: string | null;
}

/** Holds that the reader may know of, those in force first. Takes records of an account. */
export async function seenHolds(records: Records): Promise<StoredHold[]> {
  const { rows } =
    await sql<StoredHold>`select h.hold_id as "holdId", h.about, h.subject_id as "subjectId", h.from_day as "fromDay",
      h.to_day as "toDay", h.matter_id as "matterId", ${opened('legal_hold.reason', 'h')} as reason, a.name as "placedBy", h.placed_at as "placedAt",
      h.review_on as "reviewOn", h.reviewed_at as "reviewedAt", h.lifted_at as "liftedAt", ${opened('legal_hold.lifted_why', 'h')} as "liftedWhy"
    from legal_hold h join account a on a.account_id = h.placed_by
    order by h.lifted_at is not null, h.review_on, h.placed_at desc limit 500`.execute(records);
  return rows;
}

/** Places a hold; false where the reader may know nothing of what it is about. Takes records of an account. */
export async function placeHold(
  records: Records,
  session: Session,
  at: Date,
  one: Hold & { matterId: string | null; reason: string; reviewOn: Day },
): Promise<boolean> {
  const id = newIdentifier();
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ done: boolean }>`select place_hold(${id}, ${one.about}, ${one.subjectId},
      ${one.fromDay}::date, ${one.toDay}::date, ${one.matterId}, ${sealed('legal_hold.reason', id, one.reason)}, ${one.reviewOn}::date) as done`.execute(
      trx,
    );
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'legal hold placed', one.reason, { hold: id, about: one.about });
    return true;
  });
}

/** Says that a hold was looked at again and stays, to be looked at next on a day; or lifts it. False where there is none. */
export async function changeHold(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  change: { reviewOn: Day } | { lift: string },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const call =
      'lift' in change
        ? sql`lift_hold(${id}, ${sealed('legal_hold.lifted_why', id, change.lift)})`
        : sql`review_hold(${id}, ${change.reviewOn}::date)`;
    const { rows } = await sql<{ done: boolean }>`select ${call} as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    const what = 'lift' in change ? 'legal hold lifted' : 'legal hold reviewed';
    await noted(trx, session, at, what, 'lift' in change ? change.lift : undefined, { hold: id });
    return true;
  });
}

/** Waits until nobody places or lifts a hold, and keeps it so to the end of the transaction. */
export async function guardHolds(trx: Records): Promise<void> {
  await sql`select 1 from retention_guard for update`.execute(trx);
}

/** What holds are on now. Read as the system, in the transaction that holds the guard. */
export async function heldByHolds(trx: Records): Promise<Held> {
  const { rows } =
    await sql<Hold>`select about, subject_id as "subjectId", from_day as "fromDay", to_day as "toDay"
    from legal_hold where lifted_at is null`.execute(trx);
  const all = await subjects(trx);
  return heldBy(rows, (matter) => all.get(matter) ?? NOBODY);
}

/**
 * What must not be erased now: what holds are on, and whomever a matter or an intelligence log concerns, open or closed, until it is
 * erased itself, or an authority in force. Read as the system, in the transaction that holds the guard.
 */
export async function heldNow(trx: Records, at: Date): Promise<Held> {
  const all = [...(await subjects(trx)).values()];
  const { rows } = await sql<{ officer_id: string }>`select officer_id from targeted_authority
    where cancelled_at is null and ends_at > ${at}`.execute(trx);
  const { rows: logged } = await sql<{
    kind: string;
    id: string;
  }>`select distinct kind, subject_id as id from log_subject`.execute(trx);
  const inLogs = (kind: string) => logged.filter((one) => one.kind === kind).map((one) => one.id);
  return heldTogether(await heldByHolds(trx), {
    ...NOTHING_HELD,
    people: [...all.flatMap((one) => one.people), ...inLogs('person')],
    officers: [
      ...all.flatMap((one) => one.officers),
      ...inLogs('officer'),
      ...rows.map((row) => row.officer_id),
    ],
  });
}

const NOBODY = { people: [], officers: [] };

/** Whom each matter concerns, itself or through an intelligence log that belongs to it. */
export async function subjects(trx: Records): Promise<Map<string, { people: string[]; officers: string[] }>> {
  const { rows } = await sql<{ matter_id: string; kind: 'officer' | 'person'; subject_id: string }>`
    select matter_id, kind, subject_id from matter_subject
    union select l.matter_id, s.kind, s.subject_id from log_subject s join intelligence_log l using (log_id) where l.matter_id is not null
    order by 1, 2, 3`.execute(trx);
  const of = (some: typeof rows, kind: string) =>
    some.filter((one) => one.kind === kind).map((one) => one.subject_id);
  return new Map(
    [...Map.groupBy(rows, (row) => row.matter_id)].map(([matter, some]) => [
      matter,
      { people: of(some, 'person'), officers: of(some, 'officer') },
    ]),
  );
}
