import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import { type Progress, silent } from '../kernel/progress.ts';
import { type Found, findFiles } from './find-files.ts';
import { type FileReport, Intake } from './intake.ts';
import {
  beginImport,
  endImport,
  firstOpenLoad,
  NO_COUNTS,
  oneAtATime,
  type Stores,
  type TableCounts,
} from './loads.ts';
import { readMapping } from './mapping.ts';
import { type Stroke, type StrokeLimits, strokesOf } from './strokes.ts';

export type { FileReport } from './intake.ts';
export type { TableCounts } from './loads.ts';
export { recoverLoads } from './loads.ts';

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
  /** How many files are read together; for tests. */
  limits?: StrokeLimits;
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
  await mkdir(options.workFolder, { recursive: true, mode: 0o700 });
  await beginImport(stores.records, importId, options.by, clock);
  const strokes = strokesOf(found, sizes, options.limits);
  const weighed = weigh(found, strokes, total, progress);
  const intake = new Intake(stores, found, {
    importId,
    firstLoad,
    clock,
    by: options.by,
    workFolder: options.workFolder,
    ...weighed,
  });
  files.push(...(await intake.take(strokes)));
  progress(total, total, 'taken in');
  const reached = files.some((file) => file.status === 'taken' || file.status === 'seen_before');
  await endImport(stores.records, importId, reached ? 'finished' : 'failed', files, clock);
  if (!reached) throw nothingRead(files);
  const seconds = Math.round(performance.now() - started) / 1000;
  return { import_id: importId, tables: sums(files), files, seconds };
}

/** Of the work on a file, this share is reading it; the rest is settling its rows. */
const READING = 0.9;

/** How the progress of the strokes is that of the import, in bytes. */
function weigh(found: readonly Found[], strokes: readonly Stroke[], total: number, progress: Progress) {
  const all = strokes.reduce((sum, stroke) => sum + stroke.bytes, 0);
  const inBytes = (work: number) => (all === 0 ? 0 : (work / all) * total);
  let read = 0;
  let settled = 0;
  return {
    reading: (stroke: Stroke, share: number) => {
      const done = READING * (read + share * stroke.bytes) + (1 - READING) * settled;
      progress(inBytes(done), total, named(stroke.files.map((place) => (found[place] as Found).shown)));
      if (share === 1) read += stroke.bytes;
    },
    settled: () => {
      settled = read;
    },
  };
}

function named(files: string[]): string {
  const [first = '', ...others] = files;
  return others.length === 0 ? first : `${first} to ${others.at(-1)}`;
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

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (s) => s.size,
    () => 0,
  );
}
