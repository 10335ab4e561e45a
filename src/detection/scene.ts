import type { EncounterSettings } from '../encounters/settings.ts';
import type { Events } from '../stores/events/events.ts';
import type { Workforce } from './peers.ts';
import { prepare } from './prepare.ts';
import type { RegisterSource } from './register-facts.ts';
import { workforceOf } from './workforce.ts';

/** What an indicator is run over. */
export interface Scene {
  world: string;
  horizon: Date;
  /** Encounters that ended by then are over: nothing can be added to them any more. */
  settled: Date;
  /** After so many minutes without another event an encounter is over. */
  gapMinutes: number;
  workforce: Workforce;
  /** Names of officers for sentences. */
  who: ReadonlyMap<string, string>;
}

const FAR_FUTURE = new Date('2200-01-01T00:00:00Z');

/**
 * Makes the scene of a world, once a run: writes what indicators share into it. Without as-of time the present lies after all
 * that is stored, so that every encounter is over.
 */
export async function sceneOf(
  events: Events,
  run: {
    world: string;
    asOf: Date | null;
    horizon: Date;
    officers: ReadonlyMap<string, string>;
    settings: EncounterSettings;
    /** Registers that are kept; none by default. */
    sources?: readonly RegisterSource[];
  },
): Promise<Scene> {
  await prepare(events, run.world, { asOf: run.asOf, sources: run.sources ?? [] });
  const { access_gap_min, contact_gap_min } = run.settings.thresholds;
  const gapMinutes = Math.max(access_gap_min, contact_gap_min);
  return {
    world: run.world,
    horizon: run.horizon,
    settled: run.asOf === null ? FAR_FUTURE : new Date(run.asOf.getTime() - gapMinutes * 60_000),
    gapMinutes,
    workforce: await workforceOf(events, run.world, [...run.officers.keys()], run.horizon),
    who: run.officers,
  };
}
