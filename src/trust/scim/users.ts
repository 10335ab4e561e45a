import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { named, opened, sealed } from '../../stores/vault/sealed.ts';
import { endAccount, resumeAccount } from '../account.ts';
import { recorded } from '../account-log.ts';
import { giveRolesByGroups } from '../identity-file.ts';
import { freeName } from '../openid-account.ts';
import { type ScimContext, scimError } from './context.ts';

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Row {
  id: string;
  userName: string;
  externalId: string | null;
  name: string;
  email: string | null;
  officerId: string | null;
  active: boolean;
  created: Date;
  changed: Date;
  groups: { value: string; display: string }[];
}

/** A user as the directory sends one; what else it sends is not kept. */
export interface SentUser {
  userName: string;
  externalId?: string;
  displayName?: string;
  name?: { formatted?: string; givenName?: string; familyName?: string };
  active?: boolean;
  emails?: { value: string; primary?: boolean }[];
}

/** Users that a directory has announced: all, or the one of an identifier. */
export async function readUsers(records: Records, id?: string): Promise<object[]> {
  const { rows } =
    await sql<Row>`select a.account_id as id, ${opened('account.user_name', 'a')} as "userName",
      external_id as "externalId", name, ${opened('account.email', 'a')} as email, officer_id as "officerId", ended_at is null as active, created_at as created,
      changed_at as changed, coalesce((
        select json_agg(json_build_object('value', g.group_id, 'display', g.display_name) order by g.display_name)
        from scim_group_member m join scim_group g on g.group_id = m.group_id where m.account_id = a.account_id
      ), '[]') as groups
    from account a where user_name is not null and (${id ?? null}::text is null or a.account_id = ${id ?? null})
    `.execute(records);
  const inOrder = rows.sort((a, b) => (a.userName < b.userName ? -1 : 1));
  return inOrder.map((row) => ({
    id: row.id,
    userName: row.userName,
    displayName: row.name,
    name: { formatted: row.name },
    active: row.active,
    groups: row.groups,
    ...(row.externalId === null ? {} : { externalId: row.externalId }),
    ...(row.email === null ? {} : { emails: [{ value: row.email, primary: true, type: 'work' }] }),
    ...(row.officerId === null ? {} : { [ENTERPRISE]: { employeeNumber: row.officerId } }),
    meta: { created: row.created, lastModified: row.changed },
  }));
}

/**
 * Makes an account a directory announces (a joiner), or brings one up to date (a mover); one that is no longer active has
 * ended, and every session of it (a leaver). Returns its identifier.
 */
export async function writeUser(
  { records, identity, now, directory }: ScimContext,
  id: string | undefined,
  sent: SentUser,
): Promise<string> {
  const accountId = id ?? newIdentifier();
  return recorded(records, now, async (trx) => {
    const found = await sql<{ active: boolean }>`select ended_at is null as active from account
      where account_id = ${accountId} and user_name is not null for update`.execute(trx);
    const before = found.rows[0];
    if (id !== undefined && before === undefined) throw scimError(404, undefined, 'There is no such user');
    const taken = await sql`select 1 from account
      where user_key = ${named(sent.userName.toLowerCase())} and account_id <> ${accountId}`.execute(trx);
    if (taken.rows.length > 0) throw scimError(409, 'uniqueness', 'There is a user of this userName');
    const name = await freeName(trx, nameOf(sent), accountId);
    const email = (sent.emails?.find((one) => one.primary) ?? sent.emails?.[0])?.value ?? null;
    const officerId = employeeNumber(sent);
    await sql`insert into account (account_id, name, roles, officer_id, made_by, user_name, user_key, external_id, email,
        created_at, changed_at)
      values (${accountId}, ${named(name)}, '{}', ${officerId}, 'scim',
        ${sealed('account.user_name', accountId, sent.userName)}, ${named(sent.userName.toLowerCase())},
        ${named(sent.externalId)}, ${sealed('account.email', accountId, email)},
        ${now}, ${now})
      on conflict (account_id) do update set name = excluded.name, officer_id = excluded.officer_id,
        user_name = excluded.user_name, user_key = excluded.user_key, external_id = excluded.external_id, email = excluded.email,
        changed_at = excluded.changed_at`.execute(trx);
    const active = sent.active ?? before?.active ?? true;
    if (!active) await endAccount(trx, accountId, 'the directory ended the account', now);
    if (active && before?.active === false) await resumeAccount(trx, accountId, now);
    await giveRolesByGroups(trx, identity, now, accountId);
    const what =
      before === undefined ? 'account announced' : active ? 'account brought up to date' : 'account ended';
    return { value: accountId, deed: { by: `directory ${directory}`, action: 'scim', what, about: name } };
  });
}

/** Takes a user out of the directory: the account ends and stays only as the name in what it did. */
export async function removeUser({ records, now, directory }: ScimContext, id: string): Promise<void> {
  await recorded(records, now, async (trx) => {
    const { rows } = await sql<{ name: string }>`select name from account
      where account_id = ${id} and user_name is not null for update`.execute(trx);
    const [account] = rows;
    if (account === undefined) throw scimError(404, undefined, 'There is no such user');
    await endAccount(trx, id, 'the directory removed the account', now);
    await sql`delete from scim_group_member where account_id = ${id}`.execute(trx);
    await sql`update account set user_name = null, user_key = null, external_id = null, issuer = null, subject = null, email = null,
      groups = '{}', roles = '{}' where account_id = ${id}`.execute(trx);
    const deed = {
      by: `directory ${directory}`,
      action: 'scim',
      what: 'account removed',
      about: account.name,
    };
    return { value: undefined, deed };
  });
}

function nameOf(sent: SentUser): string {
  const { formatted, givenName, familyName } = sent.name ?? {};
  const parts = [givenName, familyName].filter((part) => part).join(' ');
  const name = sent.displayName || formatted || parts || sent.userName;
  return name.trim().replaceAll(/\s+/g, ' ').slice(0, 90) || sent.userName;
}

function employeeNumber(sent: SentUser): string | null {
  const extension = (sent as unknown as Record<string, unknown>)[ENTERPRISE] as
    | { employeeNumber?: string }
    | undefined;
  return extension?.employeeNumber || null;
}
