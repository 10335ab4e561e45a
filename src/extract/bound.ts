import type { Value, Values } from '../stores/events/events.ts';

/** Values of a statement that is put together from parts: each value gets a place of its own. */
export class Bound {
  readonly values: Record<string, Value> = {};
  #next = 0;

  /** Binds a value and gives the place to write into the statement. */
  place(value: Value, type = 'String'): string {
    const name = `b${this.#next++}`;
    this.values[name] = value;
    return `{${name}:${type}}`;
  }

  with(more: Values): Values {
    return { ...this.values, ...more };
  }
}

/** The name of a column of the contract, quoted: `from` and `to` are words of SQL. */
export function quoted(column: string): string {
  return `\`${column}\``;
}
