import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSmallNumbers } from './small-numbers.ts';

/** Every list of `cells` numbers from 0 to `most`. */
function* everyTable(cells: number, most: number): Generator<number[]> {
  if (cells === 0) yield [];
  else for (const rest of everyTable(cells - 1, most)) for (let n = 0; n <= most; n += 1) yield [n, ...rest];
}

/**
 * Somebody who knows the method and sees the result: of all tables that would have been shown just so, the values that each hidden place has in
 * one or another. A hidden place with one value only is known.
 */
function known(
  tables: Iterable<number[]>,
  show: (counts: number[]) => (number | null)[],
  places: number,
): string[] {
  const alike = new Map<string, Set<number>[]>();
  for (const counts of tables) {
    const key = JSON.stringify(show(counts));
    const values = alike.get(key) ?? Array.from({ length: places }, () => new Set<number>());
    for (const [i, set] of values.entries()) set.add(counts[i] ?? 0);
    alike.set(key, values);
  }
  return [...alike].flatMap(([key, values]) => {
    const shown = JSON.parse(key) as (number | null)[];
    return values.flatMap((set, i) => (shown[i] === null && set.size < 2 ? [`${key}: place ${i}`] : []));
  });
}

describe('small numbers', () => {
  it('are kept back, and so is the total that would give them away', () => {
    expect(withoutSmallNumbers([3, 9, 40, 0], 5)).toEqual({ cells: [null, 9, 40, 0], total: null });
    expect(withoutSmallNumbers([12, 9, 0], 5)).toEqual({ cells: [12, 9, 0], total: 21 });
    expect(withoutSmallNumbers([0, 0], 5)).toEqual({ cells: [0, 0], total: 0 });
    expect(() => withoutSmallNumbers([1], 2)).toThrow();
  });

  it('never show a small one, and what is shown is right', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 3, max: 10 }),
        (counts, k) => {
          const { cells, total } = withoutSmallNumbers(counts, k);
          for (const [i, cell] of cells.entries()) {
            if (cell === null) continue;
            expect(cell).toBe(counts[i]);
            expect(cell === 0 || cell >= k).toBe(true);
          }
          if (total !== null) expect(total).toBe(counts.reduce((a, b) => a + b, 0));
        },
      ),
    );
  });

  it.each([3, 4, 5])('cannot be worked out from the rest and the total, below %i', (k) => {
    const show = (counts: number[]) => {
      const { cells, total } = withoutSmallNumbers(counts, k);
      return [...cells, total];
    };
    expect(known(everyTable(4, 8), show, 4)).toEqual([]);
  });

  // What the docstring says of the other way: hide the next larger one, and show the sum.
  it('could be worked out if the next larger one were kept back instead of the sum', () => {
    const show = (counts: number[]) => {
      const small = counts.map((count) => count > 0 && count < 5);
      const others = counts.filter((count) => count >= 5).sort((a, b) => a - b);
      const alone = small.filter((one) => one).length === 1;
      const next = alone ? counts.indexOf(others[0] ?? -1) : -1;
      const cells = counts.map((count, i) => (small[i] || i === next ? null : count));
      return [...cells, counts.reduce((all, one) => all + one, 0)];
    };
    expect(known(everyTable(3, 12), show, 3)).not.toEqual([]);
  });
});
