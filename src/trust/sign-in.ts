import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { named } from '../stores/vault/sealed.ts';
import { accountName } from './account.ts';
import { noteDeed } from './account-log.ts';
import { append } from './audit/log.ts';
import { isDemonstration } from './installation.ts';
import { removePasskeysOf } from './passkey.ts';
import { inOrder, isRole, ROLES, type Role } from './roles.ts';
import { endSessionsOf, openSession } from './session.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { newToken, tokenHash } from './token.ts';

/**
 * `first`: for an account without a passkey. `again`: its passkeys are gone with the link's use, whatever there were.
 * `demonstration`: as long as this is one.
 */
export type LinkKind = 'first' | 'again' | 'demonstration';

/**
 * Makes a link that signs `name` in once, within 15 minutes, and the account if there is none of that name. Returns the
 * whole address; it cannot be shown again. Who may have one is the caller's to decide (`terminalLink`).
 * @throws Failure when the name is empty or too long, or a role is none.
 */
export async function createSignInLink(
  records: Records,
  link: {
    name: string;
    roles: readonly Role[];
    clock: Clock;
    baseUrl: string;
    by?: string | undefined;
  },
): Promise<string> {
  const name = accountName(link.name);
  if (!link.roles.every(isRole)) {
    throw new Failure('There is no such role', { todo: `Give one of: ${ROLES.join(', ')}` });
  }
  const now = link.clock();
  return records.transaction().execute(async (trx) => {
    const account = await sql<{
      id: string;
    }>`insert into account (account_id, name, roles, created_at, changed_at)
      values (${newIdentifier()}, ${named(name)}, ${inOrder(link.roles)}, ${now}, ${now})
      on conflict (name) do update set roles = excluded.roles, changed_at = excluded.changed_at
      returning account_id as id`.execute(trx);
    const kind = (await isDemonstration(trx)) ? 'demonstration' : 'first';
    const { baseUrl, by } = link;
    return linkFor(trx, { accountId: account.rows[0]?.id ?? '', kind, baseUrl, by }, now);
  });
}

/**
 * A link for an account that exists: 15 minutes for whoever stands at the terminal, a day for one that is handed over
 * (`lasts`). Links made before for the same account no longer work.
 */
export async function linkFor(
  records: Records,
  link: {
    accountId: string;
    kind: LinkKind;
    baseUrl: string;
    lasts?: typeof SIGN_IN.linkLasts | typeof SIGN_IN.wayInLasts;
    /** Who had it made, for the audit log; the terminal unless it is said. */
    by?: string | undefined;
  },
  now: Date,
): Promise<string> {
  const token = newToken();
  const expires = new Date(now.getTime() + milliseconds(link.lasts ?? SIGN_IN.linkLasts));
  const write = async (trx: Records) => {
    await sql`insert into sign_in_link (token_hash, account_id, kind, created_at, expires_at)
      values (${tokenHash(token)}, ${link.accountId}, ${link.kind}, ${now}, ${expires})`.execute(trx);
    const more = { account: link.accountId, kind: link.kind };
    const who = link.by ?? 'terminal';
    await append(trx, { act: 'alteration', action: 'link', what: 'link to sign in, made', who, more }, now);
  };
  await (records.isTransaction ? write(records) : records.transaction().execute(write));
  return new URL(`/sign-in/${token}`, link.baseUrl).href;
}

/**
 * Spends a link and opens a session. Returns the session's token, or undefined when the link is unknown, spent or
 * too old, its account has ended, or it has a passkey by now (which of them is not said).
 */
export async function spendSignInLink(
  records: Records,
  token: string,
  browser: string | undefined,
  now: Date,
): Promise<string | undefined> {
  return records.transaction().execute(async (trx) => {
    const spent = await sql<{
      accountId: string;
      kind: LinkKind;
      name: string;
    }>`update sign_in_link l set spent_at = ${now}
      from account a
      where l.token_hash = ${tokenHash(token)} and l.spent_at is null and l.expires_at > ${now}
        and a.account_id = l.account_id and a.ended_at is null and a.subject is null
        and (l.kind = 'again' or not exists (
          select 1 from passkey p where p.account_id = a.account_id and p.removed_at is null))
        and (l.kind <> 'demonstration' or exists (select 1 from installation where demonstration))
      returning l.account_id as "accountId", l.kind, a.name`.execute(trx);
    const link = spent.rows[0];
    if (link === undefined) return undefined;
    if (link.kind === 'again') {
      await removePasskeysOf(trx, link.accountId, now);
      await endSessionsOf(trx, link.accountId, now, 'a way in again was given');
    }
    if (link.kind !== 'demonstration') {
      await sql`update sign_in_link set spent_at = ${now}
        where account_id = ${link.accountId} and spent_at is null`.execute(trx);
    }
    const opened = await openSession(trx, { accountId: link.accountId, method: 'link', browser }, now);
    await noteDeed(trx, { by: link.name, action: 'sign-in', what: `by link: ${link.kind}` }, now);
    return opened;
  });
}
