import { ENCOUNTER_SENTENCE } from '../../src/encounters/sentence.ts';
import { encounterSettings, type ThresholdName } from '../../src/encounters/settings.ts';
import { buildWorld, dropWorld } from '../../src/encounters/world.ts';
import type { Events } from '../../src/stores/events/events.ts';

export interface Encounter {
  id: string;
  kind: 'access' | 'contact' | 'presence';
  officer_id: string;
  person_id: string;
  at: string;
  ends_at: string;
  count: number;
  duty: string;
  explanation: string;
  incident_id: string;
  vulnerable: number;
  text: string;
  [column: string]: unknown;
}

/** Builds the world as known at `asOf` (default: all that is stored), passes it to `look`, and takes it away again. */
export async function inWorld<T>(
  events: Events,
  look: (world: string) => Promise<T>,
  options: { asOf?: string; thresholds?: Partial<Record<ThresholdName, number>> } = {},
): Promise<T> {
  const world = `${events.database}_world_test`;
  await dropWorld(events, world);
  try {
    const asOf = options.asOf === undefined ? null : new Date(options.asOf);
    await buildWorld(events, { world, asOf, settings: encounterSettings(options.thresholds) });
    return await look(world);
  } finally {
    await dropWorld(events, world);
  }
}

/** Every encounter of such a world, in order, with the sentence. */
export function encountersIn(
  events: Events,
  options: { asOf?: string; thresholds?: Partial<Record<ThresholdName, number>> } = {},
): Promise<Encounter[]> {
  return inWorld(
    events,
    (world) =>
      events.query<Encounter>(
        `SELECT *, lower(hex(encounter_id)) AS id, ${ENCOUNTER_SENTENCE} AS text
         FROM {world:Identifier}.encounters ORDER BY officer_id, person_id, at, kind`,
        { world },
      ),
    options,
  );
}
