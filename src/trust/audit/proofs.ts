import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { KEPT_LEVELS } from './log.ts';
import {
  complete,
  consistencyRanges,
  type Hash,
  inclusionRanges,
  joinedFromRight,
  nodeHash,
  type Range,
  type Subtree,
} from './merkle.ts';

/**
 * The proof that entry `n` stands in the log of `size` entries.
 * @throws RangeError when there is no such entry; Error when the log has lost what the proof is made of.
 */
export async function inclusionProof(records: Records, n: number, size: number): Promise<Hash[]> {
  return hashesOf(records, inclusionRanges(n, size));
}

/** The proof that the log of `size` entries begins with the one of `earlier` entries. */
export async function consistencyProof(records: Records, earlier: number, size: number): Promise<Hash[]> {
  return hashesOf(records, consistencyRanges(earlier, size));
}

/** Root of the first `size` entries (at least one), from the hashes that the store holds. */
export async function rootAt(records: Records, size: number): Promise<Hash> {
  const [root] = await hashesOf(records, [{ start: 0, end: size }]);
  return root as Hash;
}

async function hashesOf(records: Records, ranges: readonly Range[]): Promise<Hash[]> {
  const hashes: Hash[] = [];
  for (const range of ranges) {
    const parts: Hash[] = [];
    for (const subtree of complete(range)) parts.push(await hashOf(records, subtree));
    hashes.push(joinedFromRight(parts));
  }
  return hashes;
}

// At most 128 rows are read for one subtree: those of the kept level at or below it.
async function hashOf(records: Records, { level, position }: Subtree): Promise<Hash> {
  const kept = level - (level % KEPT_LEVELS);
  const width = 2 ** (level - kept);
  const [from, to] = [position * width, (position + 1) * width];
  const { rows } =
    kept === 0
      ? await sql<{ hash: Uint8Array }>`select leaf as hash from audit_entry
          where entry_no >= ${from} and entry_no < ${to} order by entry_no`.execute(records)
      : await sql<{ hash: Uint8Array }>`select hash from audit_node
          where level = ${kept} and position >= ${from} and position < ${to} order by position`.execute(
          records,
        );
  if (rows.length !== width) throw new Error('the audit log has lost a part of its tree');
  let hashes: Hash[] = rows.map((row) => Buffer.from(row.hash));
  while (hashes.length > 1) {
    const pairs = hashes.length / 2;
    hashes = Array.from({ length: pairs }, (_, i) =>
      nodeHash(hashes[2 * i] as Hash, hashes[2 * i + 1] as Hash),
    );
  }
  return hashes[0] as Hash;
}
