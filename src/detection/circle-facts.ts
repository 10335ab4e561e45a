import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Events } from '../stores/events/events.ts';
import { statementsOf } from '../stores/statements.ts';
import type { CircleFact } from '../trust/circle/circle.ts';
import { CIRCLE } from '../trust/circle/settings.ts';

const [FACTS = ''] = statementsOf(readFileSync(path.join(import.meta.dirname, 'circle-facts.sql'), 'utf8'));

/**
 * What the registers of a world say that ties officers together: postings up to `horizon` and the months of the setting
 * before it, who supervises whom, whom officers have declared, who lives where. Set-based; a few rows an officer.
 */
export function circleFacts(events: Events, world: string, horizon: Date): Promise<CircleFact[]> {
  const since = new Date(horizon);
  since.setUTCMonth(since.getUTCMonth() - CIRCLE.teamMonths.value);
  return events.query<CircleFact>(FACTS, { world, since, digits: CIRCLE.sameHomeDigits.value });
}
