import { type RawBuilder, sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { named, opened } from '../../stores/vault/sealed.ts';
import { hiddenFrom } from '../circle/circle.store.ts';
import type { Session } from '../session.ts';

/**
 * Which entries a reader of the log must not see: a list of entry numbers as SQL, in the transaction that reads. Undefined for a
 * reader without a circle, who sees all.
 */
export type Unseen = RawBuilder<unknown> | undefined;

/**
 * Entries that concern the circle of a reader who is of the workforce: those about its officers and people, about signals,
 * matters, authorities and requests about them, and what accounts of its officers did. One's own acts stay. While the circle
 * is not known, every entry.
 */
export async function entriesConcerning(trx: Records, reader: Session): Promise<Unseen> {
  if (reader.officerId === null) return undefined;
  const circle = await hiddenFrom(trx, reader.officerId);
  if (!circle.ready) return sql`select entry_no from audit_entry`;
  const officers = [...circle.officers];
  const people = [...circle.people];
  const { rows: tokens } = await sql<{ id: string }>`
    with about_them(id) as (
      select unnest(${officers}::text[]) union select unnest(${people}::text[])
      union select signal_id from signal where officer_id = any(${officers}) or person_id = any(${people})
      union select signal_id from verdict where officer_id = any(${officers}) or person_id = any(${people})
      union select matter_id from matter_subject
        where (kind = 'officer' and subject_id = any(${officers})) or (kind = 'person' and subject_id = any(${people}))
      union select authority_id from targeted_authority where officer_id = any(${officers})
    )
    select id from about_them
    union select unmasking_id from unmasking where about in (select id from about_them)`.execute(trx);
  const { rows: theirs } = await sql<{ name: string }>`select name from account
    where officer_id = any(${officers})`.execute(trx);
  const ids = new Set([...tokens.map((row) => row.id), ...theirs.map((row) => row.name)]);
  // Reasons and facts are sealed: the store cannot look into them.
  const { rows: told } = await sql<{ n: number; field: string; value: string }>`select entry_no as n, field,
      ${opened('audit_detail.value', 'd')} as value
    from audit_detail d where field in ('why', 'more') and value is not null`.execute(trx);
  const telling = told.filter(({ field, value }) =>
    field === 'why'
      ? ids.has(REASON.exec(value)?.[1] ?? '')
      : textsOf(JSON.parse(value)).some((one) => ids.has(one)),
  );
  const others = theirs.filter(({ name }) => name !== reader.name).map(({ name }) => named(name));
  const byThem =
    others.length === 0
      ? sql``
      : sql`union all select entry_no from audit_detail where field = 'who' and value in (${sql.join(others)})`;
  return sql`
    select entry_no from audit_detail where field = 'officer' and value = any(${officers})
    union all select entry_no from audit_detail where field = 'person' and value = any(${people})
    union all select entry_no from audit_detail d where field = 'found' and (
      d.value::jsonb -> 'officers' ?| ${officers}::text[] or d.value::jsonb -> 'people' ?| ${people}::text[])
    union all select unnest(${telling.map(({ n }) => n)}::bigint[]) ${byThem}`;
}

const REASON = /\((?:triage|matter|search|authority) ([^()]+)\)$/;

/** Every text that stands somewhere in a value of JSON. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(textsOf);
}
