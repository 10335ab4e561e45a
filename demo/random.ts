/** Chance with a memory: every stream of draws is named, so that a new feature does not shift all the others. */

/** The i-th element of a list. Throws RangeError when there is none, instead of handing on `undefined`. */
export function nth<T>(list: ArrayLike<T>, i: number): T {
  const value = list[i];
  if (value === undefined) throw new RangeError(`no element ${i} in a list of ${list.length}`);
  return value;
}

/** A one-to-one scrambling of 32-bit numbers (so a counter becomes an opaque, still unique, number). */
export function scramble(x: number, key: number): number {
  let h = (x ^ key) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit hash of a text (FNV-1a, finished). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return scramble(h >>> 0, 0);
}

/** A stream of pseudo-random draws (sfc32). Not for cryptography. */
export class Dice {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(seed: number, name: string) {
    this.a = scramble(seed >>> 0, 0x9e3779b9);
    this.b = hashText(name);
    this.c = scramble(this.a ^ this.b, 0x243f6a88);
    for (let i = 0; i < 12; i++) this.next();
  }

  /** Uniform in [0, 1). */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  }

  /** True with probability p. */
  chance(p: number): boolean {
    return this.next() < p;
  }

  /** A whole number in [from, to], both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** A real number in [from, to). */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  /** One element of a list that is not empty. */
  pick<T>(list: ArrayLike<T>): T {
    return nth(list, Math.floor(this.next() * list.length));
  }

  /** One element by weight. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T {
    let total = 0;
    for (const item of list) total += weight(item);
    let left = this.next() * total;
    for (const item of list) {
      left -= weight(item);
      if (left < 0) return item;
    }
    return nth(list, list.length - 1);
  }

  /** Standard normal. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Log-normal with this median and spread. */
  skewed(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Number of happenings where `mean` are expected. */
  count(mean: number): number {
    if (mean <= 0) return 0;
    if (mean > 40) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()));
    const limit = Math.exp(-mean);
    let product = this.next();
    let n = 0;
    while (product > limit) {
      product *= this.next();
      n++;
    }
    return n;
  }

  /** A new list in random order. */
  shuffled<T>(list: readonly T[]): T[] {
    const copy = list.slice();
    for (let i = copy.length - 1; i > 0; i--) {
      const j = Math.floor(this.next() * (i + 1));
      const held = nth(copy, i);
      copy[i] = nth(copy, j);
      copy[j] = held;
    }
    return copy;
  }

  /** At most n different elements. */
  sample<T>(list: readonly T[], n: number): T[] {
    return this.shuffled(list).slice(0, n);
  }
}
