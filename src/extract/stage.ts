import type { Column, Events } from '../stores/events/events.ts';
import { type Bound, quoted } from './bound.ts';
import { type Check, intervalChecks, judged, textName } from './checks.ts';
import { storedColumns } from './contract/column.ts';
import type { Feed, Reading } from './mapping.ts';
import { taken, textFor } from './origin.ts';
import { LIMITS, type Source } from './source.ts';

/** What a stage holds besides the stored columns of its table. */
const STAGE_COLUMNS: readonly Column[] = [
  { name: 'bad', type: 'UInt16' }, // number of the check that failed first; 0 = none
  { name: 'bad_reason', type: 'LowCardinality(String)' },
  { name: 'bad_column', type: 'LowCardinality(String)' },
  { name: 'bad_value', type: 'String' },
  { name: 'received', type: 'String' }, // of bad rows only
  { name: 'breaks', type: 'UInt32' },
  { name: 'below_zero', type: 'UInt8' },
  { name: 'at_zero', type: 'UInt8' },
];

/** The name of the table in which a load is judged before its rows go anywhere. */
export const stageName = (loadId: number) => `stage_${loadId}`;

/** Columns of the stage of a feed: those of its table, then what was found out about each row. */
export function stageColumns(feed: Feed): Column[] {
  return [...storedColumns(feed.table), ...STAGE_COLUMNS];
}

/**
 * Reads a source whole into a table of its own, every row converted and judged, in one pass of the engine.
 * `bound` holds the values of `source`. On an error the table is there, part filled.
 */
export async function stage(
  events: Events,
  loadId: number,
  source: Source,
  reading: Reading,
  feed: Feed,
  bound: Bound,
): Promise<void> {
  const columns = stageColumns(feed);
  const structure = columns.map((c) => `${quoted(c.name)} ${c.type}`).join(', ');
  await events.command(`CREATE TABLE {stage:Identifier} (${structure}) ENGINE = MergeTree ORDER BY tuple()`, {
    stage: stageName(loadId),
  });
  const select = stageSelect(loadId, source, reading, feed, bound);
  const named = columns.map((c) => ({ ...c, name: quoted(c.name) }));
  await events.insertFromFiles(stageName(loadId), named, select, bound.values);
}

function stageSelect(loadId: number, source: Source, reading: Reading, feed: Feed, bound: Bound): string {
  const { table } = feed;
  const texts = table.columns.map(
    (column) => `${textFor(column, feed, source, bound)} AS ${textName(column.name)}`,
  );
  const columns = table.columns.map((column) => {
    const zone = bound.place(feed.columns[column.name]?.zone ?? reading.zone);
    return { column, ...judged(column, zone, bound) };
  });
  const checks = [...columns.flatMap((c) => c.checks), ...intervalChecks(table)];
  const steps = columns.flatMap((c) => c.steps).map((step) => `${step.sql} AS ${step.name}`);
  const hashed = new Map(columns.map((c) => [c.column.name, c.hashed]));
  const hash = (names: readonly string[]) => `sipHash64(${names.map((name) => hashed.get(name)).join(', ')})`;
  const duration = table.columns.find((column) => column.kind === 'duration');
  const durationIs = (test: string) =>
    duration === undefined ? '0' : `ifNull(n_${duration.name} ${test}, 0)`;
  const stored = columns.flatMap((c) => c.stored);
  const content = hash(table.columns.map((c) => c.name));
  return `SELECT ${[
    ...stored,
    `${bound.place(loadId, 'UInt64')}`,
    'row_no',
    keyHash(feed, hash),
    'content_hash_now',
    'bad_now',
    `if(bad_now = 0, '', ${chosen(['fault', ...checks.map((c) => bound.place(c.reason))])})`,
    `if(bad_now = 0, '', ${chosen(["''", ...checks.map((c) => bound.place(c.column))])})`,
    `if(bad_now = 0, '', ${shown(chosen(["''", ...checks.map((c) => textName(c.column))]))})`,
    "if(bad_now = 0, '', received)",
    'breaks',
    durationIs('< 0'),
    durationIs('= 0'),
  ].join(',\n')}
FROM (
  SELECT *, ${content} AS content_hash_now, ${firstFailed(checks)} AS bad_now
  FROM (
    SELECT ${['*', ...steps].join(',\n')}
    FROM (
      SELECT toUInt64(${source.recordNo}) AS row_no, ${source.fault} AS fault,
        toUInt32(${source.breaks}) AS breaks, ${source.received} AS received,
        ${texts.join(',\n')}
      FROM ${source.from}
      WHERE NOT (${source.blank}) AND ${taken(feed, source, bound)}
    )
  )
)
SETTINGS ${[LIMITS, source.settings].filter((s) => s !== '').join(', ')}`;
}

function keyHash(feed: Feed, hash: (names: readonly string[]) => string): string {
  const { table } = feed;
  if (table.key.length === 0) return 'content_hash_now';
  if (table.sort === 'register') return hash(table.key);
  return `if(${textName('event_id')} = '', content_hash_now, ${hash(table.key)})`;
}

function firstFailed(checks: Check[]): string {
  return `toUInt16(multiIf(fault != '', 1, ${checks.map((c, i) => `${c.when}, ${i + 2}`).join(', ')}, 0))`;
}

function chosen(values: string[]): string {
  return `multiIf(${values.map((value, i) => `bad_now = ${i + 1}, ${value}`).join(', ')}, '')`;
}

/** At most this much of a bad value is shown in lists; the row as received is kept whole. */
const SHOWN_CHARACTERS = 200;

function shown(value: string): string {
  return `replaceRegexpAll(substringUTF8(${value}, 1, ${SHOWN_CHARACTERS}), '[\\\\x00-\\\\x1f\\\\x7f]', ' ')`;
}
