import type { Progress } from '../kernel/progress.ts';
import type { Events } from '../stores/events/events.ts';
import type { Indicator } from './indicator.ts';
import { raise, type Signal } from './raise.ts';
import { noteRaised } from './raised-before.ts';
import type { State } from './release.ts';
import type { Scene } from './scene.ts';

/** What became of one indicator in a run. */
export interface Outcome {
  indicator: Indicator;
  state: State;
  signals: readonly Signal[];
  /** What kind of failure stopped it, without any data; null when it ran. */
  failure: string | null;
}

/** Runs the indicators one after the other. One that fails stops none of the others, and is never passed over in silence. */
export async function runIndicators(
  events: Events,
  indicators: readonly Indicator[],
  states: ReadonlyMap<string, State>,
  scene: Scene,
  progress: Progress,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const [index, indicator] of indicators.entries()) {
    progress(index, indicators.length, `Looking for: ${indicator.title}`);
    const state = states.get(indicator.id) ?? indicator.released;
    try {
      const signals = await raise(events, indicator, scene);
      // What is in shadow is nobody's ground: other indicators do not read it either.
      if (state === 'live') await noteRaised(events, scene.world, indicator, signals);
      outcomes.push({ indicator, state, signals, failure: null });
    } catch (cause) {
      outcomes.push({ indicator, state, signals: [], failure: kindOf(cause) });
    }
  }
  return outcomes;
}

/** The engine's messages may quote values, so only the kind of the failure is kept: its code and its name. */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'Unknown failure';
  const { code, type } = cause as { code?: unknown; type?: unknown };
  const known = [type, code].filter((one) => typeof one === 'string' && /^[A-Z0-9_]+$/.test(one));
  return known.length > 0 ? known.join(' ') : cause.name;
}
