import { type RawBuilder, sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { FIELDS, type Field, type Wiped } from '../audit/entry.ts';

/**
 * Wipes fields of the audit log, values and salts, where `which` holds (`d` is the field, `e` its entry). What proves an erasure
 * stays. Returns what was wiped, for the entry that says so.
 */
export async function wipeDetails(
  trx: Records,
  which: RawBuilder<unknown>,
  fields: readonly Field[],
): Promise<Wiped[]> {
  const { rows } = await sql<{ n: number; field: Field }>`update audit_detail d set salt = null, value = null
    from audit_entry e where e.entry_no = d.entry_no and d.value is not null and d.field in (${sql.join([...fields])})
      and not (e.act = 'erasure' and e.action = 'erase') and (${which})
    returning d.entry_no as n, d.field`.execute(trx);
  return rows
    .map(({ n, field }): Wiped => [n, field])
    .sort(([a, f], [b, g]) => a - b || FIELDS.indexOf(f) - FIELDS.indexOf(g));
}
