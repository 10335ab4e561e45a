import type { Events } from '../stores/events/events.ts';
import { utcText } from '../stores/events/values.ts';
import type { Indicator } from './indicator.ts';
import type { Signal } from './raise.ts';
import { insertLines } from './register-facts.ts';

const COLUMNS = `indicator LowCardinality(String), kind LowCardinality(String), officer_id String, person_id String,
  raised_at DateTime64(3, 'UTC'), last_at DateTime64(3, 'UTC')`;

/** The table of a world in which indicators that read other indicators' signals find them; empty at first. */
export async function makeRaisedTable(events: Events, world: string): Promise<void> {
  await events.command(
    `CREATE TABLE {world:Identifier}.raised (${COLUMNS}) ENGINE = MergeTree ORDER BY (officer_id, raised_at)`,
    { world },
  );
}

/** Writes what an indicator raised into the table, for those that run after it. */
export async function noteRaised(
  events: Events,
  world: string,
  { id, kind }: Indicator,
  signals: readonly Signal[],
): Promise<void> {
  const lines = signals.map(({ officer_id, person_id, raised_at, last_at }) =>
    JSON.stringify({
      indicator: id,
      kind,
      officer_id,
      person_id,
      raised_at: utcText(raised_at),
      last_at: utcText(last_at),
    }),
  );
  await insertLines(events, world, 'raised', COLUMNS, lines);
}

/** Indicators in the order in which they run: those that read others' signals last. */
export function inOrder(indicators: readonly Indicator[]): Indicator[] {
  return indicators.toSorted((a, b) => Number(a.reads_signals ?? false) - Number(b.reads_signals ?? false));
}
