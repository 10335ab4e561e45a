import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { append } from '../audit/log.ts';
import type { Session } from '../session.ts';
import { later, PURPOSE } from './settings.ts';

/** Why somebody looks: for triage of a signal, a matter, a search for a matter, an authority, an intelligence log, or because the glass was broken. */
export interface Purpose {
  purposeId: string;
  kind: 'triage' | 'matter' | 'search' | 'authority' | 'log' | 'broken_glass';
  /** The signal, matter (of a search too), authority, log or breaking. */
  about: string;
  /** As pages and the audit log say it. It names nobody. */
  words: string;
  beganAt: Date;
  endsAt: Date;
}

const LASTS = {
  triage: PURPOSE.triage,
  matter: PURPOSE.matter,
  search: PURPOSE.search,
  authority: PURPOSE.authority,
  log: PURPOSE.log,
  broken_glass: PURPOSE.brokenGlass,
} as const;

/** The purpose of an account that is in force at a moment, or undefined. */
export async function currentPurpose(
  records: Records,
  accountId: string,
  at: Date,
): Promise<Purpose | undefined> {
  const { rows } =
    await sql<Purpose>`select purpose_id as "purposeId", kind, about, ${opened('purpose.words')} as words, began_at as "beganAt",
      ends_at as "endsAt"
    from purpose where account_id = ${accountId} and ended_at is null and began_at <= ${at} and ends_at > ${at}
    order by began_at desc, purpose_id desc limit 1`.execute(records);
  return rows[0];
}

/** What a purpose begins with. */
export type Beginning = Pick<Purpose, 'kind' | 'about' | 'words'> & {
  /** It ends then at the latest. */
  until?: Date | undefined;
  /** A triage: people of the encounters behind its signal, where that is about an officer alone. */
  behind?: readonly string[];
  /** In the reader's own words, for the audit log. */
  reason?: string;
};

/** Begins a purpose, which ends the one before it. It ends by itself. Written into the audit log. */
export async function beginPurpose(
  records: Records,
  session: Session,
  at: Date,
  one: Beginning,
): Promise<void> {
  const lasts = later(at, LASTS[one.kind]);
  const ends = one.until !== undefined && one.until < lasts ? one.until : lasts;
  const write = async (trx: Records) => {
    await sql`update purpose set ended_at = ${at} where account_id = ${session.accountId} and ended_at is null`.execute(
      trx,
    );
    const id = newIdentifier();
    await sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at)
      values (${id}, ${session.accountId}, ${one.kind}, ${one.about},
        ${sealed('purpose.words', id, one.words, scopeOf(one.kind, one.about))}, ${at}, ${ends})`.execute(
      trx,
    );
    if (one.kind === 'triage') {
      const behind = [...new Set(one.behind)].slice(0, PURPOSE.behind.value);
      await sql`select set_reach_of_triage(${id}, ${behind}, ${PURPOSE.others.value})`.execute(trx);
    }
    const facts = { kind: one.kind, about: one.about };
    await noted(trx, session, at, 'purpose stated', one.reason ?? one.words, facts);
  };
  await (records.isTransaction ? write(records) : records.transaction().execute(write));
}

/** Ends what is in force. */
export async function endPurpose(records: Records, session: Session, at: Date): Promise<void> {
  await records.transaction().execute(async (trx) => {
    await sql`update purpose set ended_at = ${at} where account_id = ${session.accountId} and ended_at is null`.execute(
      trx,
    );
    await noted(trx, session, at, 'purpose ended', undefined, {});
  });
}

/** Writes an act of this session that changes something into the audit log, in the caller's transaction. */
export async function noted(
  trx: Records,
  session: Session,
  at: Date,
  what: string,
  why: string | undefined,
  more: Record<string, unknown>,
): Promise<void> {
  const { name: who, sessionId } = session;
  await append(trx, { act: 'alteration', action: 'decide', what, who, session: sessionId, why, more }, at);
}
