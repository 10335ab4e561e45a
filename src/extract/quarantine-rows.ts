import type { Events } from '../stores/events/events.ts';
import { Bound } from './bound.ts';
import type { Check } from './checks.ts';
import type { ContractColumn, ContractTable } from './contract/column.ts';
import type { Feed } from './mapping.ts';
import { textFor } from './origin.ts';
import { conflictsOf } from './settle.ts';
import { LIMITS, type Source } from './source.ts';
import { FIRST_BIT, workingTables } from './stage.ts';

/** Loads whose bad rows go into quarantine together. */
export interface Whereabouts {
  batchId: number;
  table: ContractTable;
  loads: readonly { loadId: number; file: string; firstLine: number }[];
  at: Date;
}

// Line of a record: those before it, and the line breaks inside them.
const INSERT = `INSERT INTO quarantine
    (quarantine_id, load_id, row_no, \`table\`, file, line, \`column\`, reason, value, row, at)
  SELECT sipHash64(bad.load_id, bad.row_no), bad.load_id, bad.row_no, {table:String},
    {files:Array(String)}[indexOf({loads:Array(UInt64)}, bad.load_id)],
    {firstLines:Array(UInt64)}[indexOf({loads:Array(UInt64)}, bad.load_id)] + bad.row_no + before.upto,
    bad.at_fault, bad.reason, bad.value, bad.received, {at:DateTime64(3, 'UTC')}`;
const breaksBefore = (remark: string) => `(
    SELECT load_id, row_no, sum(breaks) OVER (PARTITION BY load_id ORDER BY row_no) AS upto
    FROM ${remark} WHERE breaks > 0) AS before
  ON bad.load_id = before.load_id AND bad.row_no > before.row_no`;

/** Puts the bad rows of a batch into quarantine, each for the first of `checks` that it fails. */
export async function quarantineBadRows(events: Events, where: Whereabouts, checks: Check[]): Promise<void> {
  const { remark } = workingTables(where.batchId);
  await events.command(
    `${INSERT}
     FROM (
       SELECT load_id, row_no, ${FIRST_BIT('bad')} AS failed, value, received,
         {columns:Array(String)}[failed] AS at_fault,
         if(failed = 1, toString(fault), {reasons:Array(String)}[failed]) AS reason
       FROM ${remark} WHERE bad > 0) AS bad
     ASOF LEFT JOIN ${breaksBefore(remark)} SETTINGS ${LIMITS}`,
    { ...named(where), columns: checks.map((c) => c.column), reasons: checks.map((c) => c.reason) },
  );
}

/** More conflicts than this are found again by reading everything between the first and the last of them. */
const NAMED_ONE_BY_ONE = 10_000;

/**
 * Puts events of one load whose `event_id` is stored with other content into quarantine. They looked good, so the rows
 * as they were received are not in the stage: the file is read once more. `makeSource` gives it with its values bound.
 */
export async function quarantineConflicts(
  events: Events,
  where: Whereabouts,
  loadId: number,
  feed: Feed,
  makeSource: (bound: Bound) => Source,
): Promise<void> {
  const { remark, conflict } = workingTables(where.batchId);
  const conflicts = conflictsOf(where.batchId);
  const [range] = await events.queryForWrite<{ n: number; first: number; last: number }>(
    `SELECT count() AS n, min(row_no) AS first, max(row_no) AS last FROM (${conflicts})`,
    { loadId },
  );
  const { n, first, last } = range as { n: number; first: number; last: number };
  const numbers =
    n > NAMED_ONE_BY_ONE
      ? []
      : (await events.queryForWrite<{ row_no: number }>(conflicts, { loadId })).map((row) => row.row_no);
  const bound = new Bound();
  const source = makeSource(bound);
  const chosen =
    numbers.length > 0
      ? `has(${bound.place(numbers, 'Array(UInt64)')}, row_no)`
      : `row_no BETWEEN ${bound.place(first, 'UInt64')} AND ${bound.place(last, 'UInt64')}`;
  const columns = [
    { name: 'row_no', type: 'UInt64' },
    { name: 'received', type: 'String' },
    { name: 'event_id', type: 'String' },
  ];
  const structure = columns.map((c) => `${c.name} ${c.type}`).join(', ');
  await events.command(`CREATE TABLE ${conflict} (${structure}) ENGINE = MergeTree ORDER BY row_no`);
  await events.insertFromFiles(
    conflict,
    columns,
    `SELECT row_no, received, event_id FROM (
       SELECT toUInt64(${source.recordNo}) AS row_no, ${source.received} AS received,
         ${textFor(eventId(where.table), feed, source, bound).text} AS event_id
       FROM ${source.from} WHERE NOT (${source.blank}))
     WHERE ${chosen} SETTINGS ${[LIMITS, source.settings].filter((s) => s !== '').join(', ')}`,
    bound.values,
  );
  await events.command(
    `${INSERT}
     FROM (SELECT {loadId:UInt64} AS load_id, row_no, 'event_id' AS at_fault, 'other_content' AS reason, event_id AS value, received
       FROM ${conflict} WHERE row_no IN (${conflicts})) AS bad
     ASOF LEFT JOIN ${breaksBefore(remark)} SETTINGS ${LIMITS}`,
    { ...named(where), loadId },
  );
  await events.command(`DROP TABLE ${conflict}`);
}

function eventId(table: ContractTable): ContractColumn {
  return table.columns.find((column) => column.name === 'event_id') as ContractColumn;
}

function named(where: Whereabouts) {
  return {
    table: where.table.name,
    loads: where.loads.map((load) => load.loadId),
    files: where.loads.map((load) => load.file),
    firstLines: where.loads.map((load) => load.firstLine),
    at: where.at,
  };
}
