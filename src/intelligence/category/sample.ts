import { createHash } from 'node:crypto';
import type { Outcome } from './categories.ts';

/** A categorisation that could be reviewed. */
export interface Reviewable {
  id: string;
  outcome: Outcome;
  edge: boolean;
}

/**
 * Draws `size` of them to be reviewed. They are sorted into strata by category and by whether they lie on an edge; the strata take
 * turns, the rarest first, so that rare categories and edges come up more often than they occur. Within a stratum the order is that of the SHA-256 of
 * seed and identifier: the same seed draws the same, and nobody can work out the next draw from the last.
 */
export function sampleToReview<One extends Reviewable>(
  all: readonly One[],
  size: number,
  seed: string,
): One[] {
  const strata = new Map<string, One[]>();
  for (const one of all) {
    const key = `${one.outcome} ${one.edge}`;
    strata.set(key, [...(strata.get(key) ?? []), one]);
  }
  const place = (id: string) => createHash('sha256').update(`${seed}\n${id}`).digest('hex');
  const queues = [...strata.entries()]
    .sort(([a, these], [b, those]) => these.length - those.length || a.localeCompare(b))
    .map(([, ones]) =>
      ones.map((one) => ({ one, at: place(one.id) })).sort((a, b) => (a.at < b.at ? -1 : 1)),
    );
  const drawn: One[] = [];
  for (let turn = 0; drawn.length < Math.min(size, all.length); turn += 1) {
    for (const queue of queues) {
      const next = queue[turn];
      if (next !== undefined && drawn.length < size) drawn.push(next.one);
    }
  }
  return drawn;
}
