import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  complete,
  consistencyRanges,
  EMPTY_ROOT,
  type Hash,
  includes,
  inclusionRanges,
  isConsistent,
  joinedFromRight,
  leafHash,
  nodeHash,
  type Range,
  RightEdge,
} from './merkle.ts';

// The eight leaves that public test suites of RFC 6962 trees share, and the roots of their first one to eight.
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafHash(Buffer.from(hex, 'hex')));
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const LARGEST = 70;
const leaves = Array.from({ length: LARGEST }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));

/** The definition of RFC 6962, 2.1, word for word and slow. */
function rootOf(these: readonly Hash[]): Hash {
  if (these.length === 0) return EMPTY_ROOT;
  if (these.length === 1) return these[0] as Hash;
  let k = 1;
  while (k * 2 < these.length) k *= 2;
  return nodeHash(rootOf(these.slice(0, k)), rootOf(these.slice(k)));
}

const hashesOf = (ranges: readonly Range[], from = leaves) =>
  ranges.map(({ start, end }) => rootOf(from.slice(start, end)));
const roots = Array.from({ length: LARGEST + 1 }, (_, n) => rootOf(leaves.slice(0, n)));
const root = (n: number) => roots[n] as Hash;
const leaf = (n: number) => leaves[n] as Hash;

describe('roots', () => {
  it('are those of the public vectors', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const edge = new RightEdge();
    expect(edge.root()).toEqual(EMPTY_ROOT);
    for (const [i, one] of LEAVES.entries()) {
      edge.add(one);
      expect(edge.root().toString('hex')).toBe(ROOTS[i]);
    }
  });

  it('grow as the definition says, also when the edge was put away in between', () => {
    let edge = new RightEdge();
    for (const [i, one] of leaves.entries()) {
      const completed = edge.add(one);
      for (const { level, position, hash } of completed) {
        expect(hash).toEqual(rootOf(leaves.slice(position * 2 ** level, (position + 1) * 2 ** level)));
      }
      expect(edge.root()).toEqual(root(i + 1));
      edge = new RightEdge(edge.size, edge.roots);
    }
    expect(() => new RightEdge(3, [EMPTY_ROOT])).toThrow('edge');
  });

  it('of a range are made of its complete subtrees', () => {
    for (const range of inclusionRanges(41, 67)) {
      const parts = complete(range).map(({ level, position }) =>
        rootOf(leaves.slice(position * 2 ** level, (position + 1) * 2 ** level)),
      );
      expect(joinedFromRight(parts)).toEqual(rootOf(leaves.slice(range.start, range.end)));
    }
  });
});

describe('an inclusion proof', () => {
  it('of the public vectors holds', () => {
    const proof = hashesOf(inclusionRanges(5, 8), LEAVES).map((one) => one.toString('hex'));
    expect(proof).toEqual([
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
    expect(inclusionRanges(0, 1)).toEqual([]);
  });

  it('holds for every leaf of every size, and for nothing else', () => {
    for (let size = 1; size <= LARGEST; size++) {
      for (let index = 0; index < size; index++) {
        const proof = hashesOf(inclusionRanges(index, size));
        expect(includes(leaf(index), index, size, proof, root(size)), `${index} of ${size}`).toBe(true);
        for (const [what, wrong] of wrongProofs(proof)) {
          expect(includes(leaf(index), index, size, wrong, root(size)), `${what}: ${index} of ${size}`).toBe(
            false,
          );
        }
        const other = (index + 1) % LARGEST;
        expect(includes(leaf(other), index, size, proof, root(size))).toBe(false);
        expect(includes(leaf(index), index, size, proof, root(size - 1))).toBe(false);
        for (const place of [index - 1, index + 1, size, -1, 0.5, Number.NaN]) {
          if (place !== index) expect(includes(leaf(index), place, size, proof, root(size))).toBe(false);
        }
      }
    }
  });

  it('is refused where there is no such leaf', () => {
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 5],
      [0.5, 5],
      [Number.NaN, 5],
    ] as const) {
      expect(() => inclusionRanges(index, size)).toThrow(RangeError);
      expect(includes(leaf(0), index, size, [], leaf(0))).toBe(false);
    }
  });

  it('does not let an inner node pass for a leaf', () => {
    const inner = nodeHash(leaf(0), leaf(1));
    expect(includes(inner, 0, 2, [nodeHash(leaf(2), leaf(3))], root(4))).toBe(true); // why sizes are signed
    expect(includes(inner, 0, 4, [nodeHash(leaf(2), leaf(3))], root(4))).toBe(false);
    expect(leafHash(Buffer.concat([leaf(0), leaf(1)]))).not.toEqual(inner);
  });
});

