import type { ContractTable } from './column.ts';
import { EVENT_TABLES } from './event-tables.ts';
import { REGISTERS } from './registers.ts';

/** Every table of the force extract. */
export const TABLES: readonly ContractTable[] = [...REGISTERS, ...EVENT_TABLES];

const byName = new Map(TABLES.map((table) => [table.name, table]));

/** The table of that name, or undefined when the contract has none. */
export function tableNamed(name: string): ContractTable | undefined {
  return byName.get(name);
}
