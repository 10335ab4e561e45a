import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';

/** How long an authority for work on a named person may run, and who grants it. Versioned. */
export const TARGETED = {
  version: '2',
  latestBegin: {
    value: 28,
    unit: 'days',
    source: 'Own default: what begins later than in four weeks is decided then',
  },
  months: {
    value: 3,
    source: 'Regulation of Investigatory Powers Act 2000, practice: three months, renewable',
  },
  urgentHours: {
    value: 72,
    source: 'Regulation of Investigatory Powers Act 2000, practice: 72 hours when urgent',
  },
  grades: {
    value: [
      'Superintendent',
      'Chief superintendent',
      'Assistant chief constable',
      'Deputy chief constable',
      'Chief constable',
    ],
    source:
      'Practice: a superintendent or above; purely disciplinary work by the same grade under a force authority',
  },
} as const;

/** An authority to work on one named officer. All functions here take records of an account. */
export interface TargetedAuthority {
  authorityId: string;
  officerId: string;
  urgent: boolean;
  grade: string;
  grantedBy: string;
  grantedById: string;
  grantedAt: Date;
  necessity: string;
  proportionality: string;
  collateral: string;
  beginsAt: Date;
  endsAt: Date;
  reviewAt: Date;
  renews: string | null;
  cancelledAt: Date | null;
  cancelledWhy: string | null;
  members: string[];
  memberIds: string[];
}

/** Authorities that this account granted or works under, the newest first. */
export async function targetedAuthorities(records: Records, id?: string): Promise<TargetedAuthority[]> {
  const { rows } =
    await sql<TargetedAuthority>`select t.authority_id as "authorityId", t.officer_id as "officerId", t.urgent,
      t.grade, g.name as "grantedBy", t.granted_by as "grantedById", t.granted_at as "grantedAt",
      ${opened('targeted_authority.necessity', 't')} as necessity,
      ${opened('targeted_authority.proportionality', 't')} as proportionality,
      ${opened('targeted_authority.collateral', 't')} as collateral,
      t.begins_at as "beginsAt", t.ends_at as "endsAt", t.review_at as "reviewAt", t.renews, t.cancelled_at as "cancelledAt",
      ${opened('targeted_authority.cancelled_why', 't')} as "cancelledWhy",
      array(select a.name from targeted_member m join account a on a.account_id = m.account_id
        where m.authority_id = t.authority_id) as members,
      array(select m.account_id from targeted_member m where m.authority_id = t.authority_id) as "memberIds"
    from targeted_authority t join account g on g.account_id = t.granted_by
    where ${id === undefined ? sql`true` : sql`t.authority_id = ${id}`}
    order by t.granted_at desc limit 200`.execute(records);
  return rows.map((row) => ({ ...row, members: row.members.sort((a, b) => a.localeCompare(b, 'en-GB')) }));
}

/** Where an authority stands at a moment. */
export function standing(one: TargetedAuthority, at: Date): 'not yet' | 'in force' | 'ended' | 'cancelled' {
  if (one.cancelledAt !== null && one.cancelledAt <= at) return 'cancelled';
  if (at < one.beginsAt) return 'not yet';
  return at < one.endsAt ? 'in force' : 'ended';
}

export interface Grant {
  officerId: string;
  urgent: boolean;
  grade: string;
  necessity: string;
  proportionality: string;
  collateral: string;
  beginsAt: Date;
  endsAt: Date;
  reviewAt: Date;
  members: string[];
  /** The authority that this one goes on. */
  renews?: string | undefined;
}

/** Grants an authority. Undefined where the granter would work under it, names nobody, or may know nothing of that officer. */
export async function grantTargeted(
  records: Records,
  session: Session,
  at: Date,
  grant: Grant,
): Promise<string | undefined> {
  const id = newIdentifier();
  const text = (column: 'necessity' | 'proportionality' | 'collateral') =>
    sealed(`targeted_authority.${column}`, id, grant[column], scopeOf('authority', id));
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select grant_targeted_authority(${id}, ${grant.officerId}, ${grant.urgent},
      ${grant.grade}, ${text('necessity')}, ${text('proportionality')}, ${text('collateral')}, ${grant.beginsAt},
      ${grant.endsAt}, ${grant.reviewAt}, ${grant.members}) as done`.execute(trx);
    if (rows[0]?.done !== true) return undefined;
    const { renews } = grant;
    if (renews !== undefined) {
      const tied = await sql<{
        done: boolean;
      }>`select renew_targeted_authority(${id}, ${renews}) as done`.execute(trx);
      if (tied.rows[0]?.done !== true) throw new Error('an authority does not go on this one');
    }
    const what = renews === undefined ? 'targeted authority granted' : 'targeted authority renewed';
    await noted(trx, session, at, what, grant.necessity, { authority: id, renews });
    return id;
  });
}

/** Cancels an authority: from now on queries under it return nothing. */
export async function cancelTargeted(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  why: string,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select cancel_targeted_authority(${id},
      ${sealed('targeted_authority.cancelled_why', id, why, scopeOf('authority', id))}) as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'targeted authority cancelled', why, { authority: id });
    return true;
  });
}
