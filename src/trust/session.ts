import { sql } from 'kysely';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { recorded } from './account-log.ts';
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
  /** Why they look now, in words for the audit log: the purpose in force. */
  purpose?: string | undefined;
  /** The identifier behind a pseudonym that they were shown; any other text stays as it is. */
  unmask?: ((id: string) => string) | undefined;
}

/** How somebody came in. */
export type Method = 'link' | 'passkey' | 'openid';

/** A session as the door finds it. */
export interface Touched {
  session: Session;
  method: Method;
  /** A passkey has to be registered before anything else opens. */
  needsPasskey: boolean;
  /** The token to carry from now on, where it changed. */
  token?: string;
}

/** What a session is opened with. `browser` is what the browser says it is; the session works in no other. */
export interface Opening {
  accountId: string;
  method: Method;
  browser: string | undefined;
  /** The provider's own name of the session, for its logout. */
  providerSession?: string | undefined;
}

/**
 * Opens a session for an account that exists. Returns its token; only the hash is stored. Who comes in by passkey or
 * through the provider has just shown who they are.
 */
export async function openSession(records: Records, opening: Opening, now: Date): Promise<string> {
  const token = newToken();
  const sessionId = newIdentifier();
  const steppedUpAt = opening.method === 'link' ? null : now;
  await sql`insert into session (session_id, account_id, method, browser_hash, provider_session, started_at,
      last_seen_at, stepped_up_at)
    values (${sessionId}, ${opening.accountId}, ${opening.method}, ${browserHash(opening.browser)},
      ${opening.providerSession ?? null}, ${now}, ${now}, ${steppedUpAt})`.execute(records);
  await issue(records, sessionId, token, now);
  return token;
}

interface Found extends Session {
  method: Method;
  browserHash: string | null;
  issuedAt: Date;
  replacedAt: Date | null;
  demonstration: boolean;
}

/**
 * The session of a token, marked as seen now; undefined when there is none, it or its account was ended, nobody used it
 * for half an hour, or it is older than twelve hours. The token changes every ten minutes; the old one goes on for a
 * minute, for requests under way. One used later than that, while its successor is in use too, is in two hands: the
 * session ends. So does one that comes from another browser.
 */
export async function touchSession(
  records: Records,
  token: string,
  browser: string | undefined,
  now: Date,
): Promise<Touched | undefined> {
  const idleSince = new Date(now.getTime() - milliseconds(SIGN_IN.idleEnds));
  const startedSince = new Date(now.getTime() - milliseconds(SIGN_IN.sessionEnds));
  const rows =
    await sql<Found>`select s.session_id as "sessionId", a.account_id as "accountId", a.name, a.roles,
      a.officer_id as "officerId", s.stepped_up_at as "steppedUpAt", s.method, s.browser_hash as "browserHash",
      t.issued_at as "issuedAt", t.replaced_at as "replacedAt",
      coalesce((select demonstration from installation), false) as demonstration
    from session_token t join session s on s.session_id = t.session_id join account a on a.account_id = s.account_id
    where t.token_hash = ${tokenHash(token)} and s.ended_at is null and a.ended_at is null
      and s.last_seen_at > ${idleSince} and s.started_at > ${startedSince}`.execute(records);
  const found = rows.rows[0];
  if (found === undefined) return undefined;
  const { method, browserHash: bound, issuedAt, replacedAt, demonstration, ...session } = found;
  if (bound !== null && bound !== browserHash(browser)) {
    await endSuspect(records, session, now, 'came from another browser');
    return undefined;
  }
  const touched: Touched = { session, method, needsPasskey: method === 'link' && !demonstration };
  if (replacedAt === null) {
    const fresh = await rotate(records, session.sessionId, token, issuedAt, now);
    return fresh === undefined ? touched : { ...touched, token: fresh };
  }
  if (now.getTime() - replacedAt.getTime() <= milliseconds(SIGN_IN.oldTokenLasts)) {
    await seen(records, session.sessionId, now);
    return touched;
  }
  const fresh = await replaceLostToken(records, session.sessionId, now);
  if (fresh !== undefined) return { ...touched, token: fresh };
  await endSuspect(records, session, now, 'an old token was used again');
  return undefined;
}

/** Ends a session that seems to be in two hands, and writes that down. */
async function endSuspect(records: Records, session: Session, now: Date, why: string): Promise<void> {
  await recorded(records, now, async (trx) => {
    await endSession(trx, session.sessionId, now, why);
    const deed = { by: 'the door', action: 'session', what: 'session ended', about: session.name, why };
    return { value: undefined, deed: { ...deed, outcome: 'refused' } };
  });
}

