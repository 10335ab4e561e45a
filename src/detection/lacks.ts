import { TABLES } from '../extract/contract/tables.ts';
import type { Events } from '../stores/events/events.ts';
import type { Indicator } from './indicator.ts';
import { KEPT_REGISTERS, type RegisterSource } from './register-facts.ts';

/** Names of the extract's tables that hold nothing at all. */
export async function emptyTables(events: Events): Promise<Set<string>> {
  const counts = TABLES.map((table) => `SELECT '${table.name}' AS name, count() AS n FROM ${table.name}`);
  const rows = await events.query<{ name: string; n: number }>(counts.join(' UNION ALL '));
  return new Set(rows.filter(({ n }) => n === 0).map(({ name }) => name));
}

/**
 * What an indicator would need and there is none of, in words: tables of the extract that are empty, and registers that nobody keeps
 * yet. It runs all the same with what there is.
 */
export function lacksOf(
  indicator: Pick<Indicator, 'needs' | 'registers'>,
  empty: ReadonlySet<string>,
  sources: readonly RegisterSource[],
): string[] {
  const kept = new Set(sources.map((source) => source.register));
  return [
    ...(indicator.needs ?? []).filter((table) => empty.has(table)).map((table) => table.replaceAll('_', ' ')),
    ...(indicator.registers ?? [])
      .filter((register) => !kept.has(register))
      .map((register) => KEPT_REGISTERS[register].words),
  ];
}
