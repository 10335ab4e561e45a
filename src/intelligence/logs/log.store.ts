import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import { moveFrom } from '../../kernel/machine.ts';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { json, opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../../trust/purpose/purpose.store.ts';
import type { Session } from '../../trust/session.ts';
import type { Draft, LogAct, LogState, Paragraph } from './log.ts';
import { LOG } from './log.ts';
import type { RetentionGroup } from './review.ts';

/** An intelligence log without its texts. All functions here take records of an account: the database decides what exists. */
export interface Log {
  logId: string;
  state: LogState;
  title: string;
  authorId: string;
  author: string;
  writtenAt: Date;
  submittedAt: Date | null;
  /** Days as `YYYY-MM-DD`. */
  from: string | null;
  to: string | null;
  matterId: string | null;
  sanitiserId: string | null;
  sanitiser: string | null;
  checker: string | null;
  liveAt: Date | null;
  agreedAt: Date | null;
  group: RetentionGroup | null;
  reviewOn: string | null;
  closedAt: Date | null;
}

const COLUMNS = sql`l.log_id as "logId", l.state, ${opened('intelligence_log.title', 'l')} as title, l.author_id as "authorId",
  a.name as author, l.written_at as "writtenAt", l.submitted_at as "submittedAt", to_char(l.happened_from, 'YYYY-MM-DD') as "from",
  to_char(l.happened_to, 'YYYY-MM-DD') as "to", l.matter_id as "matterId", l.sanitiser_id as "sanitiserId", s.name as sanitiser,
  c.name as checker, l.live_at as "liveAt", l.agreed_at as "agreedAt", l.retention_group as "group",
  to_char(l.review_on, 'YYYY-MM-DD') as "reviewOn", l.closed_at as "closedAt"`;
const FROM = sql`intelligence_log l join account a on a.account_id = l.author_id
  left join account s on s.account_id = l.sanitiser_id left join account c on c.account_id = l.checker_id`;

/** Which logs a list shows. */
export type Shelf = 'own' | 'waiting' | 'live' | 'due' | 'closed';

/** Logs of one shelf, the newest first: `limit` of them after `offset`, and how many there are. `today` is the day of the force. */
export async function logsOn(
  records: Records,
  { shelf, accountId, today }: { shelf: Shelf; accountId: string; today: string },
  offset: number,
  limit: number,
): Promise<{ logs: Log[]; total: number }> {
  const where = {
    own: sql`l.author_id = ${accountId}`,
    waiting: sql`(l.state = 'submitted' or (l.state = 'sanitised' and l.sanitiser_id <> ${accountId} and l.author_id <> ${accountId}))`,
    live: sql`l.state = 'live'`,
    due: sql`l.state = 'live' and l.review_on <= ${today}::date`,
    closed: sql`l.state = 'closed'`,
  }[shelf];
  const { rows } = await sql<
    Log & { total: number }
  >`select ${COLUMNS}, count(*) over ()::int as total from ${FROM}
    where ${where} order by l.written_at desc, l.log_id limit ${limit} offset ${offset}`.execute(records);
  return { logs: rows, total: rows[0]?.total ?? 0 };
}

/** One log; undefined when there is none, and just so when the reader must know nothing of it. */
export async function logOf(records: Records, id: string): Promise<Log | undefined> {
  const { rows } = await sql<Log>`select ${COLUMNS} from ${FROM} where l.log_id = ${id}`.execute(records);
  return rows[0];
}

/** Where a log comes from and its original paragraphs; undefined for who may see neither. */
export async function originalOf(
  records: Records,
  id: string,
): Promise<{ provenance: string; detail: string; paragraphs: Paragraph[] } | undefined> {
  const { rows } = await sql<{ provenance: string; detail: string | null }>`select kind as provenance,
      ${opened('log_provenance.detail', 'p')} as detail from log_provenance p where log_id = ${id}`.execute(
    records,
  );
  const [from] = rows;
  if (from === undefined) return undefined;
  const paragraphs =
    await sql<Paragraph>`select p.number, ${opened('log_paragraph.text', 'p')} as text, p.source, p.assessment, p.handling,
      p.conditions, p.audiences, coalesce(${opened('log_paragraph.corroboration', 'p')}, '') as corroboration
    from log_paragraph p where log_id = ${id} order by p.number`.execute(records);
  return { provenance: from.provenance, detail: from.detail ?? '', paragraphs: paragraphs.rows };
}

/** The sanitised paragraphs, in their order. */
export async function sanitisedOf(records: Records, id: string): Promise<Omit<Paragraph, 'corroboration'>[]> {
  const { rows } = await sql<Omit<Paragraph, 'corroboration'>>`select p.number,
      ${opened('log_sanitised.text', 'p')} as text, p.source, p.assessment, p.handling, p.conditions, p.audiences
    from log_sanitised p where log_id = ${id} order by p.number`.execute(records);
  return rows;
}

/** Officers and people whom a log concerns. */
export async function logSubjects(
  records: Records,
  id: string,
): Promise<{ kind: 'officer' | 'person'; id: string }[]> {
  const { rows } = await sql<{ kind: 'officer' | 'person'; id: string }>`select kind, subject_id as id
    from log_subject where log_id = ${id} order by kind, subject_id`.execute(records);
  return rows;
}

/** What was done to a log, in order, for those who see originals. */
export async function logActs(
  records: Records,
  id: string,
): Promise<{ act: string; by: string; at: Date; why: string | null }[]> {
  const { rows } = await sql<{
    act: string;
    by: string;
    at: Date;
    why: string | null;
  }>`select c.act, a.name as by, c.at,
      ${opened('log_act.why', 'c')} as why from log_act c join account a on a.account_id = c.account_id
    where c.log_id = ${id} order by c.act_no`.execute(records);
  return rows;
}

export interface Dissemination {
  audience: string;
  recipient: string;
  purpose: string;
  paragraphs: number[];
  by: string;
  at: Date;
}

/** To whom paragraphs of a log went. */
export async function disseminationsOf(records: Records, id: string): Promise<Dissemination[]> {
  const { rows } =
    await sql<Dissemination>`select d.audience, ${opened('log_dissemination.recipient', 'd')} as recipient,
      ${opened('log_dissemination.purpose', 'd')} as purpose, d.paragraphs, a.name as by, d.at
    from log_dissemination d join account a on a.account_id = d.account_id where d.log_id = ${id} order by d.at`.execute(
      records,
    );
  return rows;
}

/** What is kept with a draft besides its texts. */
export interface Kept {
  matterId: string | null;
  signalId: string | null;
  officers: readonly string[];
  people: readonly string[];
}

/** Writes a draft whole, new or again; false where it is not the reader's draft, or one that the reader must know nothing of. */
export async function saveDraft(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  draft: Draft,
  kept: Kept,
): Promise<boolean> {
  const scope = scopeOf('log', id);
  const written = draft.paragraphs.filter(({ text }) => text !== '');
  const paragraphs = written.map((one, i) => ({
    ...one,
    number: i + 1,
    text: sealed('log_paragraph.text', [id, i + 1], one.text, scope),
    corroboration:
      one.corroboration === ''
        ? null
        : sealed('log_paragraph.corroboration', [id, i + 1], one.corroboration, scope),
  }));
  const day = (text: string) => (text === '' ? null : text);
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{
      done: boolean;
    }>`select save_log(${id}, ${sealed('intelligence_log.title', id, draft.title, scope)},
        array[${day(draft.from)}::date, ${day(draft.to)}::date], ${kept.matterId}, ${kept.signalId}, ${draft.provenance},
        ${draft.sourceDetail === '' ? null : sealed('log_provenance.detail', id, draft.sourceDetail, scope)},
        ${json(paragraphs)}::jsonb, ${kept.officers}, ${kept.people}) as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'draft of an intelligence log kept', undefined, { log: id });
    return true;
  });
}

/** What an act needs besides its name. */
export interface Moving {
  act: LogAct;
  was: LogState;
  why?: string | undefined;
  /** Passing and reviewing: how long it is kept, and when it is looked at again (`YYYY-MM-DD`). */
  group?: RetentionGroup;
  reviewOn?: string;
  /** Sanitising: the text of each paragraph that is shared. */
  sanitised?: readonly { number: number; text: string }[];
}

/** Does an act to a log; false where that cannot be done, nothing being changed then. */
export async function moveLog(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  { act, was, why, group, reviewOn, sanitised }: Moving,
): Promise<boolean> {
  const move = moveFrom(LOG, was, act);
  if (move === undefined) return false;
  const scope = scopeOf('log', id);
  return records.transaction().execute(async (trx) => {
    if (sanitised !== undefined) {
      const rows = sanitised.map(({ number, text }) => ({
        number,
        text: sealed('log_sanitised.text', [id, number], text, scope),
      }));
      await sql`select sanitise_log(${id}, ${json(rows)}::jsonb)`.execute(trx);
    }
    const actId = newIdentifier();
    const { rows } = await sql<{ done: boolean }>`select move_log(${id}, ${actId}, ${act}, ${was}, ${move.to},
      ${why === undefined || why === '' ? null : sealed('log_act.why', actId, why, scope)}, ${group ?? null}, ${reviewOn ?? null}::date) as done`.execute(
      trx,
    );
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, `intelligence log: ${act}`, why, { log: id });
    return true;
  });
}

/** The originator agrees that paragraphs under S2 may go on. */
export async function agreeToShare(
  records: Records,
  session: Session,
  at: Date,
  id: string,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ done: boolean }>`select agree_to_share(${id}) as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'intelligence log: sharing agreed', undefined, { log: id });
    return true;
  });
}

/** Writes down to whom paragraphs of a live log went; false where their handling forbids it. */
export async function disseminate(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  to: { audience: string; recipient: string; purpose: string; paragraphs: readonly number[] },
): Promise<boolean> {
  const scope = scopeOf('log', id);
  return records.transaction().execute(async (trx) => {
    const own = newIdentifier();
    const { rows } = await sql<{ done: boolean }>`select disseminate_log(${own}, ${id}, ${to.audience},
      ${sealed('log_dissemination.recipient', own, to.recipient, scope)}, ${sealed('log_dissemination.purpose', own, to.purpose, scope)},
      ${to.paragraphs}) as done`.execute(trx);
    if (rows[0]?.done !== true) return false;
    await noted(trx, session, at, 'intelligence log disseminated', to.purpose, {
      log: id,
      audience: to.audience,
      paragraphs: to.paragraphs,
    });
    return true;
  });
}
