import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { tableNamed } from './contract/tables.ts';
import { loadFeed } from './load-feed.ts';
import { oneAtATime, type Stores, type TableCounts } from './loads.ts';
import { type Feed, namedColumns, type Reading } from './mapping.ts';
import { REASONS, type Reason } from './reasons.ts';
import { ndjsonSource, REST } from './source.ts';

export type QuarantineState = 'waiting' | 'released' | 'discarded';

/** A row that could not be taken in, and what was decided about it. */
export interface QuarantinedRow {
  /** Sixteen hexadecimal digits. */
  quarantine_id: string;
  load_id: number;
  row_no: number;
  table: string;
  file: string;
  line: number;
  /** The column at fault, or '' for the row as a whole. */
  column: string;
  reason: Reason;
  /** The value at fault, cut to 200 characters. */
  value: string;
  /** The row as it was received, by the columns of its file; null where it lacks one. */
  row: Record<string, string | null>;
  at: string;
  state: QuarantineState;
}

export interface Decision {
  decision: 'released' | 'discarded';
  decided_by: string;
  decided_at: Date;
  reason: string;
  repaired: Record<string, string> | null;
}

export interface QuarantineFilter {
  table?: string | undefined;
  reason?: string | undefined;
  state?: QuarantineState | undefined;
}

/** What became of a row that was put right: where it went, or why it is still refused. */
export type Released =
  | { outcome: 'stored' | 'duplicate' | 'corrected' }
  | { outcome: 'refused'; reason: Reason; column: string; value: string };

const COLUMNS = `lower(leftPad(hex(quarantine_id), 16, '0')) AS id, load_id, row_no, \`table\`, file, line, \`column\`,
  reason, value, row, at`;

interface Kept extends Omit<QuarantinedRow, 'quarantine_id' | 'row' | 'state'> {
  id: string;
  row: string;
}

/** One page of the quarantine, newest loads first, and how many rows there are in all. */
export async function listQuarantine(
  stores: Stores,
  filter: QuarantineFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: QuarantinedRow[]; total: number }> {
  const decided = await decisions(stores.records);
  const { where, values } = conditions(filter, decided);
  const [count] = await stores.events.query<{ n: number }>(
    `SELECT count() AS n FROM quarantine WHERE ${where}`,
    values,
  );
  const rows = await stores.events.query<Kept>(
    `SELECT ${COLUMNS} FROM quarantine WHERE ${where}
     ORDER BY load_id DESC, row_no LIMIT {limit:UInt32} OFFSET {offset:UInt64}`,
    { ...values, ...page },
  );
  return { rows: rows.map((row) => shown(row, decided)), total: count?.n ?? 0 };
}

/** One row of the quarantine with the decision about it, or undefined if there is none of that id. */
export async function quarantinedRow(
  stores: Stores,
  id: string,
): Promise<{ row: QuarantinedRow; decision: Decision | undefined } | undefined> {
  const [kept] = await stores.events.query<Kept>(
    `SELECT ${COLUMNS} FROM quarantine WHERE lower(leftPad(hex(quarantine_id), 16, '0')) = {id:String} LIMIT 1`,
    { id },
  );
  if (kept === undefined) return undefined;
  const { rows } = await sql<Decision>`
    select decision, decided_by, decided_at, reason, repaired from quarantine_decision
    where quarantine_id = ${id}`.execute(stores.records);
  const decided = new Map(rows.map((row) => [id, row.decision]));
  return { row: shown(kept, decided), decision: rows[0] };
}

export interface QuarantineCount {
  table: string;
  reason: Reason;
  waiting: number;
  released: number;
  discarded: number;
}

/** How many rows there are by table and reason, most waiting first. */
export async function countQuarantine(stores: Stores): Promise<QuarantineCount[]> {
  const decided = await decisions(stores.records);
  const by = (state: string) => [...decided].flatMap(([id, decision]) => (decision === state ? [id] : []));
  return stores.events.query<QuarantineCount>(
    `SELECT \`table\`, reason, count() - released - discarded AS waiting,
       countIf(id IN ({released:Array(String)})) AS released,
       countIf(id IN ({discarded:Array(String)})) AS discarded
     FROM (SELECT \`table\`, reason, lower(leftPad(hex(quarantine_id), 16, '0')) AS id FROM quarantine)
     GROUP BY \`table\`, reason ORDER BY waiting DESC, \`table\`, reason`,
    { released: by('released'), discarded: by('discarded') },
  );
}

export interface DecideOptions {
  by: string;
  clock: Clock;
}

/**
 * Puts a row through the same checks again with some of its columns put right (by the names of its file), and releases
 * it if they hold. A row that is still refused stays as it was.
 * @throws Failure when there is no such row, or it was decided about before.
 */
