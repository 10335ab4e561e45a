import { sql } from 'kysely';
import { localDay } from '../../kernel/local-time.ts';
import type { Records } from '../../stores/records/records.ts';
import { named, opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import { type MonitoringEntry, shippedAuthority } from './shipped.ts';

/** What becomes of an authority whose review is overdue. Versioned: a change of any value is a new version. */
export const MONITORING = {
  version: '1',
  grace: {
    value: 28,
    unit: 'days',
    min: 0,
    max: 92,
    source: 'Own default: four weeks in which every page of the head says so, then it stops',
  },
  firstReview: {
    value: 12,
    unit: 'months',
    min: 1,
    max: 24,
    source: 'Own default: a year after it first ran here, for the authority that ships with the program',
  },
} as const;

/** The first local day on which an authority no longer runs, because its review was not done: no newer version was entered. */
export function stopsOn(one: Pick<MonitoringAuthority, 'review_on'>): string {
  return shifted(one.review_on, { days: MONITORING.grace.value + 1 });
}

function shifted(day: string, by: { days?: number; months?: number }): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCMonth(at.getUTCMonth() + (by.months ?? 0));
  at.setUTCDate(at.getUTCDate() + (by.days ?? 0));
  return at.toISOString().slice(0, 10);
}

/** A version of an authority in the register. Days are local, `2026-03-21`. */
export interface MonitoringAuthority extends MonitoringEntry {
  ended_on: string | null;
  ended_why: string | null;
  entered_by: string;
  entered_at: Date;
}

/** Puts the authority that ships with the program into the register, once: what the force did with it since stays. */
async function shipped(records: Records, at: Date): Promise<void> {
  const one = shippedAuthority();
  const review = shifted(localDay(at), { months: MONITORING.firstReview.value });
  const review_on = [review, one.review_on].sort().at(-1) ?? review;
  await insert(records, { ...one, review_on }, 'shipped with the program', at);
}

async function insert(records: Records, one: MonitoringEntry, by: string, at: Date): Promise<boolean> {
  const text = (column: 'title' | 'what' | 'legal_basis' | 'purpose' | 'told_how') =>
    sealed(`monitoring_authority.${column}`, [one.version, one.authority_id], one[column]);
  const { rows } =
    await sql`insert into monitoring_authority (authority_id, version, title, what, legal_basis, purpose,
      indicators, told_how, begins_on, review_on, entered_by, entered_at)
    values (${one.authority_id}, ${one.version}, ${text('title')}, ${text('what')}, ${text('legal_basis')},
      ${text('purpose')}, ${one.indicators}, ${text('told_how')}, ${one.begins_on}, ${one.review_on}, ${named(by)}, ${at})
    on conflict do nothing returning 1`.execute(records);
  return rows.length > 0;
}

/** Every version of every authority, the newest first. Runs as the system. */
export async function register(records: Records, at: Date): Promise<MonitoringAuthority[]> {
  await shipped(records, at);
  return registered(records);
}

/** The same as it stands in the store: before the first run or the first look at it, without what ships with the program. */
export async function registered(records: Records): Promise<MonitoringAuthority[]> {
  const { rows } =
    await sql<MonitoringAuthority>`select authority_id, version, ${opened('monitoring_authority.title')} as title,
      ${opened('monitoring_authority.what')} as what, ${opened('monitoring_authority.legal_basis')} as legal_basis,
      ${opened('monitoring_authority.purpose')} as purpose, indicators,
      ${opened('monitoring_authority.told_how')} as told_how, begins_on, review_on, ended_on,
      ${opened('monitoring_authority.ended_why')} as ended_why, entered_by, entered_at
    from monitoring_authority order by authority_id, version desc`.execute(records);
  return rows;
}

/**
 * Which authorities are in force on a local day: begun, not ended, not stopped for want of a review. A newer version that has
 * begun takes the place of the one before.
 */
export function inForce(all: readonly MonitoringAuthority[], day: string): MonitoringAuthority[] {
  const begun = all.filter((one) => one.begins_on <= day);
  return begun.filter(
    (one) =>
      (one.ended_on === null || one.ended_on > day) &&
      day < stopsOn(one) &&
      !begun.some((newer) => newer.authority_id === one.authority_id && newer.version > one.version),
  );
}

/** Authorities that run on a local day though their review is overdue, and those that stopped for it, with when that is. */
export function reviewsOverdue(
  all: readonly MonitoringAuthority[],
  day: string,
): { title: string; stopsOn: string; stopped: boolean }[] {
  const newest = all.filter(
    (one) =>
      one.ended_on === null &&
      one.begins_on <= day &&
      !all.some(
        (other) =>
          other.authority_id === one.authority_id && other.version > one.version && other.begins_on <= day,
      ),
  );
  return newest
    .filter((one) => one.review_on < day)
    .map((one) => ({ title: one.title, stopsOn: stopsOn(one), stopped: stopsOn(one) <= day }));
}

/** Indicators that an authority in force today names. Whatever moment a run is as of, today's authorities govern it. */
export async function authorisedIndicators(records: Records, at: Date): Promise<Set<string>> {
  const today = inForce(await register(records, at), localDay(at));
  return new Set(today.flatMap((one) => one.indicators));
}

/** Enters an authority, or the next version of one. */
export async function enterAuthority(
  records: Records,
  session: Session,
  at: Date,
  one: Omit<MonitoringEntry, 'version'>,
): Promise<void> {
  await records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ version: number }>`select coalesce(max(version), 0)::int + 1 as version
      from monitoring_authority where authority_id = ${one.authority_id}`.execute(trx);
    await insert(trx, { ...one, version: rows[0]?.version ?? 1 }, session.name, at);
    await noted(trx, session, at, 'monitoring put in force', one.purpose, {
      ...one,
      version: rows[0]?.version ?? 1,
    });
  });
}

/** Ends an authority from today on; false when there is none that runs. */
export async function endAuthority(
  records: Records,
  session: Session,
  at: Date,
  id: string,
  why: string,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql<{ version: number }>`select version from monitoring_authority
      where authority_id = ${id} and ended_on is null for update`.execute(trx);
    if (rows.length === 0) return false;
    for (const { version } of rows) {
      await sql`update monitoring_authority set ended_on = ${localDay(at)},
          ended_why = ${sealed('monitoring_authority.ended_why', [version, id], why)}
        where authority_id = ${id} and version = ${version}`.execute(trx);
    }
    await noted(trx, session, at, 'monitoring ended', why, { authority: id });
    return true;
  });
}
