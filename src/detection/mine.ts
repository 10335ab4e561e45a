import type { Candidate } from '../encounters/mining/mine.ts';
import { saveCandidates } from '../encounters/mining/mined.store.ts';
import { encounterSettings } from '../encounters/settings.ts';
import { mineIn } from '../encounters/world.ts';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Stores } from './detect.ts';
import { currentRun } from './runs.ts';

/**
 * Looks for explanations in the world of the current run, and keeps what was found for a person to decide on.
 * @throws Failure when there was no run yet.
 */
export async function mine(
  stores: Stores,
  { clock, by }: { clock: Clock; by: string },
): Promise<Candidate[]> {
  const run = await currentRun(stores.records);
  if (run === undefined) {
    throw new Failure('Detection has not run yet, so there is nothing to look through', {
      todo: 'Run `upstander detect` first',
    });
  }
  const candidates = await mineIn(stores.events, run.world, encounterSettings());
  await saveCandidates(stores.records, { run_id: run.run_id, at: clock(), by, candidates });
  return candidates;
}
