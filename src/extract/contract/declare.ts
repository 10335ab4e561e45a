import type { ColumnKind, ContractColumn } from './column.ts';

// Short words to declare columns with: a name that ends in `?` may be absent.
function column(name: string, kind: ColumnKind, choices?: readonly string[]): ContractColumn {
  const required = !name.endsWith('?');
  const plain = required ? name : name.slice(0, -1);
  return choices === undefined ? { name: plain, kind, required } : { name: plain, kind, required, choices };
}

export const id = (name: string) => column(name, 'identifier');
export const ids = (name: string) => column(name, 'identifiers');
export const text = (name: string) => column(name, 'text');
export const time = (name: string) => column(name, 'time');
export const date = (name: string) => column(name, 'date');
export const number = (name: string) => column(name, 'number');
export const duration = (name: string) => column(name, 'duration');
export const latitude = (name: string) => column(name, 'latitude');
export const longitude = (name: string) => column(name, 'longitude');
export const phone = (name: string) => column(name, 'phone');
export const choice = (name: string, choices: readonly string[]) => column(name, 'choice', choices);
