/** Counts as they may be shown: null is one that is kept back. */
export interface Shown {
  cells: (number | null)[];
  /** Their sum. */
  total: number | null;
}

/**
 * Keeps small counts back. Counts from 1 to below `threshold` are not shown (primary), and where one of them is not, neither is the sum
 * (secondary). So any other small count in its place would be shown just the same, and nothing that is shown, nor the method, tells which it was.
 * Keeping back the next larger count instead of the sum would show more, but whoever knows the method can then work some out (the
 * test beside this tries). Noughts are shown. `threshold` is 3 or more: below that a count that is kept back would be known.
 */
export function withoutSmallNumbers(counts: readonly number[], threshold: number): Shown {
  if (threshold < 3) throw new Error('Below 3, what is kept back would be known');
  const cells = counts.map((count) => (count > 0 && count < threshold ? null : count));
  const total = cells.includes(null) ? null : counts.reduce((all, one) => all + one, 0);
  return { cells, total };
}
