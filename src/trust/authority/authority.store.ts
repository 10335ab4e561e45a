import { sql } from 'kysely';
import { localDay } from '../../kernel/local-time.ts';
import type { Records } from '../../stores/records/records.ts';
import { named, opened, sealed } from '../../stores/vault/sealed.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import { type MonitoringEntry, shippedAuthority } from './shipped.ts';

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
  await insert(records, one, 'shipped with the program', at);
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
  const { rows } =
    await sql<MonitoringAuthority>`select authority_id, version, ${opened('monitoring_authority.title')} as title,
      ${opened('monitoring_authority.what')} as what, ${opened('monitoring_authority.legal_basis')} as legal_basis,
      ${opened('monitoring_authority.purpose')} as purpose, indicators,
      ${opened('monitoring_authority.told_how')} as told_how, begins_on, review_on, ended_on,
      ${opened('monitoring_authority.ended_why')} as ended_why, entered_by, entered_at
    from monitoring_authority order by authority_id, version desc`.execute(records);
  return rows;
}

/** Whether an authority is in force on a local day: begun, not ended. A newer version that has begun takes its place. */
export function inForce(all: readonly MonitoringAuthority[], day: string): MonitoringAuthority[] {
  const begun = all.filter((one) => one.begins_on <= day);
  return begun.filter(
    (one) =>
      (one.ended_on === null || one.ended_on > day) &&
      !begun.some((newer) => newer.authority_id === one.authority_id && newer.version > one.version),
  );
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
