import { sql } from 'kysely';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import type { Role } from './roles.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { newToken, tokenHash } from './token.ts';

/** Someone who is signed in, from one browser. */
export interface Session {
  sessionId: string;
  accountId: string;
  name: string;
  roles: readonly Role[];
  /** Who of the workforce this is; null when nobody has said. */
  officerId: string | null;
  /** When they last showed again who they are; null when they never did. */
  steppedUpAt: Date | null;
}

/** Opens a session for an account that exists. Returns its token; only the hash is stored. */
export async function openSession(records: Records, accountId: string, now: Date): Promise<string> {
  const token = newToken();
  const sessionId = newIdentifier();
  await sql`insert into session (session_id, account_id, started_at, last_seen_at)
    values (${sessionId}, ${accountId}, ${now}, ${now})`.execute(records);
  await sql`insert into session_token (token_hash, session_id, issued_at)
    values (${tokenHash(token)}, ${sessionId}, ${now})`.execute(records);
  return token;
}

/**
 * The session of a token, marked as seen now; undefined when there is none, it was ended, its account was ended, nobody
 * used it for half an hour, or it is older than twelve hours.
 */
export async function touchSession(records: Records, token: string, now: Date): Promise<Session | undefined> {
  const idleSince = new Date(now.getTime() - milliseconds(SIGN_IN.idleEnds));
  const startedSince = new Date(now.getTime() - milliseconds(SIGN_IN.sessionEnds));
  const touched = await sql<Session>`update session s set last_seen_at = ${now}
    from account a, session_token t
    where t.token_hash = ${tokenHash(token)} and t.session_id = s.session_id and t.replaced_at is null
      and a.account_id = s.account_id and a.ended_at is null and s.ended_at is null
      and s.last_seen_at > ${idleSince} and s.started_at > ${startedSince}
    returning s.session_id as "sessionId", a.account_id as "accountId", a.name, a.roles,
      a.officer_id as "officerId", s.stepped_up_at as "steppedUpAt"`.execute(records);
  return touched.rows[0];
}

/** Ends a session. Ending it twice changes nothing. */
export async function endSession(records: Records, sessionId: string, now: Date): Promise<void> {
  await sql`update session set ended_at = ${now}
    where session_id = ${sessionId} and ended_at is null`.execute(records);
}
