import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Events } from '../stores/events/events.ts';
import { statementsOf } from '../stores/statements.ts';
import { makeRaisedTable } from './raised-before.ts';
import { type RegisterSource, writeRegisterFacts } from './register-facts.ts';
import { PLACES } from './settings.ts';

const STATEMENTS = statementsOf(readFileSync(path.join(import.meta.dirname, 'prepare.sql'), 'utf8'));

/**
 * Writes into a world what indicators read beside encounters, once, before any of them runs: places where many stop
 * (`prepare.sql`), facts of the registers that are kept, and an empty table of what is raised.
 */
export async function prepare(
  events: Events,
  world: string,
  given: { asOf: Date | null; sources: readonly RegisterSource[] },
): Promise<void> {
  const values = { world, regular_days: PLACES.regular_days.default };
  for (const statement of STATEMENTS) await events.command(statement, values);
  await writeRegisterFacts(events, world, given.sources, given.asOf);
  await makeRaisedTable(events, world);
}