describe('a consistency proof', () => {
  it('holds between all sizes, and for nothing else', () => {
    for (let size = 1; size <= LARGEST; size++) {
      for (let earlier = 1; earlier <= size; earlier++) {
        const proof = hashesOf(consistencyRanges(earlier, size));
        const said = `${earlier} in ${size}`;
        expect(isConsistent(earlier, size, proof, root(earlier), root(size)), said).toBe(true);
        for (const [what, wrong] of wrongProofs(proof)) {
          expect(isConsistent(earlier, size, wrong, root(earlier), root(size)), `${what}: ${said}`).toBe(
            false,
          );
        }
        expect(isConsistent(earlier, size, proof, root(earlier - 1), root(size))).toBe(false);
        expect(isConsistent(earlier, size, proof, root(earlier), root(size - 1))).toBe(false);
        if (earlier !== size) {
          expect(isConsistent(earlier, size, proof, root(size), root(earlier))).toBe(false);
          expect(isConsistent(size, earlier, proof, root(size), root(earlier))).toBe(false);
        }
      }
    }
  });

  it('from nothing is empty, and true of an empty tree only', () => {
    expect(consistencyRanges(0, 5)).toEqual([]);
    expect(isConsistent(0, 5, [], EMPTY_ROOT, root(5))).toBe(true);
    expect(isConsistent(0, 5, [], root(1), root(5))).toBe(false);
    expect(isConsistent(0, 5, [root(1)], EMPTY_ROOT, root(5))).toBe(false);
    expect(isConsistent(3, 5, [], root(3), root(5))).toBe(false);
    expect(() => consistencyRanges(6, 5)).toThrow(RangeError);
  });

  it('shows a history that was written anew, wherever it parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LARGEST - 1 }), fc.nat(), (earlier, place) => {
        const at = place % earlier;
        const forked = leaves.with(at, leafHash(Buffer.from('another')));
        for (const size of [earlier + 1, LARGEST]) {
          const proof = hashesOf(consistencyRanges(earlier, size), forked);
          expect(isConsistent(earlier, size, proof, root(earlier), rootOf(forked.slice(0, size)))).toBe(
            false,
          );
        }
      }),
      { numRuns: 60 },
    );
  });
});

function wrongProofs(proof: readonly Hash[]): [string, Hash[]][] {
  const flipped = (one: Hash) => {
    const other = Buffer.from(one);
    other[7] = (other[7] as number) ^ 1;
    return other;
  };
  return [
    ['one more', [...proof, EMPTY_ROOT]],
    ['one more before', [EMPTY_ROOT, ...proof]],
    ['the root too', [...proof, root(LARGEST)]],
    ...proof.flatMap((_, i): [string, Hash[]][] => [
      ['one flipped', proof.map((one, j) => (i === j ? flipped(one) : one))],
      ['one left out', proof.filter((_, j) => j !== i)],
      ['one cut short', proof.map((one, j) => (i === j ? one.subarray(0, 31) : one))],
      ['one twice', [...proof.slice(0, i + 1), ...proof.slice(i)]],
    ]),
    ...(proof.length > 1 ? [['turned round', proof.toReversed()] as [string, Hash[]]] : []),
  ];
}
