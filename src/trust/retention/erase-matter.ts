import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { destroyKey } from '../../stores/vault/keys.store.ts';
import type { ErasedRecords, Tally } from './erase-records.ts';
import { entriesNaming } from './naming.ts';
import { wipeDetails } from './wipe.ts';

/**
 * Takes out a matter with the intelligence logs that belong to it: every row that carries the identifier of one of them, in whatever
 * table it stands, the matter last; what the audit log says of them; and their keys.
 */
export async function eraseMatter(trx: Records, tally: Tally, id: string, at: Date): Promise<ErasedRecords> {
  const { rows: logs } = await sql<{
    id: string;
  }>`select log_id as id from intelligence_log where matter_id = ${id} order by 1`.execute(trx);
  for (const log of logs) await eraseRowsOf(trx, tally, 'log_id', log.id);
  await eraseRowsOf(trx, tally, 'matter_id', id);
  const things = [id, ...logs.map((log) => log.id)];
  const about = sql`about = any(${things}::text[])`;
  await tally.take(
    'requests for names',
    sql`delete from unmasking where kind in ('matter', 'log') and ${about}`,
  );
  const looked = sql`kind in ('matter', 'search', 'log') and ${about}`;
  await tally.take(
    undefined,
    sql`delete from purpose_subject where purpose_id in (select purpose_id from purpose where ${looked})`,
  );
  await tally.take('purposes', sql`delete from purpose where ${looked}`);
  await tally.take('reviews', sql`delete from retention_review where ${about}`);
  await tally.take('matters', sql`delete from matter where matter_id = ${id}`);
  const numbers = await entriesNaming(trx, things);
  const wiped = await wipeDetails(trx, sql`d.entry_no = any(${numbers}::bigint[])`, ['found', 'why', 'more']);
  await destroyKey(trx, `matter ${id}`, at);
  for (const log of logs) await destroyKey(trx, `log ${log.id}`, at);
  tally.wiped(wiped);
  return { counts: tally.counts, wiped, spared: false };
}

/** Every row of any table whose column of this name holds an identifier; of the table of matters itself none. */
async function eraseRowsOf(
  trx: Records,
  tally: Tally,
  column: 'log_id' | 'matter_id',
  id: string,
): Promise<void> {
  const { rows: tables } = await sql<{
    name: string;
  }>`select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = current_schema() and c.column_name = ${column} and t.table_type = 'BASE TABLE' and c.table_name <> 'matter'
    order by 1`.execute(trx);
  let waiting = tables.map((one) => one.name);
  // What refers to something else of the same goes before it: tried until nothing is in the way.
  for (let tries = 0; waiting.length > 0 && tries < 20; tries++) {
    const blocked: string[] = [];
    for (const name of waiting) {
      await sql`savepoint of_rows`.execute(trx);
      try {
        await tally.take(
          `rows of ${name.replaceAll('_', ' ')}`,
          sql`delete from ${sql.table(name)} where ${sql.ref(column)} = ${id}`,
        );
        await sql`release savepoint of_rows`.execute(trx);
      } catch (problem) {
        await sql`rollback to savepoint of_rows`.execute(trx);
        if ((problem as { code?: string }).code !== '23503') throw problem;
        blocked.push(name);
      }
    }
    waiting = blocked;
  }
  if (waiting.length > 0) throw new Error('what belongs to a matter refers to each other in a ring');
}
