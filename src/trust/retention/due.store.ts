import { sql } from 'kysely';
import { newIdentifier } from '../../kernel/identifier.ts';
import { beginningOf, localDay } from '../../kernel/local-time.ts';
import type { Events } from '../../stores/events/events.ts';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import { countReach } from './erase-events.ts';
import { countEnded } from './erase-kinds.ts';
import { type KindName, kindOf, LAST_RECORDED } from './kinds.ts';
import { reachOf, type Target } from './reach.ts';
import { type Day, floorOn, nextDue, type Review, standingOn } from './rule.ts';
import { rulesInForce, type StoredRule } from './rules.store.ts';

interface Stores {
  records: Records;
  events: Events;
}

/** What of a kind has come to its end. */
export interface KindDue {
  kind: KindName;
  /** The first day that is still kept. */
  before: Day;
  /** Rows or things that count from before it. */
  due: number;
}

/** How much of every kind that is erased as a whole has come to its end, and of people and the workforce, who come one at a time. */
export async function dueKinds(stores: Stores, at: Date): Promise<KindDue[]> {
  const today = localDay(at);
  const all: KindDue[] = [];
  for (const rule of await rulesInForce(stores.records)) {
    if (rule.kind.startsWith('matters_')) continue;
    const before = floorOn(rule, today);
    const due =
      kindOf(rule.kind).how === 'as a whole'
        ? sum(await previewOf(stores, { scope: 'kind', kind: rule.kind, before: beginningOf(before) }))
        : (await subjectsDue(stores, rule, at)).filter((one) => one.standing !== 'kept').length;
    all.push({ kind: rule.kind, before, due });
  }
  return all;
}

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);

/** How many rows an erasure would reach, by table or name, whatever is held. */
export async function previewOf(
  { records, events }: Stores,
  target: Target,
): Promise<Record<string, number>> {
  const counts = await countReach(events, target, reachOf(target));
  if (target.scope !== 'kind') return counts;
  const own = await countEnded(records, target.kind, target.before);
  return own > 0 ? { ...counts, [kindOf(target.kind as KindName).title]: own } : counts;
}

/** Somebody, or a matter, whose time has come, or comes. */
export interface SubjectDue {
  kind: KindName;
  id: string;
  /** The day from which the time counts. */
  from: Day;
  due: Day;
  standing: ReturnType<typeof standingOn>;
}

const LISTED = 2000;

/** Members of the public, or of the workforce, whose time is over by their rule, the longest over first; decided ones as decided. */
export async function subjectsDue(
  { records, events }: Stores,
  rule: StoredRule,
  at: Date,
): Promise<SubjectDue[]> {
  const today = localDay(at);
  const before = floorOn(rule, today);
  const rows = await events.query<{ id: string; since: string }>(
    rule.kind === 'people'
      ? `SELECT person_id AS id, toString(toDate32(last, 'Europe/London')) AS since FROM (${LAST_RECORDED})
         WHERE since < {before:String} ORDER BY since, id LIMIT ${LISTED}`
      : `SELECT officer_id AS id, toString(argMax(tuple(left_on), (load_id, row_no)).1) AS since FROM officers
         GROUP BY officer_id HAVING since < {before:String} AND since != '' ORDER BY since, id LIMIT ${LISTED}`,
    { before },
  );
  const reviews = await reviewsOf(records, rule.kind);
  return rows.map(({ id, since }) => {
    const decided = reviews.get(id) ?? [];
    const standing = standingOn(rule, since, decided, today);
    return { kind: rule.kind, id, from: since, due: nextDue(rule, since, decided), standing };
  });
}

/** Decisions about things of a kind, by the thing, as the records given see them. */
export async function reviewsOf(records: Records, kind: KindName): Promise<Map<string, Review[]>> {
  const { rows } = await sql<Review & { about: string }>`select about, decision, keep_until as "keepUntil",
    (decided_at at time zone 'Europe/London')::date as "decidedOn" from retention_review where kind = ${kind}
    order by decided_at`.execute(records);
  return Map.groupBy(rows, (row) => row.about);
}

/** A closed matter of the reader, its group, and where it stands by the rule of that group. */
export interface MatterDue {
  matterId: string;
  title: string;
  closedOn: Day;
  /** 1 to 4, or null while nobody has set it: then nothing is due. */
  group: number | null;
  due: Day | null;
  standing: SubjectDue['standing'] | null;
}

/** Closed matters of the reader. Takes records of an account: nobody learns of another's. */
export async function mattersDue(
  records: Records,
  rules: readonly StoredRule[],
  at: Date,
): Promise<MatterDue[]> {
  const { rows } = await sql<Pick<MatterDue, 'matterId' | 'title' | 'closedOn' | 'group'>>`
    select m.matter_id as "matterId", ${opened('matter.title', 'm')} as title, (m.closed_at at time zone 'Europe/London')::date as "closedOn", g.grade as "group"
    from matter m left join matter_group g using (matter_id) where m.closed_at is not null order by m.closed_at limit 500`.execute(
    records,
  );
  const all: MatterDue[] = [];
  for (const row of rows) {
    const rule = rules.find((one) => one.kind === `matters_${row.group}`);
    const reviews = rule === undefined ? [] : ((await reviewsOf(records, rule.kind)).get(row.matterId) ?? []);
    all.push({
      ...row,
      due: rule === undefined ? null : nextDue(rule, row.closedOn, reviews),
      standing: rule === undefined ? null : standingOn(rule, row.closedOn, reviews, localDay(at)),
    });
  }
  return all;
}

/** Sets the group of a matter of the reader, with the reason; false where there is none. Takes records of an account. */
export async function setGroup(
  records: Records,
  session: Session,
  at: Date,
  one: { matterId: string; group: number; reason: string },
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql`insert into matter_group (matter_id, grade, set_by, set_at, reason)
      select matter_id, ${one.group}::smallint, ${session.accountId}, ${at},
        ${sealed('matter_group.reason', one.matterId, one.reason, scopeOf('matter', one.matterId))} from matter where matter_id = ${one.matterId}
      on conflict (matter_id) do update set grade = excluded.grade, set_by = excluded.set_by, set_at = excluded.set_at, reason = excluded.reason
      returning 1`.execute(trx);
    if (rows.length === 0) return false;
    await noted(trx, session, at, 'group of a matter set', one.reason, {
      matter: one.matterId,
      group: one.group,
    });
    return true;
  });
}

/** Records what somebody decided when something was due. Takes records of an account. */
export async function review(
  records: Records,
  session: Session,
  at: Date,
  one: { kind: KindName; about: string; keepUntil: Day | null; reason: string },
): Promise<void> {
  await records.transaction().execute(async (trx) => {
    const decision = one.keepUntil === null ? 'erase' : 'keep';
    const id = newIdentifier();
    await sql`insert into retention_review (review_id, kind, about, decision, keep_until, reason, decided_by, decided_at)
      values (${id}, ${one.kind}, ${one.about}, ${decision}, ${one.keepUntil}::date, ${sealed('retention_review.reason', id, one.reason)}, ${session.accountId}, ${at})`.execute(
      trx,
    );
    const about = one.kind.startsWith('matters') ? { matter: one.about } : {};
    await noted(trx, session, at, `review of retention: ${decision}`, one.reason, {
      kind: one.kind,
      ...about,
    });
  });
}
