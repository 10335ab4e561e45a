import { sql } from 'kysely';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { named, sealed } from '../stores/vault/sealed.ts';
import { giveRolesByGroups, type Identity } from './identity-file.ts';
import type { Claims, OpenIdSettings } from './openid.ts';
import { removePasskeysOf } from './passkey.ts';
import { isProvisioned } from './scim/token.ts';
import { endSessionsOf } from './session.ts';

interface Known {
  accountId: string;
  endedAt: Date | null;
}

/**
 * The account of somebody who has signed in at the provider, made or brought up to date by what the token says: name,
 * who of the workforce they are, and the roles of their groups. Who has lost all their groups loses every session too.
 * @throws Failure when the account has ended, the groups are not in the token, or none of them gives a role.
 */
export async function accountOfClaims(
  records: Records,
  identity: Identity,
  settings: OpenIdSettings,
  claims: Claims,
  now: Date,
): Promise<string> {
  const groups = groupsOf(claims, settings.groups_claim);
  const outcome = await records.transaction().execute(async (trx) => {
    const known = await knownAs(trx, claims, text(claims[settings.scim_claim]));
    if (known !== undefined && known.endedAt !== null) return undefined;
    if (known === undefined && (await isProvisioned(trx))) {
      throw new Failure('You have no account here yet', {
        todo: 'The force’s directory announces accounts; ask whoever looks after it',
      });
    }
    const accountId = known?.accountId ?? newIdentifier();
    const name = await freeName(trx, nameOf(claims, settings.name_claim), accountId);
    const officer = settings.officer_claim === undefined ? null : text(claims[settings.officer_claim]);
    await sql`insert into account (account_id, name, roles, officer_id, made_by, issuer, subject, groups, email,
        created_at, changed_at)
      values (${accountId}, ${named(name)}, '{}', ${officer}, 'openid', ${claims.iss}, ${named(claims.sub)}, ${groups},
        ${sealed('account.email', accountId, text(claims.email))}, ${now}, ${now})
      on conflict (account_id) do update set issuer = excluded.issuer, subject = excluded.subject,
        name = case when account.user_name is null then excluded.name else account.name end,
        officer_id = coalesce(excluded.officer_id, account.officer_id), groups = excluded.groups,
        email = coalesce(excluded.email, account.email), changed_at = excluded.changed_at`.execute(trx);
    if (known !== undefined) await removePasskeysOf(trx, accountId, now); // the provider is their only way in now
    await giveRolesByGroups(trx, identity, now, accountId);
    const { rows } = await sql<{ held: number }>`select cardinality(roles) as held from account
      where account_id = ${accountId}`.execute(trx);
    if ((rows[0]?.held ?? 0) === 0) await endSessionsOf(trx, accountId, now, 'no group gives a role');
    return { accountId, held: rows[0]?.held ?? 0 };
  });
  if (outcome === undefined) {
    throw new Failure('Your account has ended', { todo: 'Ask an administrator if that is a mistake' });
  }
  if (outcome.held === 0) {
    throw new Failure('None of your groups opens Upstander', {
      todo: 'If you need it for your work, ask whoever looks after accounts for the group',
    });
  }
  return outcome.accountId;
}

/** By what the provider calls them; else whom SCIM has announced under the same external identifier. */
async function knownAs(
  records: Records,
  claims: Claims,
  externalId: string | null,
): Promise<Known | undefined> {
  const { rows } = await sql<Known>`select account_id as "accountId", ended_at as "endedAt" from account
    where (issuer = ${claims.iss} and subject = ${named(claims.sub)})
      or (subject is null and user_name is not null and external_id = ${named(externalId)})
    order by subject nulls last limit 1 for update`.execute(records);
  return rows[0];
}

/**
 * The groups of a token.
 * @throws Failure when there are so many that the provider left them out.
 */
export function groupsOf(claims: Claims, claim: string): string[] {
  const elsewhere = claims._claim_names as Record<string, unknown> | undefined;
  if (elsewhere?.[claim] !== undefined || claims.hasgroups !== undefined) {
    throw new Failure('You are in so many groups that the force’s sign-in left them out', {
      todo: 'Whoever runs it must send only the groups assigned to Upstander; see docs/identity.md',
    });
  }
  const groups = claims[claim];
  return [groups ?? []].flat().filter((group): group is string => typeof group === 'string');
}

function nameOf(claims: Claims, claim: string): string {
  const name = text(claims[claim]) ?? text(claims.preferred_username) ?? claims.sub;
  return name.trim().replaceAll(/\s+/g, ' ').slice(0, 90) || claims.sub.slice(0, 90);
}

/** Names stand in the record of looks, so two people never share one: the second is numbered. */
export async function freeName(records: Records, wanted: string, accountId: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted} (${n})`;
    const { rows } = await sql`select 1 from account
      where account_id <> ${accountId} and name = ${named(name)}`.execute(records);
    if (rows.length === 0) return name;
  }
}

const text = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' && value.length <= 200 ? value : null;
