import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { named } from '../../stores/vault/sealed.ts';
import type { Unseen } from './concerning.ts';
import type { Act } from './entry.ts';
import { entriesOf, type StoredEntry } from './stored.ts';

/** Which entries are asked for; what is left out does not matter. */
export interface EntryFilter {
  /** Who did it, as the log names them, whole. */
  who?: string | undefined;
  act?: Act | undefined;
  outcome?: 'done' | 'refused' | undefined;
  /** Words that stand in what it was done on. */
  what?: string | undefined;
  /** An officer or a person, by identifier. */
  about?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
  /** Entries that the reader must not see: they are not listed and not counted. */
  unseen?: Unseen;
}

/** One page of the log, newest first, and how many entries there are in all. */
export async function listEntries(
  records: Records,
  filter: EntryFilter,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ entries: StoredEntry[]; total: number }> {
  const where = sql.join(conditions(filter), sql` and `);
  const { rows: counted } = await sql<{
    n: number;
  }>`select count(*) as n from audit_entry e where ${where}`.execute(records);
  const { rows } = await sql<{ n: number }>`select entry_no as n from audit_entry e where ${where}
    order by entry_no desc limit ${limit} offset ${offset}`.execute(records);
  const numbers = rows.map((row) => row.n);
  return { entries: await entriesOf(records, numbers), total: counted[0]?.n ?? 0 };
}

/** Whether an entry is none of those that the reader must not see. */
export async function sees(records: Records, n: number, unseen: Unseen): Promise<boolean> {
  if (unseen === undefined) return true;
  const { rows } = await sql`select 1 where ${n}::bigint in (${unseen})`.execute(records);
  return rows.length === 0;
}

function conditions({ who, act, outcome, what, about, from, to, unseen }: EntryFilter) {
  const all = [sql`true`];
  if (act) all.push(sql`e.act = ${act}`);
  if (outcome) all.push(sql`e.outcome = ${outcome}`);
  if (what) all.push(sql`strpos(lower(e.what), ${what.toLowerCase()}) > 0`);
  if (from) all.push(sql`e.at >= ${from.toISOString()}::timestamptz`);
  if (to) all.push(sql`e.at < ${to.toISOString()}::timestamptz`);
  if (unseen) all.push(sql`e.entry_no not in (${unseen})`);
  if (who) {
    all.push(
      sql`e.entry_no in (select entry_no from audit_detail where field = 'who' and value = ${named(who)})`,
    );
  }
  if (about) {
    all.push(sql`e.entry_no in (select entry_no from audit_detail
      where field in ('officer', 'person') and value = ${about})`);
  }
  return all;
}
