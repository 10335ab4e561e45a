import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { noteDeed } from './account-log.ts';
import { inOrder, ROLES, type Role } from './roles.ts';

const address = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => text.startsWith('https:') || ['localhost', '127.0.0.1'].includes(new URL(text).hostname),
    {
      error: 'must begin with https://',
    },
  );

const OPENID = z.strictObject({
  issuer: address,
  client_id: z.string().min(1),
  /** File that holds the secret; else it is read from UPSTANDER_OPENID_SECRET. */
  client_secret_file: z.string().min(1).optional(),
  label: z.string().min(1).max(60).default('Sign in with your force account'),
  scopes: z.array(z.string().min(1)).default(['openid', 'profile', 'email']),
  name_claim: z.string().min(1).default('name'),
  groups_claim: z.string().min(1).default('groups'),
  /** Claim that holds who of the workforce this is. */
  officer_claim: z.string().min(1).optional(),
  /** Claim that holds what SCIM calls `externalId`; in Entra ID both are the object's identifier. */
  scim_claim: z.string().min(1).default('oid'),
});

const FILE = z.strictObject({
  /** `off` leaves the provider as the only way in. */
  passkeys: z.enum(['on', 'off']).or(z.boolean()).default('on'),
  openid: OPENID.optional(),
  /** Roles by group, as the provider calls it: its identifier or its name. */
  groups: z.record(z.string(), z.array(z.enum(ROLES as [Role, ...Role[]]))).default({}),
});

/** How people of this installation sign in, and which group gives which roles. */
export interface Identity {
  passkeys: boolean;
  openid: (z.infer<typeof OPENID> & { clientSecret: string | undefined }) | undefined;
  groups: ReadonlyMap<string, readonly Role[]>;
  /** The file as it stood, and its hash: a new one is a new version. */
  text: string;
  digest: string;
}

/** Without a file: passkeys alone. */
export const PASSKEYS_ALONE: Identity = {
  passkeys: true,
  openid: undefined,
  groups: new Map(),
  text: '',
  digest: '',
};

/**
 * Reads `identity.yaml`; passkeys alone where there is none.
 * @throws Failure naming what in the file cannot be used.
 */
export function readIdentity(file: string, env: NodeJS.ProcessEnv): Identity {
  if (!existsSync(file)) return PASSKEYS_ALONE;
  const wrong = (what: string, cause?: unknown) =>
    new Failure(`${file} cannot be used: ${what}`, { todo: 'See docs/identity.md', cause });
  const text = readFileSync(file, 'utf8');
  let raw: unknown;
  try {
    raw = parse(text) ?? {};
  } catch (cause) {
    throw wrong('it is not YAML', cause);
  }
  const read = FILE.safeParse(raw);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw wrong(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  }
  const { openid, groups } = read.data;
  const passkeys = read.data.passkeys === 'on' || read.data.passkeys === true;
  if (!passkeys && openid === undefined)
    throw wrong('passkeys are off, and there is no other way to sign in');
  if (openid !== undefined && Object.values(groups).flat().length === 0) {
    throw wrong('no group gives a role, so nobody could sign in');
  }
  return {
    passkeys,
    openid: openid && { ...openid, clientSecret: secretOf(openid.client_secret_file, env, wrong) },
    groups: new Map(Object.entries(groups)),
    text,
    digest: createHash('sha256').update(text).digest('hex'),
  };
}

function secretOf(file: string | undefined, env: NodeJS.ProcessEnv, wrong: (what: string) => Failure) {
  if (file === undefined) return env.UPSTANDER_OPENID_SECRET || undefined;
  if (!existsSync(file)) throw wrong('openid.client_secret_file names no file');
  return readFileSync(file, 'utf8').trim();
}

/** The roles that groups give. A group that the file does not name gives none. */
export function rolesOfGroups(identity: Identity, groups: Iterable<string>): Role[] {
  return inOrder([...groups].flatMap((group) => identity.groups.get(group) ?? []));
}

/**
 * Keeps this version of the file when it is not the one in force, and gives every account that a provider manages the
 * roles it has by it. Returns whether it was new.
 */
export async function putIdentityInForce(records: Records, identity: Identity, now: Date): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const last = await sql<{
      digest: string;
    }>`select digest from identity_version order by version desc limit 1`.execute(trx);
    if ((last.rows[0]?.digest ?? '') === identity.digest) return false;
    await sql`insert into identity_version (digest, text, since)
      values (${identity.digest}, ${identity.text}, ${now})`.execute(trx);
    await giveRolesByGroups(trx, identity, now);
    return true;
  });
}

/**
 * Gives accounts that a provider manages (or the one named) the roles of their groups: those that SCIM keeps where it
 * keeps any, else those that the provider told at the last sign-in. In the caller's transaction.
 */
export async function giveRolesByGroups(
  records: Records,
  identity: Identity,
  now: Date,
  accountId?: string,
): Promise<void> {
  const { rows } = await sql<{ accountId: string; name: string; roles: Role[]; groups: string[] }>`
    select a.account_id as "accountId", a.name, a.roles,
      case when a.user_name is not null and exists (select 1 from scim_group)
        then coalesce((select array_agg(t) from scim_group_member m join scim_group g on g.group_id = m.group_id,
          unnest(array[g.display_name, g.external_id]) t where m.account_id = a.account_id and t is not null), '{}')
        else a.groups end as groups
    from account a where (a.subject is not null or a.user_name is not null)
      and (${accountId ?? null}::text is null or a.account_id = ${accountId ?? null})`.execute(records);
  for (const row of rows) {
    const roles = rolesOfGroups(identity, row.groups);
    if (roles.join() === row.roles.join()) continue;
    await sql`update account set roles = ${roles}, changed_at = ${now}
      where account_id = ${row.accountId}`.execute(records);
    const more = { from: row.roles, to: roles };
    await noteDeed(
      records,
      { by: 'groups of the provider', action: 'roles', what: 'roles changed', about: row.name, more },
      now,
    );
  }
}