/** Marks the session and its token as used, and changes a token that is due; undefined when it stays. */
async function rotate(
  records: Records,
  sessionId: string,
  token: string,
  issuedAt: Date,
  now: Date,
): Promise<string | undefined> {
  const hash = tokenHash(token);
  await seen(records, sessionId, now);
  await sql`update session_token set first_used_at = ${now}
    where token_hash = ${hash} and first_used_at is null`.execute(records);
  if (now.getTime() - issuedAt.getTime() < milliseconds(SIGN_IN.tokenChanges)) return undefined;
  return records.transaction().execute(async (trx) => {
    const mine = await sql`update session_token set replaced_at = ${now}
      where token_hash = ${hash} and replaced_at is null returning 1`.execute(trx);
    if (mine.rows.length === 0) return undefined; // a request beside this one has changed it
    const fresh = newToken();
    await issue(trx, sessionId, fresh, now);
    return fresh;
  });
}

/** A new token where the last one never arrived: it was never used. Undefined when it was. */
async function replaceLostToken(records: Records, sessionId: string, now: Date): Promise<string | undefined> {
  return records.transaction().execute(async (trx) => {
    const lost = await sql`update session_token set replaced_at = ${now}
      where session_id = ${sessionId} and replaced_at is null and first_used_at is null returning 1`.execute(
      trx,
    );
    if (lost.rows.length === 0) return undefined;
    const fresh = newToken();
    await issue(trx, sessionId, fresh, now);
    await seen(trx, sessionId, now);
    return fresh;
  });
}

async function issue(records: Records, sessionId: string, token: string, now: Date): Promise<void> {
  await sql`insert into session_token (token_hash, session_id, issued_at)
    values (${tokenHash(token)}, ${sessionId}, ${now})`.execute(records);
}

async function seen(records: Records, sessionId: string, now: Date): Promise<void> {
  await sql`update session set last_seen_at = ${now} where session_id = ${sessionId}`.execute(records);
}

/** What is kept of a browser's word for itself. */
function browserHash(browser: string | undefined): string {
  return tokenHash(`browser:${browser ?? ''}`);
}

/**
 * Notes that the holder of a session has shown again who they are, and how they come in from now on. Returns the
 * session's new token; every other stops working at once. In the caller's transaction.
 */
export async function strengthen(
  records: Records,
  sessionId: string,
  method: 'passkey' | 'openid',
  now: Date,
): Promise<string> {
  await sql`update session set stepped_up_at = ${now}, method = ${method}, last_seen_at = ${now}
    where session_id = ${sessionId} and ended_at is null`.execute(records);
  await sql`delete from session_token where session_id = ${sessionId}`.execute(records);
  const token = newToken();
  await issue(records, sessionId, token, now);
  return token;
}

/** Ends a session. Ending it twice changes nothing. */
export async function endSession(
  records: Records,
  sessionId: string,
  now: Date,
  why = 'signed out',
): Promise<void> {
  await sql`update session set ended_at = ${now}, ended_why = ${why}
    where session_id = ${sessionId} and ended_at is null`.execute(records);
}

/** Ends every session of an account, but the one given. Returns how many ended. */
export async function endSessionsOf(
  records: Records,
  accountId: string,
  now: Date,
  why: string,
  but?: string,
): Promise<number> {
  const ended = await sql`update session set ended_at = ${now}, ended_why = ${why}
    where account_id = ${accountId} and ended_at is null and session_id is distinct from ${but ?? null}
    returning 1`.execute(records);
  return ended.rows.length;
}

/** A session as its holder sees it listed. */
export interface OpenSession {
  sessionId: string;
  method: Method;
  startedAt: Date;
  lastSeenAt: Date;
}

/** The sessions of an account that are open now, the last used first. */
export async function openSessionsOf(records: Records, accountId: string, now: Date): Promise<OpenSession[]> {
  const idleSince = new Date(now.getTime() - milliseconds(SIGN_IN.idleEnds));
  const startedSince = new Date(now.getTime() - milliseconds(SIGN_IN.sessionEnds));
  const { rows } = await sql<OpenSession>`select session_id as "sessionId", method, started_at as "startedAt",
      last_seen_at as "lastSeenAt"
    from session where account_id = ${accountId} and ended_at is null
      and last_seen_at > ${idleSince} and started_at > ${startedSince}
    order by last_seen_at desc`.execute(records);
  return rows;
}

/** Whether a session is open and of this account. */
export async function sessionBelongsTo(
  records: Records,
  sessionId: string,
  accountId: string,
): Promise<boolean> {
  const { rows } = await sql`select 1 from session
    where session_id = ${sessionId} and account_id = ${accountId} and ended_at is null`.execute(records);
  return rows.length > 0;
}
