import { sql } from 'kysely';
import { LOCAL_ZONE } from '../../kernel/local-time.ts';
import type { Records } from '../../stores/records/records.ts';
import type { Unseen } from './concerning.ts';
import { UNUSUAL } from './settings.ts';
import type { Looking } from './unusual.ts';

const DAY = 86_400_000;

/**
 * How everybody looked in the days before `now` that the settings name, in numbers; without the entries of `unseen`, and without
 * the accounts `butNot`, as if they were not there.
 */
export async function lookingOf(
  records: Records,
  now: Date,
  { unseen, butNot = [] }: { unseen?: Unseen; butNot?: readonly string[] } = {},
): Promise<Looking[]> {
  const back = (days: number) => sql`${new Date(now.getTime() - days * DAY).toISOString()}::timestamptz`;
  const window = UNUSUAL.window.value;
  const work = UNUSUAL.workWithin.value;
  const opened = sql`select e.at, w.value as who, o.value as officer, p.value as person,
      coalesce('p ' || p.value, 'o ' || o.value) as subject
    from audit_entry e
    join audit_detail w on w.entry_no = e.entry_no and w.field = 'who' and w.value is not null
    left join audit_detail o on o.entry_no = e.entry_no and o.field = 'officer'
    left join audit_detail p on p.entry_no = e.entry_no and p.field = 'person'
    where e.act = 'look' and e.outcome = 'done' and e.entry_no not in (select entry_no from unseen)`;
  const { rows } = await sql<Looking>`
    with unseen as materialized (${unseen ?? sql`select 0::bigint as entry_no where false`}),
    now_looks as (${opened} and e.at >= ${back(window)} and e.at < ${back(0)}),
    looked as (
      select who, count(*) as looks, count(distinct subject) as people,
        count(*) filter (where extract(hour from at at time zone ${LOCAL_ZONE}) < ${UNUSUAL.dayBegins.value}
          or extract(hour from at at time zone ${LOCAL_ZONE}) >= ${UNUSUAL.dayEnds.value}) as odd_hours
      from now_looks group by who),
    stretches as (
      select who, floor(extract(epoch from ${back(window)} - at) / ${window * 86_400}) as stretch,
        count(distinct subject) as people
      from (${opened} and e.at >= ${back(window + UNUSUAL.history.value)} and e.at < ${back(window)}) before
      group by who, stretch),
    usual as (select who, sum(people)::float / (max(stretch) + 1) as people from stretches group by who),
    settled as (
      select distinct on (who, subject) who, subject, officer, person, at
      from (${opened} and e.at >= ${back(window + work)} and e.at < ${back(work)}) old
      where subject is not null order by who, subject, at),
    work as (
      select d.value, e.at from audit_entry e
      join audit_detail d on d.entry_no = e.entry_no and d.field in ('officer', 'person')
      where e.act = 'alteration' and e.outcome = 'done' and e.entry_no not in (select entry_no from unseen) and e.at >= ${back(window + work)}),
    idle as (
      select who, count(*) as settled, count(*) filter (where not exists (
        select 1 from work w where w.value in (s.officer, s.person) and w.at >= s.at
          and w.at < s.at + make_interval(days => ${work}))) as idle
      from settled s group by who),
    self as (
      select a.name as who, count(*) as times from account a
      join audit_detail w on w.field = 'who' and w.value = a.name
      join audit_entry e on e.entry_no = w.entry_no and e.at >= ${back(window)} and e.at < ${back(0)}
      where a.officer_id is not null and e.entry_no not in (select entry_no from unseen) and a.name <> all(${[...butNot]}) and exists (
        select 1 from audit_detail d where d.entry_no = e.entry_no and (
          (d.field = 'officer' and d.value = a.officer_id) or (d.field = 'found'
            and d.value::jsonb @> jsonb_build_object('officers', jsonb_build_array(a.officer_id)))))
      group by a.name)
    select coalesce(l.who, i.who, s.who) as who, coalesce(l.looks, 0) as looks, coalesce(l.people, 0) as people,
      u.people as "usualPeople", coalesce(l.odd_hours, 0) as "oddHours", coalesce(i.settled, 0) as settled,
      coalesce(i.idle, 0) as idle, coalesce(s.times, 0) as self
    from looked l full join idle i on i.who = l.who full join self s on s.who = coalesce(l.who, i.who)
    left join usual u on u.who = coalesce(l.who, i.who, s.who)`.execute(records);
  return rows.sort((a, b) => a.who.localeCompare(b.who, 'en-GB'));
}
