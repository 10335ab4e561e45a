import { approvedPaths } from '../encounters/mining/mined.store.ts';
import { encounterSettings } from '../encounters/settings.ts';
import { buildWorld, dropWorld } from '../encounters/world.ts';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { type Progress, silent } from '../kernel/progress.ts';
import type { Events } from '../stores/events/events.ts';
import type { Records } from '../stores/records/records.ts';
import { appendAlone } from '../trust/audit/log.ts';
import { authorisedIndicators } from '../trust/authority/authority.store.ts';
import { circleFacts } from './circle-facts.ts';
import { boundParameters, type Indicator, readIndicators } from './indicator.ts';
import { emptyTables, lacksOf } from './lacks.ts';
import { forRisk } from './raise.ts';
import { inOrder } from './raised-before.ts';
import type { RegisterSource } from './register-facts.ts';
import { statesOf } from './release.store.ts';
import { rankRisk } from './risk.ts';
import { isSaved, nextRun, saveRun } from './run.ts';
import { runIndicators } from './run-indicators.ts';
import type { Failed } from './runs.ts';
import { sceneOf } from './scene.ts';
import { DEFAULT_RISK, RISK_VERSION } from './settings.ts';
import { fingerprintOf } from './stored-data.ts';
import { officersOf } from './workforce.ts';
import { dropOldWorlds } from './worlds.ts';

export interface Stores {
  records: Records;
  events: Events;
}

export interface Detected {
  run_id: number;
  signals: number;
  officers: number;
  encounters: number;
  seconds: number;
  /** Indicators that did not run, because no authority in force today names them. */
  not_authorised: string[];
  /** What indicators would need and there is none of, in words, by indicator. They ran with what there is. */
  lacking: Record<string, string[]>;
  /** Indicators that flagged nobody: they ran in shadow. */
  in_shadow: string[];
  /** Indicators that failed, and with what kind of failure: the run is saved without them. */
  failed: Failed[];
}

/** What a run is asked for. `indicators` are those of the program unless others are given. */
export interface DetectOptions {
  asOf: Date | null;
  clock: Clock;
  by?: string | undefined;
  progress?: Progress | undefined;
  /** Registers that other parts of the program keep (`register-facts.ts`). */
  sources?: readonly RegisterSource[] | undefined;
  indicators?: readonly Indicator[] | undefined;
}

const turns = new WeakMap<Events, Promise<unknown>>();

/**
 * Brings encounters, signals and risk up to date with what is stored, or with what was known at `asOf`. Writes a world of
 * its own, and makes the run count by one transaction at the end: a run that fails leaves nothing. An indicator that fails does not
 * stop the run, but is told with it; when all fail, the run has failed. A run without `asOf` becomes the current one. One runs at a time; a second waits.
 */
export async function detect(stores: Stores, options: DetectOptions): Promise<Detected> {
  const before = turns.get(stores.events) ?? Promise.resolve();
  const mine = before.catch(() => {}).then(() => run(stores, options));
  turns.set(stores.events, mine);
  return mine;
}

// Shares of the progress bar, in percent.
const WORLD = 75;
const INDICATORS = 20;

