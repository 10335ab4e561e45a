/** Telephone numbers nobody can be rung on, and the ways people write them. */
import { scramble } from './random.ts';

/**
 * The n-th number of a member of the public, in E.164 without the plus: first Ofcom's range for drama
 * (07700 900000 to 900999), then an invented block, 7999 0xxxxx to 7999 7xxxxx.
 */
export function publicNumber(n: number): string {
  if (n < 1000) return `447700900${String(n).padStart(3, '0')}`;
  // A step coprime to the size keeps the numbers apart but out of order.
  return `447999${String((n * 271_829) % 800_000).padStart(6, '0')}`;
}

/** The n-th force phone: the invented block 7999 8xxxxx. */
export function forceNumber(n: number): string {
  return `4479998${String((n * 7_919) % 100_000).padStart(5, '0')}`;
}

/** A number that belongs to nobody on record (shops, relatives, other forces): 7999 9xxxxx or a drama landline. */
export function strangerNumber(n: number): string {
  const x = scramble(n, 0x5bd1e995);
  return x % 4 === 0
    ? `441632960${String(x % 1000).padStart(3, '0')}`
    : `4479999${String(x % 100_000).padStart(5, '0')}`;
}

export type Form = 'national' | 'plus' | 'zeros' | 'bare' | 'spreadsheet';

/** Writes a number (as above) the way a system or a person would. */
export function writeNumber(number: string, form: Form): string {
  const rest = number.slice(2);
  if (form === 'national') return `0${rest.slice(0, 4)} ${rest.slice(4)}`;
  if (form === 'plus') return `+44 ${rest.slice(0, 4)} ${rest.slice(4)}`;
  if (form === 'zeros') return `0044${rest}`;
  if (form === 'spreadsheet') return `${number}.0`;
  return number;
}
