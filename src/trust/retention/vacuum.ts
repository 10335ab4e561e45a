import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';

/**
 * Writes those tables anew from which rows were deleted or in which fields were wiped: PostgreSQL leaves what was there in its files
 * until then. The write-ahead log holds it until its files have been used again; a checkpoint begins that, where the database
 * user may.
 */
export async function rewriteRecords(records: Records): Promise<void> {
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_class c
    join pg_stat_user_tables s on s.relid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'r' and c.relowner = current_user::regrole
      and s.n_dead_tup > 0`.execute(records);
  for (const { name } of rows) await sql`vacuum full ${sql.table(name)}`.execute(records);
  await sql`checkpoint`.execute(records).catch(() => {});
}
