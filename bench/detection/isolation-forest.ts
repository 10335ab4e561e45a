import type { Dice } from '../../demo/random.ts';

/**
 * An isolation forest after Liu, Ting and Zhou (2008), the common answer to 'find what is odd' without knowing anything of
 * the field: how few random cuts it takes to have a point alone. Here to be compared with, not to detect.
 */

interface Cut {
  feature: number;
  at: number;
  below: Node;
  above: Node;
}
type Node = Cut | { size: number };

const TREES = 200;
const SAMPLE = 256;

/** Score of every row, between 0 and 1: the higher, the fewer cuts isolate it. Equal draws give equal scores. */
export function isolationScores(rows: readonly (readonly number[])[], dice: Dice): number[] {
  if (rows.length === 0) return [];
  const sample = Math.min(SAMPLE, rows.length);
  const deepest = Math.ceil(Math.log2(Math.max(2, sample)));
  const trees = Array.from({ length: TREES }, () => grow(drawn(rows, sample, dice), 0, deepest, dice));
  const usual = usualDepth(sample);
  return rows.map((row) => {
    const depth = trees.reduce((sum, tree) => sum + depthOf(tree, row), 0) / trees.length;
    return usual === 0 ? 0.5 : 2 ** (-depth / usual);
  });
}

function grow(rows: readonly (readonly number[])[], depth: number, deepest: number, dice: Dice): Node {
  if (rows.length <= 1 || depth >= deepest) return { size: rows.length };
  const ranges = (rows[0] ?? [])
    .map((_, feature) => {
      const values = rows.map((row) => row[feature] ?? 0);
      return { feature, low: Math.min(...values), high: Math.max(...values) };
    })
    .filter(({ low, high }) => high > low);
  const chosen = ranges[Math.floor(dice.next() * ranges.length)];
  if (chosen === undefined) return { size: rows.length };
  const at = chosen.low + dice.next() * (chosen.high - chosen.low);
  const isBelow = (row: readonly number[]) => (row[chosen.feature] ?? 0) <= at;
  return {
    feature: chosen.feature,
    at,
    below: grow(rows.filter(isBelow), depth + 1, deepest, dice),
    above: grow(
      rows.filter((row) => !isBelow(row)),
      depth + 1,
      deepest,
      dice,
    ),
  };
}

function depthOf(node: Node, row: readonly number[]): number {
  let depth = 0;
  let here = node;
  while ('feature' in here) {
    here = (row[here.feature] ?? 0) <= here.at ? here.below : here.above;
    depth++;
  }
  return depth + usualDepth(here.size);
}

/** How many cuts isolate one of `n` random points on average: that of an unsuccessful search in a binary tree. */
function usualDepth(n: number): number {
  if (n <= 1) return 0;
  return 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;
}

/** A sample without putting back. */
function drawn<T>(all: readonly T[], n: number, dice: Dice): T[] {
  const left = [...all];
  for (let i = 0; i < n; i++) {
    const j = i + Math.floor(dice.next() * (left.length - i));
    [left[i], left[j]] = [left[j] as T, left[i] as T];
  }
  return left.slice(0, n);
}
