import type { Events } from '../stores/events/events.ts';
import { quoted } from './bound.ts';
import type { ContractTable } from './contract/column.ts';
import { counted } from './open-file.ts';
import { workingTables } from './stage.ts';

/**
 * What is not bad but should be known of each load of a batch, before it is settled: durations kept as 0, numbers that
 * are nobody's.
 */
export async function findings(
  events: Events,
  table: ContractTable,
  batchId: number,
): Promise<Map<number, string[]>> {
  const phones = table.columns.filter((column) => column.kind === 'phone').map((column) => column.name);
  const timed = table.columns.some((column) => column.kind === 'duration');
  if (phones.length === 0 && !timed) return new Map();
  const { good, remark } = workingTables(batchId);
  const strange = phones.map((p) => [quoted(p), quoted(`${p}_is_phone`)] as const);
  const counts = [
    timed ? 'countIf(duration_s = 0) AS nought' : '0 AS nought',
    ...strange.map(([phone, is], i) => `countIf(${phone} != '' AND NOT ${is}) AS phone${i}`),
  ];
  const rows = await events.queryForWrite<Record<string, number>>(
    `SELECT load_id AS load, sum(lowered) AS below, sum(nought) - below AS zero,
       ${strange.map((_, i) => `sum(phone${i}) AS of_phone${i}`).join(', ') || '0 AS none'}
     FROM (
       SELECT load_id, 0 AS lowered, ${counts.join(', ')} FROM ${good} GROUP BY load_id
       UNION ALL SELECT load_id, sum(below_zero), 0${', 0'.repeat(strange.length)} FROM ${remark} WHERE bad = 0
       GROUP BY load_id)
     GROUP BY load_id`,
  );
  return new Map(rows.map((row) => [row.load as number, inWords(row, phones)]));
}

function inWords(found: Record<string, number>, phones: readonly string[]): string[] {
  const notes: string[] = [];
  if (found.below) notes.push(`${counted(found.below, 'duration')} below zero kept as 0`);
  if (found.zero) notes.push(`${counted(found.zero, 'duration')} of zero`);
  for (const [i, phone] of phones.entries()) {
    const n = found[`of_phone${i}`] ?? 0;
    if (n > 0) notes.push(`${counted(n, 'value')} of ${phone} that is no person's number, kept as written`);
  }
  return notes;
}
