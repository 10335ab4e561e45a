import type { Events, Values } from '../../stores/events/events.ts';
import { type Held, type Lift, liftOf } from '../fake-log/lift.ts';
import { inReplay, type ReplayStatements } from '../fake-log/replay.ts';
import { candidatePaths, pathWords } from './path.ts';
import { explainedBy } from './statement.ts';

/** What is looked for. Versioned: a change, of the joins too, is a new version. */
export const MINING_SETTINGS = {
  version: '1',
  /** Share of the first looks without an explanation that a path must explain. Source: the contract, support at least 1%. */
  support_least: 0.01,
  /** So many incidents together make a team. Our own default. */
  together_least: 5,
  /** About so many looks are tried. Our own default. */
  sample: 30_000,
} as const;

/** A way to explain looks that the force's own records show, as it did on the fake log. */
export interface Candidate extends Lift {
  /** The path's id. */
  path: string;
  words: string;
  first: { real: Held; fake: Held };
  /** First looks that nothing else explains, and how many of them it does. */
  bare: Held;
  /** `bare` as a share. */
  support: number;
  /** Looks of the sample that it alone explains: when, in which systems. They name nobody. */
  examples: { at: string; systems: string[] }[];
}

/**
 * Tries every candidate path on a sample of looks and on the fake log. Gives those with support and lift enough to be put
 * before a person, the most supported first; they explain nothing until somebody has approved them.
 */
export async function mineExplanations(
  events: Events,
  values: Values & { world: string },
  statements: ReplayStatements,
): Promise<Candidate[]> {
  return inReplay(events, values, statements, MINING_SETTINGS.sample, async (beside) => {
    const total = await counts(events, beside, undefined);
    const found: Candidate[] = [];
    for (const path of candidatePaths()) {
      const held = await counts(events, beside, explainedBy(path));
      const counted = (log: string, bare?: true): Held => ({
        looks: sum(total, log, bare),
        held: sum(held, log, bare),
      });
      const first = { real: counted('real'), fake: counted('other_person') };
      const bare = counted('real', true);
      const support = bare.looks === 0 ? 0 : bare.held / bare.looks;
      const lift = liftOf(first);
      if (lift.verdict !== 'earned' || support < MINING_SETTINGS.support_least) continue;
      const examples = held
        .flatMap((row) => (row.log === 'real' && row.bare ? row.some : []))
        .map(([at, systems]) => ({ at, systems }));
      found.push({ path: path.id, words: pathWords(path), first, bare, support, examples, ...lift });
    }
    return found.sort((a, b) => b.support - a.support);
  });
}

interface Row {
  log: string;
  bare: boolean;
  looks: number;
  some: [at: string, systems: string[]][];
}

/** First looks of each log, those without an explanation apart; of those that a statement explains, or of all. */
async function counts(events: Events, beside: Values, explained: string | undefined): Promise<Row[]> {
  const only = explained === undefined ? '' : `AND encounter_id IN (${explained})`;
  return events.queryForWrite<Row>(
    `SELECT log, bare, count() AS looks, groupArraySorted(3)((toString(at), systems)) AS some
     FROM {world:Identifier}.looks WHERE first ${only} GROUP BY log, bare`,
    beside,
  );
}

const sum = (rows: readonly Row[], log: string, bare?: true) =>
  rows
    .filter((row) => row.log === log && (bare === undefined || row.bare))
    .reduce((n, row) => n + row.looks, 0);
