import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { scopeOf } from '../../stores/vault/places.ts';
import { sealed } from '../../stores/vault/sealed.ts';
import type { Session } from '../session.ts';
import { noted, type Purpose } from './purpose.store.ts';
import type { Reach } from './reach.ts';
import { PURPOSE } from './settings.ts';

/** Whom the records' account may open at its moment and in its scope: the database's own answer, for the gate to the events. */
export async function reachNow(records: Records): Promise<Reach> {
  const { rows } = await sql<{
    everybody: boolean;
    met: boolean;
    officers: string[];
    people: string[];
  }>`select reach_is_everybody() as everybody, reach_is_whom_they_met() as met,
      array(select reached('officer')) as officers, array(select reached('person')) as people`.execute(
    records,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database did not say whom a purpose opens');
  return row.everybody ? 'everybody' : { officers: row.officers, people: row.met ? 'met' : row.people };
}

/** An officer or a person to whom a purpose is to be widened. */
export interface Subject {
  kind: 'officer' | 'person';
  id: string;
}

/**
 * Takes more officers or people into the triage in force, with a reason in words; false where that cannot be: no triage is in
 * force, it was widened as often as the settings let, or the reader must know nothing of one of them.
 */
export async function widenTriage(
  records: Records,
  session: Session,
  at: Date,
  subjects: readonly Subject[],
  reason: string,
): Promise<boolean> {
  return allOrNothing(records, async (trx) => {
    const { rows } = await sql<{ id: string }>`select purpose_id as id from purpose_in_force()`.execute(trx);
    for (const { kind, id } of subjects) {
      const why = sealed('purpose_subject.why', [rows[0]?.id ?? '', kind, id], reason);
      const done =
        await sql`select 1 where widen_triage(${kind}, ${id}, ${why}, ${PURPOSE.widenings.value})`.execute(
          trx,
        );
      if (done.rows.length === 0) return false;
    }
    await noted(trx, session, at, 'purpose widened', reason, { subjects: subjects.map(real(session)) });
    return true;
  });
}

/** Names more officers or people as concerned in a matter of the reader's, with a reason; false where that cannot be. */
export async function addToMatter(
  records: Records,
  session: Session,
  at: Date,
  matter: string,
  subjects: readonly Subject[],
  reason: string,
): Promise<boolean> {
  return allOrNothing(records, async (trx) => {
    for (const { kind, id } of subjects) {
      const why = sealed('matter_subject.why', [matter, kind, id], reason, scopeOf('matter', matter));
      const done = await sql`select 1 where add_matter_subject(${matter}, ${kind}, ${id}, ${why})`.execute(
        trx,
      );
      if (done.rows.length === 0) return false;
    }
    await noted(trx, session, at, 'named as concerned in a matter', reason, {
      matter,
      subjects: subjects.map(real(session)),
    });
    return true;
  });
}

/** How often the triage in force can still be widened; 0 for any other purpose. */
export async function wideningsLeft(records: Records, purpose: Purpose | undefined): Promise<number> {
  if (purpose?.kind !== 'triage') return 0;
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from purpose_subject
    where purpose_id = ${purpose.purposeId} and widened`.execute(records);
  return Math.max(0, PURPOSE.widenings.value - (rows[0]?.n ?? 0));
}

const real =
  ({ unmask }: Session) =>
  ({ kind, id }: Subject) => ({ kind, id: unmask?.(id) ?? id });

class Undone extends Error {}

/** Rolls back what was done before the part that could not be. */
async function allOrNothing(records: Records, act: (trx: Records) => Promise<boolean>): Promise<boolean> {
  try {
    return await records.transaction().execute(async (trx) => {
      if (await act(trx)) return true;
      throw new Undone();
    });
  } catch (problem) {
    if (problem instanceof Undone) return false;
    throw problem;
  }
}
