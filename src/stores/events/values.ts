import type { Values } from './events.ts';

/** Values as the engines take them: a Date as UTC text with milliseconds, everything else as it is. */
export function boundValues(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value instanceof Date ? utcText(value) : value]),
  );
}

/** `2026-03-21 14:05:09.123`, in UTC: the text that a `DateTime64(3, 'UTC')` reads. */
export function utcText(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', '');
}
