import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Progress, silent } from '../kernel/progress.ts';
import type { Events, Values } from '../stores/events/events.ts';
import { statementsOf } from '../stores/statements.ts';
import type { ExplanationCode } from './explanation.ts';
import { type Measured, refusedOf } from './fake-log/lift.ts';
import { looksIn, measureExplanations, type ReplayStatements, sampling } from './fake-log/replay.ts';
import { type Share, shares } from './fake-log/shares.ts';
import { knownRegisters } from './known.ts';
import { type Candidate, MINING_SETTINGS, mineExplanations } from './mining/mine.ts';
import { pathNamed } from './mining/path.ts';
import { explainedBy } from './mining/statement.ts';
import type { EncounterSettings } from './settings.ts';

export interface WorldOptions {
  /** Name of the database to create. */
  world: string;
  /** Build what was known at this moment; null = everything that is stored. */
  asOf: Date | null;
  settings: EncounterSettings;
  /** Paths of explanations that were mined and approved (mining/). */
  mined?: readonly string[] | undefined;
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

/** Each step: what it does, and its statements, which read only what earlier ones have written; or the trial of the explanations. */
const STEPS: readonly (readonly [
  what: string,
  statements: ((mined: readonly string[]) => string[]) | 'trial',
])[] = [
  ['Reading what is known', () => [...read('schema.sql'), ...knownRegisters()]],
  ['Reading rosters and postings', () => read('timelines.sql')],
  ['Collecting purposes', () => read('purposes.sql')],
  ['Finding stops', () => [...read('stays.sql'), ...read('stops.sql'), ...read('police-buildings.sql')]],
  ['Finding looks at people', () => explained('access', read('access.sql'))],
  ['Finding contacts', () => explained('contact', read('contact.sql'))],
  ['Trying explanations on a fake log', 'trial'],
  ['Looking for weaker reasons', weakerReasons],
  ['Finding visits', () => [...read('visits.sql'), ...read('neighbours.sql'), ...read('presence.sql')]],
];

/**
 * Writes the world as known at a moment into a database of its own: registers, stops, purposes, encounters
 * (docs/architecture.md). `explanations` says how each explanation did on the fake log; those refused explain nothing here; `shares`, what explains
 * looks by month and role. `horizon` is the as-of time, or the latest event, or without events the latest time of a register.
 * What a failed run leaves is taken away by `dropWorld`.
 */
export async function buildWorld(
  events: Events,
  options: WorldOptions,
): Promise<{ horizon: Date; explanations: Measured[]; shares: Share[] }> {
  const { world, asOf, settings, mined = [], progress = silent } = options;
  if (!/^\w+$/.test(world)) throw new RangeError('A world is named with letters, digits and underscores');
  const values = { world, as_of: asOf ?? FAR_FUTURE, far: FAR_FUTURE, ...placesOf(settings) };
  await events.command('CREATE DATABASE {world:Identifier}', values);
  let explanations: Measured[] = [];
  for (const [done, [what, statements]] of STEPS.entries()) {
    progress(done, STEPS.length, what);
    if (statements === 'trial') explanations = await trial(events, values, mined);
    else await run(events, statements(mined), { ...values, refused: refusedOf(explanations) });
  }
  progress(STEPS.length, STEPS.length, 'Encounters are ready');
  return {
    horizon: asOf ?? (await latest(events, values)),
    explanations,
    shares: shares(
      await events.queryForWrite(read('fake-log/shares.sql')[0] ?? '', {
        world,
        every: sampling(await looksIn(events, world), 500_000),
      }),
    ),
  };
}

async function run(events: Events, statements: readonly string[], values: Values): Promise<void> {
  for (const statement of statements) await events.command(statement, values);
}

/** Explanations that are given when a look or contact is found, before they can be tried. */
const GIVEN_AT_ONCE: readonly ExplanationCode[] = ['assigned', 'same_incident_before_record'];

/** Tries all explanations; where one of those already given has not earned it, looks and contacts are explained anew. */
async function trial(
  events: Events,
  values: Values & { world: string },
  mined: readonly string[],
): Promise<Measured[]> {
  const explanations = await measureExplanations(events, values, replayStatements(mined));
  const refused = refusedOf(explanations);
  if (refused.some((code) => GIVEN_AT_ONCE.includes(code))) {
    const again = [...explained('access', read('access.sql')), ...explained('contact', read('contact.sql'))];
    await run(events, ['TRUNCATE TABLE {world:Identifier}.encounters', ...again], { ...values, refused });
  }
  return explanations;
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
    together_least: MINING_SETTINGS.together_least,
    lookup_roles: roles.flatMap(([role, systems]) => systems.map((system) => `${role} ${system}`)),
    working_duties: [...settings.working_duties],
  };
}

async function latest(events: Events, values: Values): Promise<Date> {
  const [statement = ''] = read('horizon.sql');
  const [row] = await events.query<{ horizon: number }>(statement, values);
  return new Date(row?.horizon ?? 0);
}

/** Takes out what no assignment explains, and puts it back with the strongest of the weaker reasons. */
function weakerReasons(mined: readonly string[]): string[] {
  const [copied = '', takenOut = '', ...back] = reasonsIn('unexplained.sql');
  return [copied, takenOut, ...surroundings(mined), ...back.map((text) => text.replaceAll('@rest', REST))];
}

/** What is known around the looks in `unexplained`, and which of them an approved way explains. */
function surroundings(mined: readonly string[]): string[] {
  const ways = mined.map(
    (path) =>
      `INSERT INTO {world:Identifier}.mined_ways SELECT encounter_id, true FROM (${explainedBy(pathNamed(path))})`,
  );
  return [...read('surroundings.sql'), ...ways];
}

function replayStatements(mined: readonly string[]): ReplayStatements {
  return {
    logs: read('fake-log/logs.sql'),
    explain: [...explained('access', read('fake-log/looks.sql')), ...surroundings(mined)],
    counts: reasonsIn('fake-log/counts.sql')[0] ?? '',
  };
}

/** Looks for ways to explain looks that a world's own tables show, with what the fake log says of each (mining/). */
export function mineIn(events: Events, world: string, settings: EncounterSettings): Promise<Candidate[]> {
  const values = { world, as_of: FAR_FUTURE, far: FAR_FUTURE, ...placesOf(settings) };
  return mineExplanations(events, values, replayStatements([]));
}

/** The statements of a file that asks for the reasons of the looks and contacts in `unexplained`. */
function reasonsIn(file: string): string[] {
  const [reasons = ''] = read('reasons.sql');
  return read(file).map((text) => text.replace('@reasons', () => reasons));
}

/** The statement that finds the encounters of one kind, inside the one that explains them. */
function explained(kind: 'access' | 'contact', [found = '']: string[]): string[] {
  return read('explain.sql').map((text) => text.replaceAll('@own', OWN[kind]).replace('@found', () => found));
}

function read(file: string): string[] {
  return statementsOf(readFileSync(path.join(import.meta.dirname, file), 'utf8'));
}
