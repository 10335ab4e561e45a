import { sql } from 'kysely';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Records } from '../stores/records/records.ts';
import { opened, sealed } from '../stores/vault/sealed.ts';
import { accountById, setRoles } from './account.ts';
import type { Role } from './roles.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { linkFor } from './sign-in.ts';
import { deciders } from './terminal-link.ts';

/** Something about an account that waits for a second person. */
export interface AccountRequest {
  requestId: string;
  accountId: string;
  name: string;
  kind: 'way_in' | 'roles';
  roles: Role[] | null;
  reason: string;
  askedBy: string;
  askedByName: string;
  askedAt: Date;
}

const COLUMNS = sql`r.request_id as "requestId", r.account_id as "accountId", a.name, r.kind, r.roles,
  ${opened('account_request.reason', 'r')} as reason,
  r.asked_by as "askedBy", b.name as "askedByName", r.asked_at as "askedAt"`;
const FROM = sql`from account_request r join account a on a.account_id = r.account_id
  join account b on b.account_id = r.asked_by`;

const waiting = (now: Date) =>
  sql`r.decision is null and r.asked_at > ${new Date(now.getTime() - milliseconds(SIGN_IN.requestWaits))}`;

/** Requests that nobody has decided and that have not run out, the oldest first. */
export async function openRequests(records: Records, now: Date): Promise<AccountRequest[]> {
  const { rows } = await sql<AccountRequest>`select ${COLUMNS} ${FROM}
    where ${waiting(now)} order by r.asked_at`.execute(records);
  return rows;
}

/** One request that nobody has decided and that has not run out. */
export async function openRequest(
  records: Records,
  requestId: string,
  now: Date,
): Promise<AccountRequest | undefined> {
  const { rows } = await sql<AccountRequest>`select ${COLUMNS} ${FROM}
    where ${waiting(now)} and r.request_id = ${requestId}`.execute(records);
  return rows[0];
}

/**
 * Asks a second person to approve a way in for somebody, or their roles.
 * @throws Failure when it is about the asker, about an account that the provider manages, or asked already.
 */
export async function askForAccount(
  records: Records,
  asked: { accountId: string; kind: 'way_in' | 'roles'; roles?: Role[]; reason: string; askedBy: string },
  now: Date,
): Promise<string> {
  const reason = asked.reason.trim();
  if (reason === '' || reason.length > 500) {
    throw new Failure('A reason of 1 to 500 characters is needed', {
      todo: 'Say why, for the second person',
    });
  }
  const account = await accountById(records, asked.accountId);
  if (account === undefined || account.endedAt !== null) {
    throw new Failure('The account has ended', { todo: 'Begin it anew first' });
  }
  if (asked.kind === 'roles' ? account.managed : account.signsInElsewhere) {
    throw new Failure('The force’s own provider looks after this account', { todo: 'Change it there' });
  }
  if (asked.accountId === asked.askedBy) {
    throw new Failure('Nobody asks this for themselves', { todo: 'Let somebody else ask for it' });
  }
  const open = await openRequests(records, now);
  if (open.some((one) => one.accountId === asked.accountId && one.kind === asked.kind)) {
    throw new Failure('This has been asked for already', { todo: 'See the requests that wait' });
  }
  const requestId = newIdentifier();
  await sql`insert into account_request (request_id, account_id, kind, roles, reason, asked_by, asked_at)
    values (${requestId}, ${asked.accountId}, ${asked.kind}, ${asked.roles ?? null},
      ${sealed('account_request.reason', requestId, reason)}, ${asked.askedBy},
      ${now})`.execute(records);
  return requestId;
}

/** What came of a decision: the link to hand over, where a way in was approved. */
export interface Decided {
  request: AccountRequest;
  link?: string;
}

/**
 * Decides a request, in the caller's transaction. The second person is neither who asked nor whom it is about; `by` null is whoever runs the
 * machine, at its terminal, and counts only while nobody in the workbench could be that second person.
 * @throws Failure when somebody may not, or it was decided meanwhile.
 */
export async function decideRequest(
  records: Records,
  decided: { requestId: string; decision: 'approved' | 'refused'; by: string | null; baseUrl: string },
  now: Date,
): Promise<Decided> {
  await sql`select 1 from account_request where request_id = ${decided.requestId} for update`.execute(
    records,
  );
  const request = await openRequest(records, decided.requestId, now);
  if (request === undefined) throw new Failure('There is no such request', { todo: 'See those that wait' });
  const { accountId, askedBy } = request;
  if (decided.by === askedBy || decided.by === accountId) {
    throw new Failure('A second person decides this', {
      todo: 'It is for neither who asked nor whom it is about',
    });
  }
  if (decided.by === null && (await deciders(records, [askedBy, accountId])).length > 0) {
    throw new Failure('Somebody in the workbench can decide this', {
      todo: 'Ask an administrator or the head of the unit who did not ask for it',
    });
  }
  await sql`update account_request set decision = ${decided.decision}, decided_by = ${decided.by},
    decided_at = ${now} where request_id = ${decided.requestId}`.execute(records);
  if (decided.decision === 'refused') return { request };
  if (request.kind === 'roles') {
    await setRoles(records, accountId, request.roles ?? [], now);
    return { request };
  }
  const account = await accountById(records, accountId);
  const kind = (account?.passkeys ?? 0) > 0 ? 'again' : 'first';
  const lasts = decided.by === null ? SIGN_IN.linkLasts : SIGN_IN.wayInLasts;
  return {
    request,
    link: await linkFor(
      records,
      { accountId, kind, baseUrl: decided.baseUrl, lasts, by: decided.by ?? undefined },
      now,
    ),
  };
}
