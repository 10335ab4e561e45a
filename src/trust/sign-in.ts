import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { inOrder, isRole, ROLES, type Role } from './roles.ts';
import { openSession } from './session.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { newToken, tokenHash } from './token.ts';

/**
 * Makes a link that signs `name` in once, within 15 minutes, and the account if there is none of that name. Returns the
 * whole address; it cannot be shown again.
 * @throws Failure when the name is empty or too long, or a role is none.
 */
export async function createSignInLink(
  records: Records,
  link: { name: string; roles: readonly Role[]; clock: Clock; baseUrl: string },
): Promise<string> {
  const name = link.name.trim();
  if (name === '' || name.length > 100) {
    throw new Failure('A sign-in link needs a name of 1 to 100 characters', {
      todo: 'Give the name of a person',
    });
  }
  if (!link.roles.every(isRole)) {
    throw new Failure('There is no such role', { todo: `Give one of: ${ROLES.join(', ')}` });
  }
  const token = newToken();
  const now = link.clock();
  const expires = new Date(now.getTime() + milliseconds(SIGN_IN.linkLasts));
  await records.transaction().execute(async (trx) => {
    const account = await sql<{
      id: string;
    }>`insert into account (account_id, name, roles, created_at, changed_at)
      values (${newIdentifier()}, ${name}, ${inOrder(link.roles)}, ${now}, ${now})
      on conflict (name) do update set roles = excluded.roles, changed_at = excluded.changed_at
      returning account_id as id`.execute(trx);
    await sql`insert into sign_in_link (token_hash, account_id, created_at, expires_at)
      values (${tokenHash(token)}, ${account.rows[0]?.id}, ${now}, ${expires})`.execute(trx);
  });
  return new URL(`/sign-in/${token}`, link.baseUrl).href;
}

/**
 * Spends a link and opens a session. Returns the session's token, or undefined when the link is unknown, spent or
 * too old, or its account has ended (which of them is not said).
 */
export async function spendSignInLink(
  records: Records,
  token: string,
  now: Date,
): Promise<string | undefined> {
  return records.transaction().execute(async (trx) => {
    const spent = await sql<{ id: string }>`update sign_in_link l set spent_at = ${now} from account a
      where l.token_hash = ${tokenHash(token)} and l.spent_at is null and l.expires_at > ${now}
        and a.account_id = l.account_id and a.ended_at is null
      returning l.account_id as id`.execute(trx);
    const link = spent.rows[0];
    return link === undefined ? undefined : openSession(trx, link.id, now);
  });
}
