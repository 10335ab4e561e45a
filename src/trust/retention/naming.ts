import type { Records } from '../../stores/records/records.ts';
import { headOf } from '../audit/log.ts';
import { everyEntry } from '../audit/stored.ts';

/** Numbers of the entries of the audit log whose reasons or facts name one of these. They stand sealed, so each is read. */
export async function entriesNaming(trx: Records, ids: readonly string[]): Promise<number[]> {
  if (ids.length === 0) return [];
  const { size } = await headOf(trx);
  const numbers: number[] = [];
  for await (const entry of everyEntry(trx, size)) {
    const { why, more } = entry.detail;
    const facts = ids.map((id) => JSON.stringify(id).slice(1, -1));
    if (ids.some((id) => isNamed(id, why?.value)) || facts.some((id) => isNamed(id, more?.value)))
      numbers.push(entry.n);
  }
  return numbers;
}

const WITHIN = /[\p{L}\p{N}_-]/u;

/** Whether a text holds an identifier as a word of its own, not as a part of a longer one. */
export function isNamed(id: string, text: string | undefined): boolean {
  if (text === undefined || id === '') return false;
  for (let at = text.indexOf(id); at >= 0; at = text.indexOf(id, at + 1)) {
    const [before, after] = [text[at - 1] ?? ' ', text[at + id.length] ?? ' '];
    if (!WITHIN.test(before) && !WITHIN.test(after)) return true;
  }
  return false;
}
