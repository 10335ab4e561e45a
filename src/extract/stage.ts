import type { Column, Events } from '../stores/events/events.ts';
import { type Bound, quoted } from './bound.ts';
import { type Check, intervalChecks, judged, textName } from './checks.ts';
import { type ContractTable, storedColumns } from './contract/column.ts';
import type { Feed, Reading } from './mapping.ts';
import { taken, textFor } from './origin.ts';
import type { Step } from './phone.ts';
import { LIMITS, type Source } from './source.ts';

/** What is found out about a row besides its stored columns. */
const FINDINGS: readonly Column[] = [
  { name: 'bad', type: 'UInt64' }, // a bit for each check that fails; 0 = none
  { name: 'fault', type: 'LowCardinality(String)' }, // why the record as a whole is bad
  { name: 'value', type: 'String' }, // what the first check that fails is about
  { name: 'received', type: 'String' }, // of bad rows only
  { name: 'breaks', type: 'UInt32' },
  { name: 'below_zero', type: 'UInt8' },
];

/** Which record a row is. */
const RECORD: readonly Column[] = [
  { name: 'load_id', type: 'UInt64' },
  { name: 'row_no', type: 'UInt64' },
];

/**
 * The tables in which a batch is worked on; its number is that of its first load. Rows go through `stage`, which keeps
 * none, to `good` and, where there is something to say of them, to `remark`. The others are made when they are needed
 * (`settle.ts`, `quarantine-rows.ts`).
 */
export function workingTables(batchId: number) {
  const of = (name: string) => `${name}_${batchId}`;
  return {
    stage: of('stage'),
    good: of('good'),
    remark: of('remark'),
    toGood: of('to_good'),
    toRemark: of('to_remark'),
    contested: of('contested'),
    fate: of('fate'),
    conflict: of('conflict'),
  };
}

/** Matches the names of working tables; the number of the batch goes after it. */
export const WORKING_TABLE = '^(stage|good|remark|to_good|to_remark|contested|fate|conflict)_';

/** Makes the tables in which a batch is worked on. */
export async function openStage(events: Events, batchId: number, table: ContractTable): Promise<void> {
  const { stage, good, remark, toGood, toRemark } = workingTables(batchId);
  const own = ownColumns(table);
  const structure = (of: readonly Column[]) => of.map((c) => `${c.name} ${c.type}`).join(', ');
  const names = (of: readonly Column[]) => of.map((c) => c.name).join(', ');
  const remarks = [...RECORD, ...FINDINGS];
  await events.command(`CREATE TABLE ${good} AS ${table.name}`);
  // Its parts are merged in the table that takes them over, when there is time.
  await events.command(
    `ALTER TABLE ${good} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1, max_bytes_to_merge_at_min_space_in_pool = 1`,
  );
  await events.command(
    `CREATE TABLE ${remark} (${structure(remarks)}) ENGINE = MergeTree ORDER BY (load_id, row_no)`,
  );
  await events.command(`CREATE TABLE ${stage} (${structure([...own, ...FINDINGS])}) ENGINE = Null`);
  await events.command(
    `CREATE MATERIALIZED VIEW ${toGood} TO ${good} AS SELECT ${names(own)} FROM ${stage} WHERE bad = 0`,
  );
  await events.command(
    `CREATE MATERIALIZED VIEW ${toRemark} TO ${remark} AS SELECT ${names(remarks)} FROM ${stage}
     WHERE bad > 0 OR breaks > 0 OR below_zero > 0`,
  );
}

/**
 * Reads a source whole, every row converted and judged, in one pass of the engine: good rows into a table that is just
 * like the one they are for. `bound` holds the values of `source`; `loads` says under which load the rows of each file
 * go. Returns the checks behind the bits of `bad`. After an error the tables hold a part of the rows.
 */
export async function stage(
  events: Events,
  batchId: number,
  source: Source,
  loads: ReadonlyMap<string, number>,
  reading: Reading,
  feed: Feed,
  bound: Bound,
): Promise<Check[]> {
  const { select, checks } = stageSelect(loads, source, reading, feed, bound);
  const columns = [...ownColumns(feed.table), ...FINDINGS];
  await events.insertFromFiles(workingTables(batchId).stage, columns, select, bound.values);
  return checks;
}

function ownColumns(table: ContractTable): Column[] {
  return storedColumns(table).map((c) => ({ ...c, name: quoted(c.name) }));
}

