import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { named, opened, sealed, sealedJson } from '../stores/vault/sealed.ts';
import { append } from '../trust/audit/log.ts';
import { oneAtATime, type Stores } from './loads.ts';
import { REASONS, type Reason } from './reasons.ts';

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
  /** Identifiers of officers and people: rows that hold one of them are left out. */
  hidden?: readonly string[] | undefined;
}

const HIDDEN =
  "NOT hasAny(arrayMap(one -> trimBoth(one.2), JSONExtractKeysAndValues(row, 'String')), {hidden:Array(String)})";

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
    select decision, decided_by, decided_at, ${opened('quarantine_decision.reason')} as reason,
      ${opened('quarantine_decision.repaired')} as repaired from quarantine_decision
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

/** How many rows there are by table and reason, most waiting first; without those that hold a `hidden` identifier. */
export async function countQuarantine(
  stores: Stores,
  hidden: readonly string[] = [],
): Promise<QuarantineCount[]> {
  const decided = await decisions(stores.records);
  const by = (state: string) => [...decided].flatMap(([id, decision]) => (decision === state ? [id] : []));
  return stores.events.query<QuarantineCount>(
    `SELECT \`table\`, reason, count() - released - discarded AS waiting,
       countIf(id IN ({released:Array(String)})) AS released,
       countIf(id IN ({discarded:Array(String)})) AS discarded
     FROM (SELECT \`table\`, reason, lower(leftPad(hex(quarantine_id), 16, '0')) AS id FROM quarantine
       WHERE ${hidden.length === 0 ? '1' : HIDDEN})
     GROUP BY \`table\`, reason ORDER BY waiting DESC, \`table\`, reason`,
    {
      released: by('released'),
      discarded: by('discarded'),
      ...(hidden.length === 0 ? {} : { hidden: [...hidden] }),
    },
  );
}

export interface DecideOptions {
  by: string;
  clock: Clock;
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
    await stores.records
      .transaction()
      .execute((trx) => decide(trx, id, 'discarded', reason, options, null, null));
  });
}

/**
 * A row that nobody has decided about.
 * @throws Failure when there is no such row, or it was decided about before.
 */
export async function waitingRow(stores: Stores, id: string): Promise<QuarantinedRow> {
  const found = await quarantinedRow(stores, id);
  if (found === undefined) throw noSuchRow();
  if (found.decision !== undefined) {
    throw new Failure(`This row was ${found.decision.decision} before`, { todo: 'Load the page again' });
  }
  return found.row;
}

export function noSuchRow(): Failure {
  return new Failure('There is no such row in quarantine', { todo: 'Go back to the list of the quarantine' });
}

/** Notes a decision about a row, and writes it into the audit log, in the caller's transaction. */
export async function decide(
  trx: Records,
  id: string,
  decision: Decision['decision'],
  reason: string,
  { by, clock }: DecideOptions,
  repaired: Record<string, string> | null,
  loadId: number | null,
): Promise<void> {
  const at = clock();
  await sql`insert into quarantine_decision
      (quarantine_id, decision, decided_by, decided_at, reason, repaired, load_id)
    values (${id}, ${decision}, ${named(by)}, ${at.toISOString()}::timestamptz,
      ${sealed('quarantine_decision.reason', id, reason)},
      ${sealedJson('quarantine_decision.repaired', id, repaired)}, ${loadId})`.execute(trx);
  const more = { quarantine_id: id, columns: Object.keys(repaired ?? {}) };
  const what = `row in quarantine, ${decision}`;
  await append(trx, { act: 'alteration', action: 'repair', what, who: by, why: reason, more }, at);
}

/** What was decided about each row that is in quarantine no more, by its identifier. */
export async function decisions(records: Records): Promise<Map<string, Decision['decision']>> {
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
    ...(filter.hidden?.length ? [HIDDEN] : []),
    ...(filter.state ? [`${id} ${filter.state === 'waiting' ? 'NOT IN' : 'IN'} ({ids:Array(String)})`] : []),
  ].join(' AND ');
  return {
    where,
    values: {
      table: filter.table ?? '',
      reason: filter.reason ?? '',
      ids: wanted,
      ...(filter.hidden?.length ? { hidden: [...filter.hidden] } : {}),
    },
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
