import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import type { Wiped } from '../audit/entry.ts';
import { ABOUT_OTHERS } from '../audit/erase.ts';
import { eraseKind, eraseSignals } from './erase-kinds.ts';
import { eraseMatter } from './erase-matter.ts';
import type { Held } from './hold.ts';
import { entriesNaming } from './naming.ts';
import { isSpared, isSparedEntry } from './spared.ts';
import { wipeDetails } from './wipe.ts';

/** What went out of the records store, and the fields of the audit log that were wiped. */
export interface ErasedRecords {
  counts: Record<string, number>;
  wiped: Wiped[];
  /** Whether something that had come to its end is held. */
  spared: boolean;
}

/** What an erasure reaches, whichever it is. */
export type Reached =
  | { scope: 'kind'; kind: string; before: Date }
  | { scope: 'person' | 'officer' | 'matter' | 'entry'; id: string };

/**
 * Takes out of the records store what an erasure reaches, in the caller's transaction, but what is held. Whether a hold is on all of
 * it has been asked before.
 */
export async function eraseRecords(
  trx: Records,
  reached: Reached,
  held: Held,
  at: Date,
): Promise<ErasedRecords> {
  const tally = new Tally(trx);
  if (reached.scope === 'kind') return eraseKind(trx, tally, reached, held);
  if (reached.scope === 'entry') {
    const wiped = await wipeDetails(trx, sql`e.entry_no = ${reached.id}::bigint`, ABOUT_OTHERS);
    return { counts: { 'fields of the audit log': wiped.length }, wiped, spared: false };
  }
  if (reached.scope === 'matter') return eraseMatter(trx, tally, reached.id, at);
  return eraseSubject(trx, tally, { scope: reached.scope, id: reached.id }, held);
}

/** Counts what statements take out, under plain words. */
export class Tally {
  readonly counts: Record<string, number> = {};
  readonly #trx: Records;

  constructor(trx: Records) {
    this.#trx = trx;
  }

  /** Runs a statement; `what` undefined where what goes is only worked out from other things. */
  async take(what: string | undefined, statement: ReturnType<typeof sql>): Promise<void> {
    const { numAffectedRows } = await statement.execute(this.#trx);
    const n = Number(numAffectedRows ?? 0);
    if (what !== undefined && n > 0) this.counts[what] = (this.counts[what] ?? 0) + n;
  }

  wiped(fields: readonly Wiped[]): void {
    if (fields.length > 0) this.counts['fields of the audit log'] = fields.length;
  }
}

/**
 * Somebody: what is only worked out about them goes whole, what others wrote or did stays where it is about somebody else too, who
 * is held, or of a time that is held.
 */
async function eraseSubject(
  trx: Records,
  tally: Tally,
  { scope: kind, id }: { scope: 'person' | 'officer'; id: string },
  held: Held,
): Promise<ErasedRecords> {
  const column = sql.ref(kind === 'person' ? 'person_id' : 'officer_id');
  const heldVerdict = isSpared(held, {
    officer: sql`officer_id`,
    person: sql`person_id`,
    from: sql`decided_at`,
  });
  const { rows: own } = await sql<{ id: string }>`select signal_id as id from signal where ${column} = ${id}
    union select signal_id from shadow_signal where ${column} = ${id}
    union select signal_id from verdict where ${column} = ${id}
    union select authority_id from targeted_authority where ${kind} = 'officer' and officer_id = ${id}`.execute(
    trx,
  );
  const things = own.map((row) => row.id);
  const theirs = sql`kind in ('triage', 'authority') and about = any(${things}::text[])`;
  const [heldRequest, heldPurpose] = [sql`asked_at`, sql`began_at`].map((from) =>
    isSpared(held, { thing: sql`about`, from }),
  );
  const numbers = await entriesNaming(trx, [id, ...things]);
  const quoted = `%${JSON.stringify(id)
    .slice(1, -1)
    .replaceAll(/[\\%_]/g, '\\$&')}%`;
  const about = sql`(d.field = 'found' and d.value like ${quoted}
    or d.field in ('why', 'more') and d.entry_no = any(${numbers}::bigint[])
    or exists (select 1 from audit_detail s where s.entry_no = d.entry_no and s.field = ${kind} and s.value = ${id}))`;
  const heldEntry = isSparedEntry(held, await entriesNaming(trx, held.matters));
  const wiped = await wipeDetails(trx, sql`${about} and not ${heldEntry}`, ABOUT_OTHERS);
  tally.wiped(wiped);
  await tally.take('requests for names', sql`delete from unmasking where ${theirs} and not ${heldRequest}`);
  await tally.take(
    'places among those whom a purpose opened',
    sql`delete from purpose_subject where kind = ${kind} and subject_id = ${id}
      and purpose_id not in (select purpose_id from purpose where ${heldPurpose})`,
  );
  const looked = sql`${theirs} and not ${heldPurpose}`;
  await tally.take(
    'places among those whom a purpose opened',
    sql`delete from purpose_subject where purpose_id in (select purpose_id from purpose where ${looked})`,
  );
  await tally.take('purposes', sql`delete from purpose where ${looked}`);
  await tally.take('verdicts', sql`delete from verdict where ${column} = ${id} and not ${heldVerdict}`);
  await eraseSignals(tally, sql`${column} = ${id}`);
  if (kind === 'officer') await eraseOfficer(trx, tally, id);
  await tally.take(undefined, sql`delete from risk_seen`);
  await tally.take(
    undefined,
    sql`delete from circle where about_kind = ${kind} and about_id = ${id}
    or ${kind} = 'officer' and officer_id = ${id}`,
  );
  await tally.take(
    undefined,
    sql`delete from circle_fact where ${kind} = 'officer' and (officer_id = ${id} or kind = 'supervisor' and about = ${id})
    or ${kind} = 'person' and kind in ('declared', 'household') and about = ${id}`,
  );
  await tally.take(
    'reviews',
    sql`delete from retention_review where kind in ('people', 'workforce') and about = ${id}`,
  );
  await tally.take(
    'lifted holds',
    sql`delete from legal_hold where about = ${kind} and subject_id = ${id} and lifted_at is not null`,
  );
  const left = await sql`select 1 from verdict where ${column} = ${id}
    union all select 1 from unmasking where ${theirs} union all select 1 from purpose where ${theirs}
    union all select 1 from purpose_subject where kind = ${kind} and subject_id = ${id}
    union all select 1 from audit_detail d join audit_entry e using (entry_no)
      where d.value is not null and d.field in (${sql.join([...ABOUT_OTHERS])}) and ${about}
        and not (e.act = 'erasure' and e.action = 'erase') limit 1`.execute(trx);
  return { counts: tally.counts, wiped, spared: left.rows.length > 0 };
}

/** What is known of an officer alone: their place in the order of risk, authorities to work on them, an ended account. */
async function eraseOfficer(trx: Records, tally: Tally, id: string): Promise<void> {
  await sql`update risk r set rank = r.rank - 1 from risk gone
    where gone.officer_id = ${id} and gone.run_id = r.run_id and r.rank > gone.rank`.execute(trx);
  await tally.take('places in the order of risk', sql`delete from risk where officer_id = ${id}`);
  await sql`update account set officer_id = null where officer_id = ${id} and ended_at is not null`.execute(
    trx,
  );
  const theirs = sql`select authority_id from targeted_authority where officer_id = ${id}`;
  await sql`update targeted_authority set renews = null where renews in (${theirs})`.execute(trx);
  await tally.take(undefined, sql`delete from targeted_member where authority_id in (${theirs})`);
  await tally.take('authorities', sql`delete from targeted_authority where officer_id = ${id}`);
}