/** SQL: the load of a row, by the name of the file it stands in. */
function loadOf(loads: ReadonlyMap<string, number>, bound: Bound): string {
  const ids = [...loads.values()];
  if (ids.length === 1) return bound.place(ids[0] as number, 'UInt64');
  const names = bound.place([...loads.keys()], 'Array(String)');
  return `CAST(transform(_file, ${names}, ${bound.place(ids, 'Array(UInt64)')}, toUInt64(0)), 'UInt64')`;
}

function stageSelect(
  loads: ReadonlyMap<string, number>,
  source: Source,
  reading: Reading,
  feed: Feed,
  bound: Bound,
) {
  const { table } = feed;
  const texts: string[] = [];
  const shownAs = new Map(table.columns.map((column) => [column.name, textName(column.name)]));
  for (const column of table.columns) {
    const { text, received } = textFor(column, feed, source, bound);
    texts.push(`${text} AS ${textName(column.name)}`);
    if (received === undefined) continue;
    texts.push(`${received} AS received_${column.name}`);
    shownAs.set(column.name, `received_${column.name}`);
  }
  const columns = table.columns.map((column) => {
    const zone = bound.place(feed.columns[column.name]?.zone ?? reading.zone);
    return { column, ...judged(column, zone, bound) };
  });
  const checks: Check[] = [
    { reason: 'whole_record', column: '', when: "fault != ''" },
    ...columns.flatMap((c) => c.checks),
    ...intervalChecks(table),
  ];
  const hashed = new Map(columns.map((c) => [c.column.name, c.hashed]));
  const hash = (names: readonly string[]) =>
    `cityHash64(${names.map((name) => hashed.get(name)).join(', ')})`;
  const duration = table.columns.find((column) => column.kind === 'duration');
  const stored = columns.flatMap((c) => c.stored);
  const content = hash(table.columns.map((c) => c.name));
  const select = `SELECT ${[
    ...stored,
    'load',
    'row_no',
    keyHash(feed, hash),
    'content_hash_now',
    'bad_now',
    'fault',
    `if(bad_now = 0, '', ${shown(`[${checks.map((c) => shownAs.get(c.column) ?? "''").join(', ')}][${FIRST_BIT('bad_now')}]`)})`,
    "if(bad_now = 0, '', received)",
    'breaks',
    duration === undefined ? '0' : `ifNull(n_${duration.name} < 0, 0)`,
  ].join(',\n')}
FROM (
  SELECT *, ${content} AS content_hash_now, ${bits(checks)} AS bad_now
  FROM ${inLevels(
    columns.map((c) => c.steps),
    `SELECT ${loadOf(loads, bound)} AS load, toUInt64(${source.recordNo}) AS row_no, ${source.fault} AS fault,
      toUInt32(${source.breaks}) AS breaks, ${source.received} AS received,
      ${texts.join(',\n')}
    FROM ${source.from}
    WHERE NOT (${source.blank}) AND ${taken(feed, source, bound)}`,
  )}
)
SETTINGS ${[LIMITS, source.settings].filter((s) => s !== '').join(', ')}`;
  return { select, checks };
}

// A step may name the ones before it. Each stands one SELECT further out, for within one SELECT the engine would write
// every name out in full, and take longer over the statement than over a small file.
function inLevels(steps: Step[][], innermost: string): string {
  const depth = Math.max(0, ...steps.map((of) => of.length));
  let select = innermost;
  for (let level = 0; level < depth; level++) {
    const now = steps.flatMap((of) => of.slice(level, level + 1));
    select = `SELECT ${['*', ...now.map((step) => `${step.sql} AS ${step.name}`)].join(',\n')} FROM (${select})`;
  }
  return `(${select})`;
}

function keyHash(feed: Feed, hash: (names: readonly string[]) => string): string {
  const { table } = feed;
  if (table.key.length === 0) return 'content_hash_now';
  if (table.sort === 'register') return hash(table.key);
  return `if(${textName('event_id')} = '', content_hash_now, ${hash(table.key)})`;
}

// Plain arithmetic: a chain of conditions would be worked through with a mask of rows for each.
function bits(checks: Check[]): string {
  return `toUInt64(${checks.map((c, i) => `toUInt64(${c.when}) * ${2 ** i}`).join(' + ')})`;
}

/** SQL: the number of the first check that fails, from 1, of a value of `bad`. */
export const FIRST_BIT = (bad: string) => `bitCount(bitAnd(bitNot(${bad}), ${bad} - 1)) + 1`;

/** At most this much of a bad value is shown in lists; the row as received is kept whole. */
const SHOWN_CHARACTERS = 200;

function shown(value: string): string {
  return `replaceRegexpAll(substringUTF8(${value}, 1, ${SHOWN_CHARACTERS}), '[\\\\x00-\\\\x1f\\\\x7f]', ' ')`;
}
