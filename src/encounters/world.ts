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

/** Each step with what it does, in order; a step reads only what earlier ones have written. */
const STEPS: readonly (readonly [what: string, file: string])[] = [
  ['Reading rosters and postings', 'timelines.sql'],
  ['Collecting purposes', 'purposes.sql'],
  ['Collecting purposes', 'reasons.sql'],
  ['Resolving looks', 'looks.sql'],
  ['Resolving calls and messages', 'contacts.sql'],
  ['Finding stops', 'stays.sql'],
  ['Finding stops', 'stops.sql'],
  ['Finding police buildings', 'police-buildings.sql'],
  ['Finding visits', 'presence.sql'],
  ['Explaining encounters', 'explain.sql'],
  ['Explaining encounters', 'one-hop.sql'],
];

/**
 * Writes the world as known at a moment into a database of its own: registers, stops, purposes, encounters
 * (docs/architecture.md). `horizon` is the as-of time, or the latest event, or without events the latest time of a register.
 * What a failed run leaves is taken away by `dropWorld`.
 */
export async function buildWorld(events: Events, options: WorldOptions): Promise<{ horizon: Date }> {
  const { world, asOf, settings, progress = silent } = options;
  const values: Values = { world, as_of: asOf ?? FAR_FUTURE, far: FAR_FUTURE, ...placesOf(settings) };
  const total = STEPS.length + 1;
  progress(0, total, 'Reading what is known');
  await events.command('CREATE DATABASE {world:Identifier}', values);
  for (const statement of [...read('schema.sql'), ...knownRegisters()])
    await events.command(statement, values);
  for (const [index, [what, file]] of STEPS.entries()) {
    progress(index + 1, total, what);
    for (const statement of read(file)) await events.command(statement, values);
  }
  progress(total, total, 'Encounters are ready');
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

function read(file: string): string[] {
  return statementsOf(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}
