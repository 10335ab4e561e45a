import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';
import { endAccount } from './account.ts';
import { recorded } from './account-log.ts';

/** Whether this is the demonstration, with an invented force and nothing else in it. */
export async function isDemonstration(records: Records): Promise<boolean> {
  const { rows } = await sql<{
    demonstration: boolean;
  }>`select demonstration from installation`.execute(records);
  return rows[0]?.demonstration === true;
}

/** Says that this is the demonstration, or (for good, by the first file of a force's own) that it no longer is. */
export async function setDemonstration(records: Records, demonstration: boolean): Promise<void> {
  await sql`insert into installation (demonstration) values (${demonstration})
    on conflict (one) do update set demonstration = excluded.demonstration`.execute(records);
}

/**
 * Takes files in and keeps account of what this installation is. Invented ones in an empty installation make it the
 * demonstration; a force's own end it before the first of their rows can be seen, unless nothing of them was stored.
 */
export async function demonstrationDuring<T>(
  records: Records,
  invented: boolean,
  now: Date,
  work: () => Promise<{ report: T; stored: boolean }>,
): Promise<T> {
  if (invented) {
    const { rows } = await sql`select 1 from load limit 1`.execute(records);
    if (rows.length === 0) await setDemonstration(records, true);
    return (await work()).report;
  }
  const before = await isDemonstration(records);
  await setDemonstration(records, false);
  let stored: boolean | undefined;
  try {
    const done = await work();
    stored = done.stored;
    if (before && stored) await endReaders(records, now);
    return done.report;
  } finally {
    if (before && !stored) await restore(records);
  }
}

/** Those whom the demonstration let in with every role to look around: none of them is anybody on a force's own. */
async function endReaders(records: Records, now: Date): Promise<void> {
  await recorded(records, now, async (trx) => {
    const { rows } = await sql<{ id: string }>`select distinct a.account_id as id from account a
      join sign_in_link l on l.account_id = a.account_id
      where l.kind = 'demonstration' and a.ended_at is null`.execute(trx);
    for (const { id } of rows) await endAccount(trx, id, 'the demonstration is over', now);
    const deed = {
      by: 'import',
      action: 'end',
      what: 'accounts of the demonstration ended',
      more: { ended: rows.length },
    };
    return { value: undefined, deed };
  });
}

/** Goes back to being the demonstration when a failed import has left nothing behind. */
async function restore(records: Records): Promise<void> {
  const { rows } = await sql`select 1 from load l join import i on i.import_id = l.import_id
    where l.status <> 'abandoned' and i.started_by <> 'demonstration' limit 1`.execute(records);
  if (rows.length === 0) await setDemonstration(records, true);
}
