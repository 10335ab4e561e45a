import { type RawBuilder, sql } from 'kysely';
import type { Held } from './hold.ts';

type Sql = RawBuilder<unknown>;

/** SQL of what a row of the records is about, and of what time it is: `to` is left out where it is one moment. */
interface About {
  officer?: Sql;
  person?: Sql;
  /** The signal, matter or authority that it was about. */
  thing?: Sql;
  from: Sql;
  to?: Sql;
}

/** SQL: whether a row of the records is under hold. Never null. */
export function isSpared(held: Held, { officer, person, thing, from, to = from }: About): Sql {
  if (held.everything) return sql`true`;
  const [officers, people] = [sql`${[...held.officers]}::text[]`, sql`${[...held.people]}::text[]`];
  const conditions: Sql[] = [];
  const among = held.officers.length + held.people.length > 0;
  if (officer !== undefined) conditions.push(sql`${officer} = any(${officers})`);
  if (person !== undefined) conditions.push(sql`${person} = any(${people})`);
  if (thing !== undefined) {
    conditions.push(sql`${thing} = any(${[...held.matters]}::text[])`);
    if (among)
      conditions.push(sql`${thing} in (
        select signal_id from signal where officer_id = any(${officers}) or person_id = any(${people})
        union select signal_id from verdict where officer_id = any(${officers}) or person_id = any(${people})
        union select authority_id from targeted_authority where officer_id = any(${officers}))`);
  }
  if (held.periods.length > 0) {
    const [firsts, lasts] = [held.periods.map(([first]) => first), held.periods.map(([, last]) => last)];
    conditions.push(sql`exists (select 1 from unnest(${firsts}::date[], ${lasts}::date[]) p(a, b)
      where (${from} at time zone 'Europe/London')::date <= p.b and (${to} at time zone 'Europe/London')::date >= p.a)`);
  }
  if (conditions.length === 0) return sql`false`;
  return sql`coalesce(${sql.join(conditions, sql` or `)}, false)`;
}

/** SQL: whether an entry `e` of the audit log is under hold; `naming` are those whose sealed words name what is held. */
export function isSparedEntry(held: Held, naming: readonly number[]): Sql {
  const [officers, people] = [sql`${[...held.officers]}::text[]`, sql`${[...held.people]}::text[]`];
  return sql`(${isSpared(held, { from: sql`e.at` })} or e.entry_no = any(${[...naming]}::bigint[])
    or exists (select 1 from audit_detail s where s.entry_no = e.entry_no and (
      s.field = 'officer' and s.value = any(${officers}) or s.field = 'person' and s.value = any(${people})
      or s.field = 'found' and (s.value::jsonb -> 'officers' ?| ${officers} or s.value::jsonb -> 'people' ?| ${people}))))`;
}
