import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { append } from '../trust/audit/log.ts';
import { Bound, quoted } from './bound.ts';
import {
  beginLoad,
  dropWorkingTables,
  finishLoad,
  type Identity,
  type Stores,
  type TableCounts,
  undoLoad,
} from './loads.ts';
import type { Feed, Reading } from './mapping.ts';
import { counted } from './open-file.ts';
import { quarantineBadRows, quarantineConflicts, type Whereabouts } from './quarantine-rows.ts';
import { settle } from './settle.ts';
import type { Source } from './source.ts';
import { stage, workingTables } from './stage.ts';

/** One file on its way into one table. */
export interface FeedToLoad {
  importId: string;
  identity: Identity;
  file: string;
  feed: Feed;
  reading: Reading;
  makeSource: (bound: Bound) => Source;
  /** First load of the import; this one if undefined. */
  firstLoad: number | undefined;
  notes: string[];
  clock: Clock;
  /** Who takes it in, for the audit log. */
  by: string;
  /** Whether the file is still the one that was looked through. */
  unchanged?: () => Promise<boolean>;
  staged?: () => void;
  /** Refuses the load before it counts, or writes what must count with it. */
  seal?: (trx: Records, loadId: number, counts: TableCounts) => Promise<void>;
}

export interface Loaded {
  loadId: number;
  counts: TableCounts;
  notes: string[];
}

/**
 * Takes one file into one table, whole or not at all: the load is noted, its rows are judged in a stage, settled, and
 * the load is finished in one step. After an error nothing of it is left.
 * @throws Failure when the engine cannot read the file; the message goes after the name of the file.
 */
export async function loadFeed(stores: Stores, load: FeedToLoad): Promise<Loaded> {
  const { events, records } = stores;
  const { table } = load.feed;
  const at = load.clock();
  const mapping = { reading: load.reading, feed: { ...load.feed, table: table.name } };
  const loadId = await beginLoad(records, {
    ...load.identity,
    importId: load.importId,
    file: load.file,
    mapping,
    at,
  });
  try {
    const bound = new Bound();
    const source = load.makeSource(bound);
    const checks = await stage(events, loadId, source, load.reading, load.feed, bound).catch((cause) => {
      throw notReadable(cause);
    });
    if (load.unchanged && !(await load.unchanged())) {
      throw new Failure('was changed while it was being read', {
        todo: 'Import it again when it is complete',
      });
    }
    load.staged?.();
    const settled = await settle(events, table, loadId, load.firstLoad ?? loadId);
    const where: Whereabouts = { loadId, table, file: load.file, firstLine: source.firstLine, at };
    if (settled.bad > 0) await quarantineBadRows(events, where, checks);
    if (settled.conflicts > 0) await quarantineConflicts(events, where, load.feed, load.makeSource);
    const counts = {
      read: settled.read,
      stored: settled.stored,
      duplicate: settled.duplicate,
      corrected: settled.corrected,
      quarantined: settled.bad + settled.conflicts,
    };
    const notes = [...load.notes, ...(await findings(stores, load.feed, loadId))];
    await dropWorkingTables(events, loadId);
    await records.transaction().execute(async (trx) => {
      await load.seal?.(trx, loadId, counts);
      const ended = load.clock();
      await finishLoad(trx, loadId, counts, notes, ended);
      const more = {
        load_id: loadId,
        table: table.name,
        file: load.file,
        sha256: load.identity.sha256,
        ...counts,
      };
      const deed = { act: 'collection', action: 'load', what: 'file taken in', who: load.by, more } as const;
      await append(trx, deed, ended);
    });
    return { loadId, counts, notes };
  } catch (cause) {
    await undoLoad(stores, loadId, table.name);
    throw cause;
  }
}

/** What is not bad but should be known: durations kept as 0, numbers that are nobody's. */
async function findings(stores: Stores, feed: Feed, loadId: number): Promise<string[]> {
  const phones = feed.table.columns.filter((column) => column.kind === 'phone').map((column) => column.name);
  const timed = feed.table.columns.some((column) => column.kind === 'duration');
  if (phones.length === 0 && !timed) return [];
  const { good, remark } = workingTables(loadId);
  const counts = [
    `(SELECT sum(below_zero) FROM ${remark} WHERE bad = 0) AS below`,
    timed ? 'countIf(duration_s = 0) - below AS zero' : '0 AS zero',
    ...phones.map((p) => `countIf(${quoted(p)} != '' AND NOT ${quoted(`${p}_is_phone`)}) AS ${quoted(p)}`),
  ];
  const [row] = await stores.events.queryForWrite<Record<string, number>>(
    `SELECT ${counts.join(', ')} FROM ${good}`,
  );
  const found = row as Record<string, number>;
  const notes: string[] = [];
  if (found.below) notes.push(`${counted(found.below, 'duration')} below zero kept as 0`);
  if (found.zero) notes.push(`${counted(found.zero, 'duration')} of zero`);
  for (const phone of phones) {
    const n = found[phone] ?? 0;
    if (n > 0) notes.push(`${counted(n, 'value')} of ${phone} that is no person's number, kept as written`);
  }
  return notes;
}

function notReadable(cause: unknown): unknown {
  const message = cause instanceof Error ? cause.message : '';
  if (/No space left|NOT_ENOUGH_SPACE|not enough space|File too large/i.test(message)) return cause;
  return new Failure('could not be read to its end; it is damaged or not what its ending says', {
    todo: 'Have it sent again; nothing of it was stored',
    cause,
  });
}
