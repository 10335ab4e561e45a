import { hash } from 'node:crypto';

/** A SHA-256 hash, 32 bytes. */
export type Hash = Buffer;

/** Leaves `start` (from 0) up to but not including `end`. */
export interface Range {
  start: number;
  end: number;
}

/** A complete subtree of 2^`level` leaves, the `position`-th of its level from the left. */
export interface Subtree {
  level: number;
  position: number;
}

const sha256 = (...parts: Uint8Array[]): Hash => hash('sha256', Buffer.concat(parts), 'buffer');
const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Root of a tree without leaves (RFC 6962, 2.1). */
export const EMPTY_ROOT: Hash = sha256();

/** Hash of a leaf: marked apart from inner nodes, so that neither can be passed off as the other (RFC 6962, 2.1). */
export const leafHash = (data: Uint8Array): Hash => sha256(LEAF, data);

/** Hash of an inner node. */
export const nodeHash = (left: Hash, right: Hash): Hash => sha256(NODE, left, right);

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first. It is all that is needed to add
 * a leaf or to know the root, and holds at most one hash for each binary digit of the size.
 */
export class RightEdge {
  #size: number;
  readonly #roots: Hash[];

  /** @throws Error when the roots are not as many as the size has binary ones. */
  constructor(size = 0, roots: readonly Hash[] = []) {
    if (roots.length !== complete({ start: 0, end: size }).length)
      throw new Error('not the edge of that size');
    this.#size = size;
    this.#roots = [...roots];
  }

  get size(): number {
    return this.#size;
  }

  get roots(): readonly Hash[] {
    return this.#roots;
  }

  /** Adds a leaf by its hash; gives the inner nodes that are complete with it, lowest first. */
  add(leaf: Hash): (Subtree & { hash: Hash })[] {
    const completed: (Subtree & { hash: Hash })[] = [];
    let joined = leaf;
    let position = this.#size;
    for (let level = 1; position % 2 === 1; level++) {
      joined = nodeHash(this.#roots.pop() as Hash, joined);
      position = (position - 1) / 2;
      completed.push({ level, position, hash: joined });
    }
    this.#roots.push(joined);
    this.#size++;
    return completed;
  }

  root(): Hash {
    return this.#roots.length === 0 ? EMPTY_ROOT : joinedFromRight(this.#roots);
  }
}

/** The complete subtrees that a range of a tree is made of, left to right. The range begins where a subtree may. */
export function complete({ start, end }: Range): Subtree[] {
  const parts: Subtree[] = [];
  let at = start;
  while (at < end) {
    let level = 0;
    let width = 1;
    while (at % (2 * width) === 0 && at + 2 * width <= end) {
      width *= 2;
      level++;
    }
    parts.push({ level, position: at / width });
    at += width;
  }
  return parts;
}

/** Hash of a range from the hashes of its complete subtrees, left to right. */
export function joinedFromRight(parts: readonly Hash[]): Hash {
  let joined = parts.at(-1) as Hash;
  for (let i = parts.length - 2; i >= 0; i--) joined = nodeHash(parts[i] as Hash, joined);
  return joined;
}

/** The largest power of two below `n`, for n > 1: where RFC 6962 splits a tree. */
function split(n: number): number {
  let k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

/**
 * The ranges whose hashes prove that leaf `index` is in the tree of `size` leaves, in the order of the proof (RFC 6962,
 * 2.1.1).
 * @throws RangeError when there is no such leaf.
 */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new RangeError('no such leaf');
  const ranges: Range[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  return ranges.reverse();
}

/**
 * The ranges whose hashes prove that the tree of `size` leaves begins with the one of `earlier` leaves (RFC 6962, 2.1.2).
 * None when the sizes are equal or the earlier tree is empty.
 * @throws RangeError when the earlier size is the larger one.
 */
export function consistencyRanges(earlier: number, size: number): Range[] {
  if (earlier < 0 || earlier > size) throw new RangeError('the earlier tree is the larger one');
  if (earlier === 0 || earlier === size) return [];
  const ranges: Range[] = [];
  let [start, end] = [0, size];
  while (earlier !== end) {
    const middle = start + split(end - start);
    if (earlier <= middle) {
      ranges.push({ start: middle, end });
      end = middle;
    } else {
      ranges.push({ start, end: middle });
      start = middle;
    }
  }
  // The earlier root itself is known to whoever checks, unless it is only a part of that tree.
  if (start !== 0) ranges.push({ start, end });
  return ranges.reverse();
}

const half = (n: number) => Math.floor(n / 2);
const odd = (n: number) => n % 2 === 1;
const proper = (hashes: readonly Hash[]) => hashes.every((one) => one.length === 32);

/** Whether `proof` shows that a leaf with this hash stands at `index` in the tree with this root (RFC 9162, 2.1.3.2). */
export function includes(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  if (!proper([leaf, root, ...proof])) return false;
  let [at, last] = [index, size - 1];
  let joined = leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      joined = nodeHash(sibling, joined);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      joined = nodeHash(joined, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && joined.equals(root);
}

/** Whether `proof` shows that the tree of `size` leaves begins with the one of `earlier` (RFC 9162, 2.1.4.2). */
export function isConsistent(
  earlier: number,
  size: number,
  proof: readonly Hash[],
  earlierRoot: Hash,
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(earlier) || !Number.isSafeInteger(size) || earlier < 0 || earlier > size)
    return false;
  if (!proper([earlierRoot, root, ...proof])) return false;
  if (earlier === size) return proof.length === 0 && earlierRoot.equals(root);
  if (earlier === 0) return proof.length === 0 && earlierRoot.equals(EMPTY_ROOT);
  if (proof.length === 0) return false;
  const path = isPowerOfTwo(earlier) ? [earlierRoot, ...proof] : [...proof];
  let [at, last] = [earlier - 1, size - 1];
  while (odd(at)) [at, last] = [half(at), half(last)];
  let before = path[0] as Hash;
  let after = before;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      after = nodeHash(after, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && before.equals(earlierRoot) && after.equals(root);
}

function isPowerOfTwo(n: number): boolean {
  let k = 1;
  while (k < n) k *= 2;
  return k === n;
}
