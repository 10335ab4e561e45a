import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { recorded } from '../account-log.ts';
import { giveRolesByGroups } from '../identity-file.ts';
import { type ScimContext, scimError } from './context.ts';

interface Row {
  id: string;
  displayName: string;
  externalId: string | null;
  created: Date;
  changed: Date;
  members: { value: string; display: string }[];
}

/** A group as the directory sends one. */
export interface SentGroup {
  displayName: string;
  externalId?: string;
  members?: { value: string }[];
}

/** Groups that a directory has announced: all, or the one of an identifier. */
export async function readGroups(records: Records, id?: string): Promise<object[]> {
  const { rows } = await sql<Row>`select g.group_id as id, display_name as "displayName",
      external_id as "externalId", created_at as created, changed_at as changed, coalesce((
        select json_agg(json_build_object('value', a.account_id, 'display', a.name) order by a.account_id)
        from scim_group_member m join account a on a.account_id = m.account_id where m.group_id = g.group_id
      ), '[]') as members
    from scim_group g where ${id ?? null}::text is null or group_id = ${id ?? null}
    order by display_name`.execute(records);
  return rows.map(({ created, changed, externalId, ...row }) => ({
    ...row,
    ...(externalId === null ? {} : { externalId }),
    meta: { created, lastModified: changed },
  }));
}

/** Makes a group or changes it, and gives everybody who was or is in it the roles they now have. */
export async function writeGroup(
  context: ScimContext,
  id: string | undefined,
  sent: SentGroup,
): Promise<string> {
  const { records, now, directory } = context;
  const groupId = id ?? newIdentifier();
  return recorded(records, now, async (trx) => {
    const before = await membersOf(trx, groupId);
    if (id !== undefined && (await readGroups(trx, id)).length === 0) {
      throw scimError(404, undefined, 'There is no such group');
    }
    const taken = await sql`select 1 from scim_group
      where display_name = ${sent.displayName} and group_id <> ${groupId}`.execute(trx);
    if (taken.rows.length > 0) throw scimError(409, 'uniqueness', 'There is a group of this displayName');
    await sql`insert into scim_group (group_id, display_name, external_id, created_at, changed_at)
      values (${groupId}, ${sent.displayName}, ${sent.externalId ?? null}, ${now}, ${now})
      on conflict (group_id) do update set display_name = excluded.display_name,
        external_id = excluded.external_id, changed_at = excluded.changed_at`.execute(trx);
    const members = [...new Set((sent.members ?? []).map(({ value }) => value))];
    const known = await sql<{ n: number }>`select count(*) as n from account
      where user_name is not null and account_id = any(${members}::text[])`.execute(trx);
    if (known.rows[0]?.n !== members.length) throw scimError(400, 'invalidValue', 'A member is no user here');
    await sql`delete from scim_group_member where group_id = ${groupId}`.execute(trx);
    await sql`insert into scim_group_member (group_id, account_id)
      select ${groupId}, unnest(${members}::text[])`.execute(trx);
    await giveRoles(trx, context, [...before, ...members]);
    const what = id === undefined ? 'group announced' : 'group changed';
    const more = { group: sent.displayName, members: members.length };
    return { value: groupId, deed: { by: `directory ${directory}`, action: 'scim', what, more } };
  });
}

/** Removes a group; its members lose what it gave them. */
export async function removeGroup(context: ScimContext, id: string): Promise<void> {
  const { records, now, directory } = context;
  await recorded(records, now, async (trx) => {
    const before = await membersOf(trx, id);
    const gone = await sql<{ name: string }>`delete from scim_group where group_id = ${id}
      returning display_name as name`.execute(trx);
    const group = gone.rows[0]?.name;
    if (group === undefined) throw scimError(404, undefined, 'There is no such group');
    // Without any group left, what tokens told long ago must not count again before the next sign-in.
    await sql`update account set groups = '{}'
      where user_name is not null and not exists (select 1 from scim_group)`.execute(trx);
    await giveRoles(trx, context, before);
    const deed = { by: `directory ${directory}`, action: 'scim', what: 'group removed', more: { group } };
    return { value: undefined, deed };
  });
}

async function membersOf(records: Records, groupId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select account_id as id from scim_group_member
    where group_id = ${groupId}`.execute(records);
  return rows.map(({ id }) => id);
}

async function giveRoles(trx: Records, { identity, now }: ScimContext, members: string[]): Promise<void> {
  for (const accountId of new Set(members)) await giveRolesByGroups(trx, identity, now, accountId);
}
