import { type RawBuilder, sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
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
  const about = sql`
    with about_them(id) as (
      select unnest(${officers}::text[]) union select unnest(${people}::text[])
      union select signal_id from signal where officer_id = any(${officers}) or person_id = any(${people})
      union select signal_id from verdict where officer_id = any(${officers}) or person_id = any(${people})
      union select matter_id from matter_subject
        where (kind = 'officer' and subject_id = any(${officers})) or (kind = 'person' and subject_id = any(${people}))
      union select authority_id from targeted_authority where officer_id = any(${officers})
    ),
    tokens(id) as materialized (
      select id from about_them
      union select unmasking_id from unmasking where about in (select id from about_them)
      union select name from account where officer_id = any(${officers})
    )`;
  return sql`${about}
    select entry_no from audit_detail where field = 'officer' and value = any(${officers})
    union all select entry_no from audit_detail where field = 'person' and value = any(${people})
    union all select entry_no from audit_detail where field = 'who' and value <> ${reader.name}
      and value in (select name from account where officer_id = any(${officers}))
    union all select entry_no from audit_detail where field = 'why'
      and substring(value from '\\((?:triage|matter|search|authority) ([^()]+)\\)$') in (select id from tokens)
    union all select entry_no from audit_detail d where field in ('found', 'more') and exists (
      select 1 from jsonb_path_query(d.value::jsonb, '$.** ? (@.type() == "string")') as said
      where said #>> '{}' in (select id from tokens))`;
}
