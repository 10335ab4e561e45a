import { sql } from 'kysely';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import type { Role } from './sign-in.ts';
import { newToken, tokenHash } from './token.ts';

/** Someone who is signed in, from one browser. */
export interface Session {
  sessionId: string;
  name: string;
  role: Role;
}

/** Opens a session for an account that exists. Returns its token; only the hash is stored. */
export async function openSession(records: Records, name: string, now: Date): Promise<string> {
  const token = newToken();
  await sql`insert into session (session_id, token_hash, name, started_at, last_seen_at)
    values (${newIdentifier()}, ${tokenHash(token)}, ${name}, ${now}, ${now})`.execute(records);
  return token;
}

/**
 * The session of a token, marked as seen now; undefined when there is none, it was ended, nobody used it for half an
 * hour, or it is older than twelve hours.
 */
export async function touchSession(records: Records, token: string, now: Date): Promise<Session | undefined> {
  const idleSince = new Date(now.getTime() - milliseconds(SIGN_IN.idleEnds));
  const startedSince = new Date(now.getTime() - milliseconds(SIGN_IN.sessionEnds));
  const touched = await sql<Session>`update session s set last_seen_at = ${now}
    from account a
    where a.name = s.name and s.token_hash = ${tokenHash(token)} and s.ended_at is null
      and s.last_seen_at > ${idleSince} and s.started_at > ${startedSince}
    returning s.session_id as "sessionId", a.name, a.role`.execute(records);
  return touched.rows[0];
}

/** Ends a session. Ending it twice changes nothing. */
export async function endSession(records: Records, sessionId: string, now: Date): Promise<void> {
  await sql`update session set ended_at = ${now}
    where session_id = ${sessionId} and ended_at is null`.execute(records);
}
