import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { named } from '../stores/vault/sealed.ts';
import { ACT_OF } from './audit/adopt.ts';
import { append } from './audit/log.ts';
import type { Session } from './session.ts';

/** What somebody looked at. Search terms are never kept: what was found is. */
export interface Look {
  action: 'view' | 'list' | 'search' | 'export' | 'records' | 'decide' | 'repair';
  /** The page or thing, in plain words without names: `encounter timeline`, `search by number`. */
  what: string;
  officerId?: string | undefined;
  personId?: string | undefined;
  /** Those whom a list or a search showed. */
  found?: { officers: string[]; people: string[] };
  /** Why, where a reason was given: the verdict's, the repair's. */
  why?: string | undefined;
  /** Facts of the act besides. */
  more?: Record<string, unknown>;
}

/**
 * Reads what a page shows from the records store and writes down who looked, in one transaction: when the look cannot
 * be written, nothing is returned and the page cannot be shown. A session that has ended cannot look.
 * `read` says, with what it read, what the look is.
 */
export async function look<T>(
  records: Records,
  session: Session,
  at: Date,
  read: (trx: Records) => Promise<{ value: T; look: Look }>,
): Promise<T> {
  return records.transaction().execute(async (trx) => {
    const open = await sql`select 1 from session
      where session_id = ${session.sessionId} and ended_at is null for share`.execute(trx);
    if (open.rows.length === 0) throw new Error('the session has ended');
    const result = await read(trx);
    await write(trx, session, at, result.look, 'shown');
    return result.value;
  });
}

/** Writes down a look that was refused. */
export async function refusedLook(
  records: Records,
  session: Session,
  at: Date,
  refused: Look,
): Promise<void> {
  await records.transaction().execute((trx) => write(trx, session, at, refused, 'refused'));
}

async function write(
  trx: Records,
  session: Session,
  at: Date,
  one: Look,
  outcome: 'shown' | 'refused',
): Promise<void> {
  // The log names who was looked at, whatever name the reader saw.
  const real = session.unmask ?? ((id: string) => id);
  const deed = {
    act: ACT_OF[one.action],
    action: one.action,
    what: one.what,
    outcome: outcome === 'shown' ? 'done' : outcome,
    who: session.name,
    session: session.sessionId,
    officer: one.officerId === undefined ? undefined : real(one.officerId),
    person: one.personId === undefined ? undefined : real(one.personId),
    found: one.found && { officers: one.found.officers.map(real), people: one.found.people.map(real) },
    why: one.why ?? session.purpose,
    more: one.more,
  } as const;
  await append(trx, deed, at);
}

/** A look as it was written down. */
export interface WrittenLook {
  at: Date;
  action: string;
  what: string;
  outcome: 'shown' | 'refused';
  officerId: string | null;
  personId: string | null;
  found: { officers: string[]; people: string[] } | null;
}

/** The looks of one person, newest first: `limit` of them after the first `offset`, and how many there are in all. */
export async function looksOf(
  records: Records,
  name: string,
  offset: number,
  limit: number,
): Promise<{ looks: WrittenLook[]; total: number }> {
  const rows = await sql<WrittenLook & { total: number }>`select at, action, what, outcome,
      officer_id as "officerId", person_id as "personId", found, count(*) over () as total
    from look where name = ${named(name)} order by look_id desc limit ${limit} offset ${offset}`.execute(
    records,
  );
  return { looks: rows.rows, total: rows.rows[0]?.total ?? 0 };
}
