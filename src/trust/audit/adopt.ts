import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import type { Deed } from './entry.ts';
import { appendAll } from './log.ts';

/** Which of the six kinds of act a look is. */
export const ACT_OF = {
  view: 'look',
  list: 'look',
  search: 'look',
  records: 'look',
  export: 'disclosure',
  decide: 'alteration',
  repair: 'alteration',
} as const;

interface OldLook {
  look_id: number;
  at: Date;
  name: string;
  session_id: string;
  action: keyof typeof ACT_OF;
  what: string;
  outcome: 'shown' | 'refused';
  officer_id: string | null;
  person_id: string | null;
  found: { officers: string[]; people: string[] } | null;
}

const AT_ONCE = 2000;

/**
 * Takes the looks of a data folder from before the log into it, in their order, and drops their old table; all in one
 * transaction. What they were before that moment the log cannot prove: each says its old number. Returns how many.
 */
export async function adoptOldLooks(records: Records): Promise<number> {
  const { rows } = await sql<{ there: boolean }>`
    select to_regclass('look_before_the_log') is not null as there`.execute(records);
  if (!rows[0]?.there) return 0;
  return records.transaction().execute(async (trx) => {
    let [last, adopted] = [0, 0];
    for (;;) {
      const { rows: looks } = await sql<OldLook>`select * from look_before_the_log
        where look_id > ${last} order by look_id limit ${AT_ONCE}`.execute(trx);
      if (looks.length === 0) break;
      await appendAll(
        trx,
        looks.map((one) => ({ deed: deedOf(one), at: one.at })),
      );
      last = looks.at(-1)?.look_id ?? last;
      adopted += looks.length;
    }
    await sql`drop table look_before_the_log`.execute(trx);
    return adopted;
  });
}

function deedOf(one: OldLook): Deed {
  return {
    act: ACT_OF[one.action],
    action: one.action,
    what: one.what,
    outcome: one.outcome === 'refused' ? 'refused' : 'done',
    who: one.name,
    session: one.session_id,
    officer: one.officer_id ?? undefined,
    person: one.person_id ?? undefined,
    found: one.found ?? undefined,
    more: { beforeTheLog: one.look_id },
  };
}
