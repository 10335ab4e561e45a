import { sql } from 'kysely';
import type { Records } from '../stores/records/records.ts';

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
