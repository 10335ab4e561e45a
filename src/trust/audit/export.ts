import type { Records } from '../../stores/records/records.ts';
import { FIELDS, leafBytes } from './entry.ts';
import { everyEntry } from './stored.ts';

/**
 * The first `size` entries of the log as lines of JSON, for checkers that share nothing with this program
 * (docs/audit-log.md). `sealed`: without the personal fields, for those who may check and not read.
 */
export async function* exportLines(
  records: Records,
  { origin, size, sealed }: { origin: string; size: number; sealed: boolean },
): AsyncGenerator<string> {
  yield `${JSON.stringify({ format: 'upstander-audit-log', version: 1, origin, size, sealed })}\n`;
  for await (const entry of everyEntry(records, size)) {
    const leaf = leafBytes(entry).toString();
    const detail = Object.fromEntries(
      FIELDS.flatMap((field) => {
        const one = entry.detail[field];
        return one === undefined ? [] : [[field, { salt: one.salt.toString('hex'), value: one.value }]];
      }),
    );
    yield `${JSON.stringify(sealed ? { leaf } : { leaf, detail })}\n`;
  }
}
