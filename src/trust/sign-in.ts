import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { openSession } from './session.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { newToken, tokenHash } from './token.ts';

/** `analyst` works signals, officers and people; `operator` takes data in and mends it, and sees nobody. */
export const ROLES = ['analyst', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/**
 * Makes a link that signs `name` in once, within 15 minutes. Returns the whole address; it cannot be shown again.
 * @throws Failure when the name is empty or too long, or the role is none.
 */
export async function createSignInLink(
  records: Records,
  link: { name: string; role: Role; clock: Clock; baseUrl: string },
): Promise<string> {
  const name = link.name.trim();
  if (name === '' || name.length > 100) {
    throw new Failure('A sign-in link needs a name of 1 to 100 characters', {
      todo: 'Give the name of a person',
    });
  }
  if (!ROLES.includes(link.role)) {
    throw new Failure('There is no such role', { todo: `Give one of: ${ROLES.join(', ')}` });
  }
  const token = newToken();
  const now = link.clock();
  const expires = new Date(now.getTime() + milliseconds(SIGN_IN.linkLasts));
  await sql`insert into sign_in_link (token_hash, name, role, created_at, expires_at)
    values (${tokenHash(token)}, ${name}, ${link.role}, ${now}, ${expires})`.execute(records);
  return new URL(`/sign-in/${token}`, link.baseUrl).href;
}

/**
 * Spends a link and opens a session. Returns the session's token, or undefined when the link is unknown, spent or
 * too old (which of them is not said).
 */
export async function spendSignInLink(
  records: Records,
  token: string,
  now: Date,
): Promise<string | undefined> {
  return records.transaction().execute(async (trx) => {
    const spent = await sql<{ name: string; role: Role }>`update sign_in_link set spent_at = ${now}
      where token_hash = ${tokenHash(token)} and spent_at is null and expires_at > ${now}
      returning name, role`.execute(trx);
    const link = spent.rows[0];
    if (link === undefined) return undefined;
    await sql`insert into account (name, role, created_at) values (${link.name}, ${link.role}, ${now})
      on conflict (name) do update set role = excluded.role`.execute(trx);
    return openSession(trx, link.name, now);
  });
}
