import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import type { Session } from '../session.ts';
import { beginPurpose, noted, type Purpose } from './purpose.store.ts';
import { earlier, later, PURPOSE } from './settings.ts';

/** A request to see names within one task or matter. */
export interface Unmasking {
  unmaskingId: string;
  accountId: string;
  by: string;
  words: string;
  necessity: string;
  proportionality: string;
  askedAt: Date;
  granted: boolean | null;
  decidedBy: string | null;
  decisionWhy: string | null;
  endsAt: Date | null;
}

const COLUMNS = sql`u.unmasking_id as "unmaskingId", u.account_id as "accountId", a.name as by,
  ${opened('unmasking.words', 'u')} as words, ${opened('unmasking.necessity', 'u')} as necessity,
  ${opened('unmasking.proportionality', 'u')} as proportionality, u.asked_at as "askedAt", u.granted, d.name as "decidedBy", ${opened('unmasking.decision_why', 'u')} as "decisionWhy",
  u.ends_at as "endsAt"`;
const FROM = sql`unmasking u join account a on a.account_id = u.account_id
  left join account d on d.account_id = u.decided_by`;

/** Whether somebody else has let this account see names for what the purpose is about, at this moment. */
export async function namesGranted(
  records: Records,
  accountId: string,
  purpose: Purpose,
  at: Date,
): Promise<boolean> {
  const { rows } =
    await sql`select 1 from unmasking where account_id = ${accountId} and kind = ${purpose.kind}
    and about = ${purpose.about} and granted and ends_at > ${at} limit 1`.execute(records);
  return rows.length > 0;
}

/** Asks for names within the purpose in force. */
export async function askForNames(
  records: Records,
  session: Session,
  at: Date,
  purpose: Purpose,
  words: { necessity: string; proportionality: string },
): Promise<void> {
  await records.transaction().execute(async (trx) => {
    const id = newIdentifier();
    const scope = scopeOf(purpose.kind, purpose.about);
    await sql`insert into unmasking (unmasking_id, account_id, kind, about, words, necessity, proportionality, asked_at)
      values (${id}, ${session.accountId}, ${purpose.kind}, ${purpose.about},
        ${sealed('unmasking.words', id, purpose.words, scope)},
        ${sealed('unmasking.necessity', id, words.necessity, scope)},
        ${sealed('unmasking.proportionality', id, words.proportionality, scope)}, ${at})`.execute(trx);
    await noted(trx, session, at, 'names asked for', words.necessity, { ...words, about: purpose.about });
  });
}

/** Requests that this account made, or that wait for its decision and have not run out, the newest first. */
export async function unmaskings(records: Records, which: 'waiting' | 'own', accountId: string, at: Date) {
  const condition =
    which === 'own'
      ? sql`u.account_id = ${accountId}`
      : sql`u.account_id <> ${accountId} and u.decided_at is null and u.asked_at > ${earlier(at, PURPOSE.requestWaits)}`;
  const { rows } = await sql<Unmasking>`select ${COLUMNS} from ${FROM} where ${condition}
    order by u.asked_at desc limit 100`.execute(records);
  return rows;
}

/** One request, where this account may see it. */
export async function unmaskingOf(records: Records, id: string): Promise<Unmasking | undefined> {
  const { rows } = await sql<Unmasking>`select ${COLUMNS} from ${FROM} where u.unmasking_id = ${id}`.execute(
    records,
  );
  return rows[0];
}

/** Decides a request; false when it is not there, was decided, or is one's own. */
export async function decideUnmasking(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  decision: { granted: boolean; why: string },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows: asked } = await sql<{ kind: string; about: string }>`select kind, about from unmasking
      where unmasking_id = ${id}`.execute(trx);
    const scope = scopeOf(asked[0]?.kind ?? '', asked[0]?.about ?? '');
    const { rows } = await sql`update unmasking set decided_by = ${session.accountId}, decided_at = ${at},
        granted = ${decision.granted}, decision_why = ${sealed('unmasking.decision_why', id, decision.why, scope)},
        ends_at = ${decision.granted ? later(at, PURPOSE.names) : null}
      where unmasking_id = ${id} and decided_at is null and asked_at > ${earlier(at, PURPOSE.requestWaits)} and account_id <> ${session.accountId} returning 1`.execute(
      trx,
    );
    if (rows.length === 0) return false;
    const what = decision.granted ? 'names granted' : 'names refused';
    await noted(trx, session, at, what, decision.why, { unmasking: id });
    return true;
  });
}

/** Glass that was broken. */
export interface BrokenGlass {
  glassId: string;
  accountId: string;
  by: string;
  reason: string;
  brokenAt: Date;
  reviewBy: Date;
  reviewedBy: string | null;
  reviewedAt: Date | null;
  wasRight: boolean | null;
  review: string | null;
}

/** Shows names at once, for an hour. Alarms at once: it stands open with the head until somebody else has reviewed it. */
export async function breakGlass(
  records: Records,
  session: Session,
  at: Date,
  reason: string,
): Promise<void> {
  const id = newIdentifier();
  await records.transaction().execute(async (trx) => {
    await sql`insert into broken_glass (glass_id, account_id, reason, broken_at, ends_at, review_by)
      values (${id}, ${session.accountId}, ${sealed('broken_glass.reason', id, reason)}, ${at},
        ${later(at, PURPOSE.brokenGlass)},
        ${later(at, PURPOSE.glassReview)})`.execute(trx);
    await noted(trx, session, at, 'glass broken', reason, { glass: id });
    await beginPurpose(trx, session, at, { kind: 'broken_glass', about: id, words: 'Broken glass' });
  });
}

/** Broken glass that nobody has reviewed, or all of it, the oldest unreviewed first. */
export async function brokenGlass(records: Records): Promise<BrokenGlass[]> {
  const { rows } =
    await sql<BrokenGlass>`select g.glass_id as "glassId", g.account_id as "accountId", a.name as by,
      ${opened('broken_glass.reason', 'g')} as reason,
      g.broken_at as "brokenAt", g.review_by as "reviewBy", r.name as "reviewedBy", g.reviewed_at as "reviewedAt",
      g.was_right as "wasRight", ${opened('broken_glass.review', 'g')} as review
    from broken_glass g join account a on a.account_id = g.account_id left join account r on r.account_id = g.reviewed_by
    order by g.reviewed_at is not null, g.broken_at limit 200`.execute(records);
  return rows;
}

/** Reviews broken glass; false when it is not there, was reviewed, or is one's own. */
export async function reviewGlass(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  review: { wasRight: boolean; words: string },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } =
      await sql`update broken_glass set reviewed_by = ${session.accountId}, reviewed_at = ${at},
        was_right = ${review.wasRight}, review = ${sealed('broken_glass.review', id, review.words)}
      where glass_id = ${id} and reviewed_at is null and account_id <> ${session.accountId} returning 1`.execute(
        trx,
      );
    if (rows.length === 0) return false;
    await noted(trx, session, at, 'broken glass reviewed', review.words, {
      glass: id,
      right: review.wasRight,
    });
    return true;
  });
}

/** How much broken glass waits for somebody else than this account to review it; undefined when none does. */
export async function waitingGlass(
  records: Records,
  accountId: string,
  at: Date,
): Promise<{ waiting: number; overdue: number } | undefined> {
  const { rows } = await sql<{ waiting: number; overdue: number }>`select count(*) as waiting,
      count(*) filter (where review_by < ${at}) as overdue
    from broken_glass where reviewed_at is null and account_id <> ${accountId}`.execute(records);
  return rows[0]?.waiting ? rows[0] : undefined;
}
