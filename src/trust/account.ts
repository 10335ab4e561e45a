import { sql } from 'kysely';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { named } from '../stores/vault/sealed.ts';
import { inOrder, POWERFUL_ROLES, type Role } from './roles.ts';
import { endSessionsOf } from './session.ts';

/** Somebody who may use the workbench. */
export interface Account {
  accountId: string;
  name: string;
  roles: readonly Role[];
  officerId: string | null;
  madeBy: 'terminal' | 'workbench' | 'openid' | 'scim';
  /** The force's provider or its directory says what roles they hold; nothing of it is changed here. */
  managed: boolean;
  /** They sign in at the force's provider, and have no passkeys here. */
  signsInElsewhere: boolean;
  passkeys: number;
  createdAt: Date;
  endedAt: Date | null;
}

const COLUMNS = sql`a.account_id as "accountId", a.name, a.roles, a.officer_id as "officerId",
  a.made_by as "madeBy", (a.subject is not null or a.user_name is not null) as managed,
  a.subject is not null as "signsInElsewhere",
  (select count(*) from passkey p where p.account_id = a.account_id and p.removed_at is null) as passkeys,
  a.created_at as "createdAt", a.ended_at as "endedAt"`;

/** Every account by name, those that have ended last. */
export async function listAccounts(records: Records): Promise<Account[]> {
  const { rows } =
    await sql<Account>`select ${COLUMNS} from account a order by a.ended_at is not null`.execute(records);
  return rows.sort((a, b) => Number(a.endedAt !== null) - Number(b.endedAt !== null) || byName(a, b));
}

/** The order of names in lists. The store cannot sort what it cannot read. */
export const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, 'en-GB');

/** One account, ended ones too; undefined when there is none. */
export async function accountById(records: Records, accountId: string): Promise<Account | undefined> {
  const { rows } = await sql<Account>`select ${COLUMNS} from account a
    where a.account_id = ${accountId}`.execute(records);
  return rows[0];
}

/**
 * A name as accounts carry it.
 * @throws Failure when it is empty or too long.
 */
export function accountName(text: string): string {
  const name = text.trim().replaceAll(/\s+/g, ' ');
  if (name === '' || name.length > 100) {
    throw new Failure('An account needs a name of 1 to 100 characters', {
      todo: 'Enter the name of a person',
    });
  }
  return name;
}

/**
 * Makes an account with ordinary roles, which nobody can use until two people have given its holder a way in.
 * @throws Failure when the name is taken, no role is given, or one that needs two people.
 */
export async function createAccount(
  records: Records,
  account: { name: string; roles: readonly Role[]; officerId: string | null },
  now: Date,
): Promise<string> {
  const name = accountName(account.name);
  if (account.roles.length === 0)
    throw new Failure('An account needs a role', { todo: 'Select one or more' });
  if (account.roles.some((role) => POWERFUL_ROLES.includes(role))) {
    throw new Failure('Head of unit, auditor and administrator are given by two people', {
      todo: 'Make the account with its other roles, then ask for this one',
    });
  }
  const accountId = newIdentifier();
  const made =
    await sql`insert into account (account_id, name, roles, officer_id, made_by, created_at, changed_at)
    values (${accountId}, ${named(name)}, ${inOrder(account.roles)}, ${account.officerId}, 'workbench', ${now}, ${now})
    on conflict (name) do nothing returning 1`.execute(records);
  if (made.rows.length === 0) {
    throw new Failure('There is an account of this name', { todo: 'Add what tells the two people apart' });
  }
  return accountId;
}

/** Sets an account's roles; what a role opened shuts with the next page. */
export async function setRoles(
  records: Records,
  accountId: string,
  roles: readonly Role[],
  now: Date,
): Promise<void> {
  await sql`update account set roles = ${inOrder(roles)}, changed_at = ${now}
    where account_id = ${accountId}`.execute(records);
}

/** Says who of the workforce an account is; null takes it back. */
export async function setOfficer(
  records: Records,
  accountId: string,
  officerId: string | null,
  now: Date,
): Promise<void> {
  await sql`update account set officer_id = ${officerId}, changed_at = ${now}
    where account_id = ${accountId}`.execute(records);
}

/** Ends an account and every session of it at once, in the caller's transaction. */
export async function endAccount(records: Records, accountId: string, why: string, now: Date): Promise<void> {
  await sql`update account set ended_at = ${now}, changed_at = ${now}
    where account_id = ${accountId} and ended_at is null`.execute(records);
  await endSessionsOf(records, accountId, now, why);
  await sql`update account_request set decision = 'withdrawn', decided_at = ${now}, decided_by = asked_by
    where account_id = ${accountId} and decision is null`.execute(records);
}

/** Begins an ended account anew: its holder needs roles and a way in again. */
export async function resumeAccount(records: Records, accountId: string, now: Date): Promise<void> {
  await sql`update account set ended_at = null, changed_at = ${now}
    where account_id = ${accountId}`.execute(records);
}
