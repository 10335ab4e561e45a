import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import { type Progress, silent } from '../kernel/progress.ts';
import { type Found, findFiles } from './find-files.ts';
import { loadFeed } from './load-feed.ts';
import {
  adoptLoad,
  beginImport,
  endImport,
  finishedLoad,
  firstOpenLoad,
  NO_COUNTS,
  oneAtATime,
  type Stores,
  type TableCounts,
} from './loads.ts';
import { digestOf, readMapping } from './mapping.ts';
import { type Opened, openFile } from './open-file.ts';

export type { TableCounts } from './loads.ts';
export { recoverLoads } from './loads.ts';

/** What became of one file, for one table that it feeds. */
export interface FileReport {
  file: string;
  table: string | null;
  status: 'taken' | 'seen_before' | 'unreadable' | 'unknown';
  counts: TableCounts;
  /** Things to know that are no errors: columns left out, Windows-1252 converted, durations kept as 0. */
  notes: string[];
  /** Why it is unreadable, and what to do. */
  problem?: string;
}

export interface ImportReport {
  import_id: string;
  tables: Record<string, TableCounts>;
  files: FileReport[];
  seconds: number;
}

export interface TakeInOptions {
  /** Path of a mapping file. */
  mapping?: string | undefined;
  /** Who takes it in, for the record. */
  by: string;
  clock: Clock;
  progress?: Progress;
  /** A folder for files made on the way; they are removed. */
  workFolder: string;
}

/**
 * Takes in the files of an extract: folders or single files. Each file goes in whole or not at all; one that cannot be
 * read is reported and the others go in. A file taken in before changes nothing.
 * @throws Failure when nothing could be read: a path that leads nowhere, no file of a known name, a mapping that names
 * what is not there, every file unreadable; or when the disk is full.
 */
export function takeIn(
  stores: Stores,
  paths: readonly string[],
  options: TakeInOptions,
): Promise<ImportReport> {
  return oneAtATime(stores, () => work(stores, paths, options));
}

async function work(stores: Stores, paths: readonly string[], options: TakeInOptions): Promise<ImportReport> {
  const started = performance.now();
  const { clock, progress = silent } = options;
  const mapping = options.mapping === undefined ? [] : await readMapping(options.mapping);
  const { found, leftAlone } = await findFiles(paths, mapping);
  if (found.length === 0) {
    throw new Failure('There is no file of a known table in what was given', {
      todo: 'Files are named after their table, such as calls.csv or calls/2026-03-01.csv.gz; others need a mapping file',
    });
  }
  const others = leftAlone.filter((one) => one.path !== path.resolve(options.mapping ?? ''));
  const files: FileReport[] = others.map(({ shown, notes }) => ({
    file: shown,
    table: null,
    status: 'unknown',
    counts: NO_COUNTS,
    notes,
  }));
  const sizes = await Promise.all(found.map((file) => sizeOf(file.path)));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const importId = newIdentifier();
  const firstLoad = await firstOpenLoad(stores.records);
  const context: Context = { stores, options, importId, firstLoad };
  await mkdir(options.workFolder, { recursive: true, mode: 0o700 });
  await beginImport(stores.records, importId, options.by, clock);
  let done = 0;
  for (const [i, file] of found.entries()) {
    const size = sizes[i] as number;
    progress(done, total, file.shown);
    files.push(...(await takeFile(context, file, (part) => progress(done + part * size, total, file.shown))));
    done += size;
  }
  progress(total, total, 'taken in');
  const reached = files.some((file) => file.status === 'taken' || file.status === 'seen_before');
  await endImport(stores.records, importId, reached ? 'finished' : 'failed', files, clock);
  if (!reached) throw nothingRead(files);
  const seconds = Math.round(performance.now() - started) / 1000;
  return { import_id: importId, tables: sums(files), files, seconds };
}

interface Context {
  stores: Stores;
  options: TakeInOptions;
  importId: string;
  /** First load of this import, once there is one. */
  firstLoad: number | undefined;
}

