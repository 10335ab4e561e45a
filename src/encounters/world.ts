import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Progress, silent } from '../kernel/progress.ts';
import type { Events, Values } from '../stores/events/events.ts';
import { statementsOf } from '../stores/statements.ts';
import { knownRegisters } from './known.ts';
import type { EncounterSettings } from './settings.ts';

export interface WorldOptions {
  /** Name of the database to create. */
  world: string;
  /** Build what was known at this moment; null = everything that is stored. */
  asOf: Date | null;
  settings: EncounterSettings;
  progress?: Progress | undefined;
}

/** Further than any time that is stored, and the last moment that the engine can hold. */
const FAR_FUTURE = new Date('2299-12-31T23:59:59.000Z');

/** Columns of an encounter that only its kind has. */
const OWN = {
  access: 'systems, actions, images, reference, `references`',
  contact:
    'calls, texts, outgoing, incoming, unanswered, short_calls, talk_s, number_shared_by, device_shared_by',
  presence: 'distance_m, nth_home, familiar, lat, lon, source_id, crew, ignition_off',
} as const;
/** Columns that stay as they are when an encounter is looked at again. */
const REST = `encounter_id, kind, officer_id, person_id, at, ends_at, count, duty, vulnerable,
  systems, actions, images, \`references\`, ${OWN.contact}, ${OWN.presence}`;

/** Each step: what it does, and its statements, which read only what earlier ones have written. */
const STEPS: readonly (readonly [what: string, statements: (world: string) => string[]])[] = [
  ['Reading what is known', () => [...read('schema.sql'), ...knownRegisters()]],
  ['Reading rosters and postings', () => read('timelines.sql')],
  ['Collecting purposes', () => read('purposes.sql')],
  ['Finding stops', () => [...read('stays.sql'), ...read('stops.sql'), ...read('police-buildings.sql')]],
  ['Finding looks at people', () => explained('access')],
  ['Finding contacts', () => explained('contact')],
  [
    'Looking for weaker reasons',
    (world) =>
      read('unexplained.sql').map((text) => text.replaceAll('@rest', REST).replace('@world', () => world)),
  ],
  ['Finding visits', () => [...read('visits.sql'), ...read('neighbours.sql'), ...read('presence.sql')]],
];

/**
 * Writes the world as known at a moment into a database of its own: registers, stops, purposes, encounters
 * (docs/architecture.md). `horizon` is the as-of time, or the latest event, or without events the latest time of a register.
 * What a failed run leaves is taken away by `dropWorld`.
 */
export async function buildWorld(events: Events, options: WorldOptions): Promise<{ horizon: Date }> {
  const { world, asOf, settings, progress = silent } = options;
  if (!/^\w+$/.test(world)) throw new RangeError('A world is named with letters, digits and underscores');
  const values: Values = { world, as_of: asOf ?? FAR_FUTURE, far: FAR_FUTURE, ...placesOf(settings) };
  await events.command('CREATE DATABASE {world:Identifier}', values);
  for (const [done, [what, statements]] of STEPS.entries()) {
    progress(done, STEPS.length, what);
    for (const statement of statements(world)) await events.command(statement, values);
  }
  progress(STEPS.length, STEPS.length, 'Encounters are ready');
  return { horizon: asOf ?? (await latest(events, values)) };
}

/** Takes a world away, whether it was finished or not. */
export async function dropWorld(events: Events, world: string): Promise<void> {
  await events.command('DROP DATABASE IF EXISTS {world:Identifier}', { world });
}

/** Settings as the places of the statements. */
function placesOf(settings: EncounterSettings): Values {
  const roles = Object.entries(settings.lookup_roles);
  return {
    ...settings.thresholds,
    lookup_roles: roles.flatMap(([role, systems]) => systems.map((system) => `${role} ${system}`)),
    working_duties: [...settings.working_duties],
  };
}

async function latest(events: Events, values: Values): Promise<Date> {
  const [statement = ''] = read('horizon.sql');
  const [row] = await events.query<{ horizon: number }>(statement, values);
  return new Date(row?.horizon ?? 0);
}

/** The statement that finds the encounters of one kind, inside the one that explains them. */
function explained(kind: 'access' | 'contact'): string[] {
  const [found = ''] = read(`${kind}.sql`);
  return read('explain.sql').map((text) => text.replaceAll('@own', OWN[kind]).replace('@found', () => found));
}

function read(file: string): string[] {
  return statementsOf(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}
