import { erasedBefore } from '../trust/retention/marks.ts';
import type { ContractTable } from './contract/column.ts';
import type { Stores } from './loads.ts';
import { counted } from './open-file.ts';
import { workingTables } from './stage.ts';
import { takeOut } from './take-out.ts';

/**
 * Takes out of a batch, before it is settled, what was erased before: it does not come back, neither as a row of the table nor into
 * quarantine. Returns how many rows of each load.
 */
export async function leaveOutErased(
  { events, erasureKey }: Stores,
  table: ContractTable,
  batchId: number,
): Promise<Map<number, number>> {
  const erased = await erasedBefore(events, table.name, erasureKey);
  const left = new Map<number, number>();
  if (erased === undefined) return left;
  const { good, remark } = workingTables(batchId);
  for (const [from, rows] of [
    [good, erased.rows],
    [remark, `bad > 0 AND ${erased.quarantined}`],
  ] as const) {
    const counts = await events.queryForWrite<{ load: number; n: number }>(
      `SELECT load_id AS load, count() AS n FROM ${from} WHERE ${rows} GROUP BY load_id`,
      erased.values,
    );
    for (const { load, n } of counts) left.set(load, (left.get(load) ?? 0) + n);
    if (counts.length > 0) await takeOut(events, from, rows, erased.values);
  }
  return left;
}

/** A note of the report: `3 rows that were erased before are left out`. */
export function erasedInWords(rows: number): string {
  return `${counted(rows, 'row')} erased before, left out`;
}