async function takeFile(context: Context, file: Found, part: (share: number) => void): Promise<FileReport[]> {
  const { stores, options, importId } = context;
  // A name of its own for each file: the engine remembers by name what it has found in one.
  const place = path.join(options.workFolder, `file-${newIdentifier()}`);
  const unreadable = (table: string | null, cause: Failure): FileReport => ({
    file: file.shown,
    table,
    status: 'unreadable',
    counts: NO_COUNTS,
    notes: [],
    problem: `${file.shown} ${cause.sentence()}`,
  });
  let opened: Opened;
  const before = await stat(file.path).catch(() => undefined);
  try {
    opened = await openFile(stores.events, file, place);
  } catch (cause) {
    if (isDiskFull(cause)) throw diskFull(cause);
    if (cause instanceof Failure) return [unreadable(file.feeds[0]?.table.name ?? null, cause)];
    throw cause;
  }
  part(0.2);
  const reports: FileReport[] = [];
  try {
    for (const feed of file.feeds) {
      const table = feed.table.name;
      const identity = { sha256: opened.sha256, table, mappingDigest: digestOf(file.reading, feed) };
      const known = await finishedLoad(stores.records, identity);
      if (known !== undefined) {
        reports.push(await seenBefore(context, file.shown, table, known));
        continue;
      }
      try {
        const taken = await loadFeed(stores, {
          importId,
          identity,
          file: file.shown,
          feed,
          reading: file.reading,
          makeSource: opened.source(feed),
          firstLoad: context.firstLoad,
          notes: opened.notes,
          clock: options.clock,
          by: options.by,
          unchanged: async () => sameFile(before, await stat(file.path).catch(() => undefined)),
          staged: () => part(0.7),
        });
        context.firstLoad ??= taken.loadId;
        reports.push({ file: file.shown, table, status: 'taken', counts: taken.counts, notes: taken.notes });
      } catch (cause) {
        if (isDiskFull(cause)) throw diskFull(cause);
        if (!(cause instanceof Failure)) throw cause;
        reports.push(unreadable(table, cause));
      }
    }
  } finally {
    await opened.close();
  }
  return reports;
}

async function seenBefore(
  context: Context,
  file: string,
  table: string,
  known: NonNullable<Awaited<ReturnType<typeof finishedLoad>>>,
): Promise<FileReport> {
  const { read, stored, duplicate, corrected, quarantined } = known;
  // It went in before an import was cut off, and that import is what we go on with: it counts as it did then.
  if (known.status === 'started' && known.import_id !== context.importId) {
    await adoptLoad(context.stores.records, known.load_id, context.importId);
    const counts = { read, stored, duplicate, corrected, quarantined };
    return { file, table, status: 'taken', counts, notes: known.notes };
  }
  const counts = { ...NO_COUNTS, read, duplicate: read };
  return { file, table, status: 'seen_before', counts, notes: ['taken in before, to the byte'] };
}

function sums(files: FileReport[]): Record<string, TableCounts> {
  const tables: Record<string, TableCounts> = {};
  for (const { table, status, counts } of files) {
    if (table === null || status === 'unreadable') continue;
    const sum = tables[table] ?? NO_COUNTS;
    tables[table] = {
      read: sum.read + counts.read,
      stored: sum.stored + counts.stored,
      duplicate: sum.duplicate + counts.duplicate,
      corrected: sum.corrected + counts.corrected,
      quarantined: sum.quarantined + counts.quarantined,
    };
  }
  return tables;
}

function nothingRead(files: FileReport[]): Failure {
  const problems = files.flatMap((file) => (file.problem === undefined ? [] : [file.problem]));
  const shown = problems.slice(0, 5).join('\n  ');
  const more = problems.length > 5 ? `\n  and ${problems.length - 5} more` : '';
  return new Failure(`Nothing could be read:\n  ${shown}${more}`);
}

function sameFile(before: { size: number; mtimeMs: number } | undefined, after: typeof before): boolean {
  return before?.size === after?.size && before?.mtimeMs === after?.mtimeMs;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (s) => s.size,
    () => 0,
  );
}

function isDiskFull(cause: unknown): boolean {
  for (let at = cause; at instanceof Error; at = at.cause) {
    if (
      /ENOSPC|EFBIG|EDQUOT|No space left|NOT_ENOUGH_SPACE|File too large|Cannot reserve .* not enough space|has unexpected size/i.test(
        at.message,
      )
    ) {
      return true;
    }
  }
  return false;
}

function diskFull(cause: unknown): Failure {
  return new Failure('The disk is full; the file being taken in was left out, those before it are in', {
    todo: 'Make room and run the same import again: it goes on where it stopped',
    cause,
  });
}
