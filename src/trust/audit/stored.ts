import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { nameOrBroken, opened, openedOrBroken } from '../../stores/vault/sealed.ts';
import type { Act, Commitments, Detail, Entry, Field, Wiped } from './entry.ts';

/** An entry as the store holds it, with those of its personal fields that were not erased. */
export interface StoredEntry extends Entry {
  leaf: Buffer;
  detail: Detail;
  /** Fields whose row is there with nothing in it. */
  wiped: Field[];
  /** What the store holds and no entry may have. */
  strange: string[];
}

interface Row {
  n: number;
  at: Date;
  clock: Date | null;
  act: Act;
  action: string;
  what: string;
  outcome: 'done' | 'refused';
  commitments: Commitments;
  erased: Wiped[] | null;
  leaf: Uint8Array;
}

interface DetailRow {
  n: number;
  field: Field;
  /** In hexadecimal digits. */
  salt: string | null;
  value: string | null;
}

// A log that somebody has changed must still be read, to say where.
const SALT = opened('audit_detail.salt');
const VALUE = sql`case field when 'why' then ${openedOrBroken('audit_detail.value')}
  when 'more' then ${openedOrBroken('audit_detail.value')} when 'who' then ${nameOrBroken('value')} else value end`;

/** Entries `from` up to but not including `to`, in order, those that are there. */
export async function entriesBetween(records: Records, from: number, to: number): Promise<StoredEntry[]> {
  const { rows } =
    await sql<Row>`select entry_no as n, at, clock, act, action, what, outcome, commitments, erased, leaf
    from audit_entry where entry_no >= ${from} and entry_no < ${to} order by entry_no`.execute(records);
  const { rows: details } =
    await sql<DetailRow>`select entry_no as n, field, ${SALT} as salt, ${VALUE} as value
    from audit_detail where entry_no >= ${from} and entry_no < ${to} order by entry_no`.execute(records);
  return joined(rows, details);
}

/** The entries of these numbers, in the order of the numbers given. */
export async function entriesOf(records: Records, numbers: readonly number[]): Promise<StoredEntry[]> {
  if (numbers.length === 0) return [];
  const list = sql.join(numbers.map((n) => sql`${n}::bigint`));
  const { rows } =
    await sql<Row>`select entry_no as n, at, clock, act, action, what, outcome, commitments, erased, leaf
    from audit_entry where entry_no in (${list})`.execute(records);
  const { rows: details } =
    await sql<DetailRow>`select entry_no as n, field, ${SALT} as salt, ${VALUE} as value
    from audit_detail where entry_no in (${list})`.execute(records);
  const found = new Map(joined(rows, details).map((entry) => [entry.n, entry]));
  return numbers.flatMap((n) => found.get(n) ?? []);
}

/** Every entry in order, a handful at a time, so that a long log does not stand in memory. */
export async function* everyEntry(
  records: Records,
  size: number,
  atOnce = 2000,
): AsyncGenerator<StoredEntry> {
  for (let from = 0; from < size; from += atOnce) {
    yield* await entriesBetween(records, from, Math.min(size, from + atOnce));
  }
}

function joined(rows: readonly Row[], details: readonly DetailRow[]): StoredEntry[] {
  const entries = rows.map(
    (row): StoredEntry => ({
      ...row,
      clock: row.clock ?? undefined,
      erased: row.erased ?? undefined,
      leaf: Buffer.from(row.leaf),
      detail: {},
      wiped: [],
      strange: [],
    }),
  );
  const byNumber = new Map(entries.map((entry) => [entry.n, entry]));
  for (const { n, field, salt, value } of details) {
    const entry = byNumber.get(n);
    if (entry === undefined) continue;
    if (entry.commitments[field] === undefined) entry.strange.push(field);
    if (salt === null && value === null) entry.wiped.push(field);
    else entry.detail[field] = { salt: Buffer.from(salt ?? '', 'hex'), value: value ?? '' };
  }
  return entries;
}
