import { withoutSmallNumbers } from '../../kernel/small-numbers.ts';
import { CATEGORIES, NOT_CORRUPTION } from '../category/categories.ts';

/** How many logs of a period were put under one outcome, with one answer on abuse of position. */
export interface Counted {
  /** '1' to '12', 'not police corruption', or null for logs that are under no category yet. */
  outcome: string | null;
  apsp: 'yes' | 'no' | 'cannot tell' | null;
  logs: number;
}

type Count = number | null;

/** The machine-readable return, as `docs/schemas/return.schema.json` has it. A count that is null is a small one, kept back. */
export interface Return {
  format: 'upstander-return/1';
  from: string;
  to: string;
  made_at: string;
  categories_version: number;
  small_numbers: { below: number };
  logs: {
    total: Count;
    categories: { number: number; name: string; future_risk: boolean; logs: Count }[];
    not_police_corruption: Count;
    not_categorised: Count;
  };
  abuse_of_position: { yes: Count; no: Count; cannot_tell: Count };
  referrals: { count: null; why: 'no data yet' };
}

/** Counts below this are kept back; a force may set a higher one. Own choice: 5 is usual in official statistics. */
export const SMALL = 5;

/**
 * Makes the return of a period out of counts. `from` and `to` are days, both included. Category 4 is divided by whether it is abuse of
 * position: where one part is kept back, so are category 4 and the total, which would give it away.
 */
export function makeReturn(
  counted: readonly Counted[],
  { from, to, madeAt, below = SMALL }: { from: string; to: string; madeAt: Date; below?: number },
): Return {
  const sum = (test: (one: Counted) => boolean) =>
    counted.filter(test).reduce((all, one) => all + one.logs, 0);
  const apsp = (answer: string) => sum((one) => one.outcome === '4' && one.apsp === answer);
  const parts = withoutSmallNumbers([apsp('yes'), apsp('no'), apsp('cannot tell')], below);
  const outcomes = [...CATEGORIES.all.map((one) => String(one.number)), NOT_CORRUPTION, null];
  const { cells, total } = withoutSmallNumbers(
    outcomes.map((outcome) => sum((one) => one.outcome === outcome)),
    below,
  );
  const [yes = null, no = null, cannotTell = null] = parts.cells;
  return {
    format: 'upstander-return/1',
    from,
    to,
    made_at: madeAt.toISOString(),
    categories_version: CATEGORIES.version,
    small_numbers: { below },
    logs: {
      total: parts.total === null ? null : total,
      categories: CATEGORIES.all.map(({ number, name, futureRisk }, i) => ({
        number,
        name,
        future_risk: futureRisk,
        logs: number === 4 && parts.total === null ? null : (cells[i] ?? null),
      })),
      not_police_corruption: cells[12] ?? null,
      not_categorised: cells[13] ?? null,
    },
    abuse_of_position: { yes, no, cannot_tell: cannotTell },
    referrals: { count: null, why: 'no data yet' },
  };
}
