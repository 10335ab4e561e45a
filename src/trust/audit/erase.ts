import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Records } from '../../stores/records/records.ts';
import { FIELDS, type Field, type Wiped } from './entry.ts';
import { append } from './log.ts';

/** What is wiped unless it is said otherwise: those looked at, and what was written about them. Who looked stays. */
export const ABOUT_OTHERS: readonly Field[] = ['officer', 'person', 'found', 'why', 'more'];

/**
 * Wipes personal fields of entries, values and salts, and writes an entry that says of which entries and fields, by whom
 * and why, and not what stood there. The entries themselves stay, and the log still verifies. Returns the number of the
 * erasure's entry.
 * @throws Failure when no reason is given, an entry does not exist, or nothing is left to wipe.
 */
export async function eraseDetail(
  records: Records,
  wish: { entries: readonly number[]; fields?: readonly Field[]; by: string; why: string; at: Date },
): Promise<number> {
  const { entries, fields = ABOUT_OTHERS, by, why, at } = wish;
  if (why.trim() === '') {
    throw new Failure('Nothing is erased from the audit log without a reason', { todo: 'Say why' });
  }
  return records.transaction().execute(async (trx) => {
    const numbers = JSON.stringify([...new Set(entries)]);
    const chosen = sql`select jsonb_array_elements_text(${numbers}::text::jsonb)::bigint`;
    const { rows: there } = await sql<{ n: number }>`select count(*) as n from audit_entry
      where entry_no in (${chosen})`.execute(trx);
    if (there[0]?.n !== new Set(entries).size) {
      throw new Failure('There is no such entry in the audit log', { todo: 'Look the number up again' });
    }
    const { rows } = await sql<{ n: number; field: Field }>`update audit_detail set salt = null, value = null
      where entry_no in (${chosen}) and value is not null and field in (${sql.join([...fields])})
      returning entry_no as n, field`.execute(trx);
    if (rows.length === 0) throw new Failure('There is nothing left to erase in these entries');
    const erased = rows
      .map(({ n, field }): Wiped => [n, field])
      .sort(([a, f], [b, g]) => a - b || FIELDS.indexOf(f) - FIELDS.indexOf(g));
    return append(
      trx,
      { act: 'erasure', action: 'erase', what: 'personal fields of the audit log', who: by, why, erased },
      at,
    );
  });
}
