import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { OPENED_FROM, scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { byName } from '../account.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';

/** A matter, to its members. All functions here take records of an account: the database decides what exists. */
export interface Matter {
  matterId: string;
  title: string;
  signalId: string | null;
  openedBy: string;
  openedAt: Date;
  closedAt: Date | null;
  closedWhy: string | null;
  members: number;
}

const COLUMNS = sql`m.matter_id as "matterId", ${opened('matter.title', 'm')} as title,
  m.signal_id as "signalId", a.name as "openedBy",
  m.opened_at as "openedAt", m.closed_at as "closedAt", ${opened('matter.closed_why', 'm')} as "closedWhy",
  (select count(*) from matter_member x where x.matter_id = m.matter_id and x.ended_at is null) as members`;

/** Matters of the reader, open ones first, the newest first. */
export async function ownMatters(records: Records): Promise<Matter[]> {
  const { rows } =
    await sql<Matter>`select ${COLUMNS} from matter m join account a on a.account_id = m.opened_by
    order by m.closed_at is not null, m.opened_at desc limit 500`.execute(records);
  return rows;
}

/** One matter; undefined when there is none, and just so when the reader must know nothing of it. */
export async function matterOf(records: Records, id: string): Promise<Matter | undefined> {
  const { rows } =
    await sql<Matter>`select ${COLUMNS} from matter m join account a on a.account_id = m.opened_by
    where m.matter_id = ${id}`.execute(records);
  return rows[0];
}

export interface Member {
  accountId: string;
  name: string;
  addedAt: Date;
}

/** Who is a member now. */
export async function membersOf(records: Records, id: string): Promise<Member[]> {
  const { rows } = await sql<Member>`select m.account_id as "accountId", a.name, m.added_at as "addedAt"
    from matter_member m join account a on a.account_id = m.account_id
    where m.matter_id = ${id} and m.ended_at is null order by m.added_at`.execute(records);
  return rows.sort((a, b) => a.addedAt.getTime() - b.addedAt.getTime() || byName(a, b));
}

export interface Subject {
  kind: 'officer' | 'person';
  subjectId: string;
  /** Why they were named, in words. */
  why: string;
  addedBy: string;
  addedAt: Date;
}

/** Officers and people whom a matter concerns. */
export async function subjectsOf(records: Records, id: string): Promise<Subject[]> {
  const { rows } = await sql<Subject>`select s.kind, s.subject_id as "subjectId",
      case when s.why = ${OPENED_FROM} then s.why else ${opened('matter_subject.why', 's')} end as why, a.name as "addedBy", s.added_at as "addedAt"
    from matter_subject s join account a on a.account_id = s.added_by
    where s.matter_id = ${id} order by s.kind, s.added_at, s.subject_id`.execute(records);
  return rows;
}

/** Begins a matter, its opener the only member. Undefined where a subject is one the reader must know nothing of. */
export async function openMatter(
  records: Records,
  session: Session,
  at: Date,
  one: { title: string; signalId: string | null; officers: string[]; people: string[] },
): Promise<string | undefined> {
  const id = newIdentifier();
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select open_matter(${id},
      ${sealed('matter.title', id, one.title, scopeOf('matter', id))}, ${one.signalId}, ${one.officers},
      ${one.people}) as done`.execute(trx);
    if (rows[0]?.done !== true) return undefined;
    await noted(trx, session, at, 'matter opened', undefined, { matter: id });
    return id;
  });
}

/** Adds or ends a member, or closes the matter; false where that cannot be done. */
export async function changeMatter(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  change: { add: string } | { end: string } | { close: string },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const call =
      'add' in change
        ? sql`add_matter_member(${id}, ${change.add})`
        : 'end' in change
          ? sql`end_matter_member(${id}, ${change.end})`
          : sql`close_matter(${id}, ${sealed('matter.closed_why', id, change.close, scopeOf('matter', id))})`;
    const { rows } = await sql<{ done: boolean }>`select ${call} as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    const what =
      'add' in change
        ? 'member of a matter added'
        : 'end' in change
          ? 'member of a matter ended'
          : 'matter closed';
    await noted(trx, session, at, what, 'close' in change ? change.close : undefined, {
      matter: id,
      ...change,
    });
    return true;
  });
}

/** Accounts that can be named as members. */
export async function nameable(records: Records): Promise<{ accountId: string; name: string }[]> {
  const { rows } = await sql<{
    accountId: string;
    name: string;
  }>`select account_id as "accountId", name from account
    where ended_at is null and roles && array['analyst', 'investigator', 'intelligence_manager', 'ccu_head', 'professional_standards']
    limit 1000`.execute(records);
  return rows.sort(byName);
}