async function run(
  { records, events }: Stores,
  {
    asOf,
    clock,
    by = 'upstander',
    progress = silent,
    sources = [],
    indicators: all = readIndicators(),
  }: DetectOptions,
): Promise<Detected> {
  const started = clock();
  const authorised = await authorisedIndicators(records, started);
  if (authorised.size === 0) {
    throw new Failure('No authority for monitoring is in force today, so nothing was looked for', {
      todo: 'Put one in force on the page Monitoring',
    });
  }
  const run_id = await nextRun(records);
  // The world is written outside the records store, so the log speaks of it before it is begun.
  const more = { run_id, as_of: asOf?.toISOString() ?? null };
  const deed = {
    act: 'combination',
    action: 'detect',
    what: 'world of a run, begun',
    who: by,
    more,
  } as const;
  await appendAlone(records, deed, started);
  const world = `${events.database}_world_${run_id}`;
  try {
    const stored = await fingerprintOf(events);
    const encounters = encounterSettings();
    const { horizon, explanations, shares } = await buildWorld(events, {
      world,
      asOf,
      settings: encounters,
      mined: await approvedPaths(records),
      progress: (done, total, what) => progress(total === 0 ? 0 : (done / total) * WORLD, 100, what),
    });
    const officers = await officersOf(events, world);
    const scene = await sceneOf(events, { world, asOf, horizon, officers, settings: encounters, sources });
    const indicators = inOrder(all.filter((one) => authorised.has(one.id)));
    const empty = await emptyTables(events);
    const states = await statesOf(records, indicators);
    const outcomes = await runIndicators(events, indicators, states, scene, (done, total, what) =>
      progress(WORLD + (done / total) * INDICATORS, 100, what),
    );
    const failed = outcomes.flatMap(({ indicator, failure }) =>
      failure === null ? [] : [{ indicator: indicator.id, failure }],
    );
    if (failed.length > 0 && failed.length === outcomes.length) {
      throw new Failure(`Every indicator failed, the first with ${failed[0]?.failure}`, {
        todo: 'Check that the events store is reachable and sound, and run `upstander detect` again',
      });
    }
    const live = outcomes.filter((one) => one.state === 'live');
    const signals = live.flatMap((one) => one.signals);
    const forRanking = live.flatMap((one) => one.signals.map((signal) => forRisk(signal, one.indicator)));
    progress(WORLD + INDICATORS, 100, 'Ranking');
    const risk = rankRisk([...officers.keys()], forRanking, horizon.getTime(), DEFAULT_RISK);
    const titles = new Map(indicators.map((indicator) => [indicator.id, indicator.title]));
    const ended = clock();
    await saveRun(records, {
      by,
      run_id,
      as_of: asOf,
      horizon,
      started_at: started,
      ended_at: ended,
      world,
      stored,
      settings: {
        encounters,
        explanations,
        shares,
        risk: { version: RISK_VERSION, ...DEFAULT_RISK },
        indicators: Object.fromEntries(
          indicators.map((one) => [
            one.id,
            {
              version: one.version,
              content: one.content,
              parameters: boundParameters(one),
              lacks: lacksOf(one, empty, sources),
            },
          ]),
        ),
      },
      signals,
      outcomes,
      risk,
      titles,
      circles: asOf === null ? await circleFacts(events, world, horizon) : [],
    });
    const encountered = await encountersIn(events, world);
    await dropOldWorlds({ records, events }, clock());
    progress(100, 100, 'Done');
    return {
      run_id,
      signals: signals.length,
      officers: officers.size,
      encounters: encountered,
      seconds: (clock().getTime() - started.getTime()) / 1000,
      lacking: lackingOf(indicators, empty, sources),
      not_authorised: all.filter((one) => !authorised.has(one.id)).map((one) => one.id),
      in_shadow: outcomes.filter((one) => one.state === 'shadow').map((one) => one.indicator.id),
      failed,
    };
  } catch (cause) {
    if (!(await isSaved(records, run_id))) await dropWorld(events, world);
    throw cause;
  }
}

/** Only those that lack something. */
function lackingOf(
  indicators: readonly Indicator[],
  empty: ReadonlySet<string>,
  sources: readonly RegisterSource[],
): Record<string, string[]> {
  const all = indicators.map((one) => [one.id, lacksOf(one, empty, sources)] as const);
  return Object.fromEntries(all.filter(([, lacks]) => lacks.length > 0));
}

async function encountersIn(events: Events, world: string): Promise<number> {
  const [row] = await events.query<{ n: number }>('SELECT count() AS n FROM {world:Identifier}.encounters', {
    world,
  });
  return row?.n ?? 0;
}