export function releaseRow(
  stores: Stores,
  id: string,
  repaired: Record<string, string>,
  reason: string,
  options: DecideOptions & { workFolder: string },
): Promise<Released> {
  return oneAtATime(stores, async () => {
    const row = await waitingRow(stores, id);
    const { rows } = await sql<{ import_id: string; mapping: Said }>`
      select import_id, mapping from load where load_id = ${row.load_id}`.execute(stores.records);
    const [load] = rows;
    const table = load && tableNamed(load.mapping.feed.table);
    if (load === undefined || table === undefined) throw noSuchRow();
    const feed: Feed = { ...load.mapping.feed, table };
    const record = whole(row.row, repaired);
    const text = JSON.stringify(record);
    const file = path.join(options.workFolder, `release-${id}.ndjson`);
    await mkdir(options.workFolder, { recursive: true, mode: 0o700 });
    await writeFile(file, `${text}\n`, { mode: 0o600 });
    try {
      const { counts } = await loadFeed(stores, {
        importId: load.import_id,
        identity: {
          sha256: createHash('sha256').update(`${id}\n${text}`).digest('hex'),
          table: table.name,
          mappingDigest: `release ${id}`,
        },
        file: row.file,
        feed,
        reading: load.mapping.reading,
        makeSource: (bound) => {
          const keys = [...new Set([...Object.keys(record), ...namedColumns(feed)])];
          const source = ndjsonSource(file, keys, keys, [], bound);
          // The record keeps its number, which a mapping may have made part of a value.
          return { ...source, recordNo: bound.place(row.row_no, 'UInt64'), firstLine: row.line - row.row_no };
        },
        firstLoad: undefined,
        notes: ['released from quarantine'],
        clock: options.clock,
        seal: async (trx, loadId, counts) => {
          if (counts.quarantined > 0) throw await refusal(stores, loadId);
          await decide(trx, id, 'released', reason, options, repaired, loadId);
        },
      });
      return { outcome: outcomeOf(counts) };
    } catch (cause) {
      if (cause instanceof Refused) return cause.released;
      throw cause;
    } finally {
      await rm(file, { force: true });
    }
  });
}

/**
 * Decides that a row is not to be taken in. It is kept.
 * @throws Failure when there is no such row, or it was decided about before, or no reason is given.
 */
export function discardRow(
  stores: Stores,
  id: string,
  reason: string,
  options: DecideOptions,
): Promise<void> {
  return oneAtATime(stores, async () => {
    if (reason.trim() === '') {
      throw new Failure('A row is not discarded without a reason', { todo: 'Say why it is not needed' });
    }
    await waitingRow(stores, id);
    await decide(stores.records, id, 'discarded', reason, options, null, null);
  });
}

/** How the mapping of a load is kept in the records store. */
interface Said {
  reading: Reading;
  feed: Omit<Feed, 'table'> & { table: string };
}

class Refused extends Error {
  readonly released: Released;
  constructor(released: Released) {
    super('refused');
    this.released = released;
  }
}

async function refusal(stores: Stores, loadId: number): Promise<Refused> {
  const [bad] = await stores.events.queryForWrite<{ reason: Reason; column: string; value: string }>(
    'SELECT reason, `column`, value FROM quarantine WHERE load_id = {loadId:UInt64} LIMIT 1',
    { loadId },
  );
  const { reason, column, value } = bad as { reason: Reason; column: string; value: string };
  return new Refused({ outcome: 'refused', reason, column, value });
}

function outcomeOf(counts: TableCounts): 'stored' | 'duplicate' | 'corrected' {
  return counts.stored > 0 ? 'stored' : counts.corrected > 0 ? 'corrected' : 'duplicate';
}

function whole(row: Record<string, string | null>, repaired: Record<string, string>) {
  const received = Object.entries(row).filter(([name, value]) => name !== REST && value !== null);
  return { ...Object.fromEntries(received), ...repaired } as Record<string, string>;
}

async function waitingRow(stores: Stores, id: string): Promise<QuarantinedRow> {
  const found = await quarantinedRow(stores, id);
  if (found === undefined) throw noSuchRow();
  if (found.decision !== undefined) {
    throw new Failure(`This row was ${found.decision.decision} before`, { todo: 'Load the page again' });
  }
  return found.row;
}

function noSuchRow(): Failure {
  return new Failure('There is no such row in quarantine', { todo: 'Go back to the list of the quarantine' });
}

async function decide(
  records: Records,
  id: string,
  decision: Decision['decision'],
  reason: string,
  { by, clock }: DecideOptions,
  repaired: Record<string, string> | null,
  loadId: number | null,
): Promise<void> {
  await sql`insert into quarantine_decision
      (quarantine_id, decision, decided_by, decided_at, reason, repaired, load_id)
    values (${id}, ${decision}, ${by}, ${clock().toISOString()}::timestamptz, ${reason},
      ${repaired === null ? null : JSON.stringify(repaired)}::jsonb, ${loadId})`.execute(records);
}

async function decisions(records: Records): Promise<Map<string, Decision['decision']>> {
  const { rows } = await sql<{ quarantine_id: string; decision: Decision['decision'] }>`
    select quarantine_id, decision from quarantine_decision`.execute(records);
  return new Map(rows.map((row) => [row.quarantine_id, row.decision]));
}

function conditions(filter: QuarantineFilter, decided: Map<string, Decision['decision']>) {
  const id = "lower(leftPad(hex(quarantine_id), 16, '0'))";
  const wanted = [...decided].flatMap(([one, decision]) =>
    filter.state === 'waiting' || decision === filter.state ? [one] : [],
  );
  const where = [
    '1',
    ...(filter.table ? ['`table` = {table:String}'] : []),
    ...(filter.reason ? ['reason = {reason:String}'] : []),
    ...(filter.state ? [`${id} ${filter.state === 'waiting' ? 'NOT IN' : 'IN'} ({ids:Array(String)})`] : []),
  ].join(' AND ');
  return {
    where,
    values: { table: filter.table ?? '', reason: filter.reason ?? '', ids: wanted },
  };
}

function shown(kept: Kept, decided: Map<string, Decision['decision']>): QuarantinedRow {
  const { id, row, ...rest } = kept;
  return {
    quarantine_id: id,
    ...rest,
    row: asTexts(JSON.parse(row) as Record<string, unknown>),
    state: decided.get(id) ?? 'waiting',
  };
}

// A line of JSON may hold numbers, lists and more.
function asTexts(row: Record<string, unknown>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value === null || typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

/** A reason in words: `a value outside its list`. */
export function reasonInWords(reason: Reason): string {
  return REASONS[reason].what;
}

/** What to do about a reason. */
export function remedyOf(reason: Reason): string {
  return REASONS[reason].todo;
}
