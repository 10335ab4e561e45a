import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import { Batch, type Loaded, type Part } from './batch.ts';
import { diskFull, isDiskFull } from './disk-full.ts';
import type { Found } from './find-files.ts';
import {
  adoptLoad,
  type FinishedLoad,
  finishedLoad,
  type Identity,
  NO_COUNTS,
  type Stores,
  type TableCounts,
} from './loads.ts';
import { digestOf, type Feed } from './mapping.ts';
import { type Opened, openFile } from './open-file.ts';
import type { Stroke } from './strokes.ts';
import { watchReading } from './watch-reading.ts';

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

export interface IntakeOrder {
  importId: string;
  /** First load of imports that were cut off and that this one goes on with, if there are any. */
  firstLoad: number | undefined;
  clock: Clock;
  /** Who takes them in. */
  by: string;
  workFolder: string;
  /** Called as the work goes on: the share of a stroke that is read, from 0 to 1. */
  reading: (stroke: Stroke, share: number) => void;
  /** Called when all strokes so far are in. */
  settled: () => void;
}

/** A file of a stroke that has been looked through, or why it could not be. */
interface Looked {
  place: number;
  file: Found;
  before: Stamp | undefined;
  opened: Opened | undefined;
  problem: Failure | undefined;
}

type Stamp = { size: number; mtimeMs: number };

/**
 * The files of one import on their way in. While the engine reads one stroke of them, the next is looked through. The
 * reports come in the order of the files, whatever was read together.
 */
export class Intake {
  readonly #stores: Stores;
  readonly #found: readonly Found[];
  readonly #order: IntakeOrder;
  readonly #reports: FileReport[][];
  #firstLoad: number | undefined;
  #batch: Batch | undefined;
  /** Parts of the batch, and the places of their files. */
  readonly #parts = new Map<Part, number>();
  /** What the batch still reads from. */
  #open: Opened[] = [];
  /** Places of files that are to the byte like one of the batch: it is in by the time they are looked at again. */
  #again: number[] = [];

  constructor(stores: Stores, found: readonly Found[], order: IntakeOrder) {
    this.#stores = stores;
    this.#found = found;
    this.#order = order;
    this.#firstLoad = order.firstLoad;
    this.#reports = found.map(() => []);
  }

  /**
   * @throws Failure when the disk is full. After an error nothing is left of the files that were not in.
   */
  async take(strokes: readonly Stroke[]): Promise<FileReport[]> {
    let ahead = this.#look(strokes[0]);
    try {
      for (const [i, stroke] of strokes.entries()) {
        if (stroke.begins) await this.#settle();
        const looked = await ahead;
        this.#open.push(...looked.flatMap(({ opened }) => opened ?? []));
        ahead = this.#look(strokes[i + 1]);
        await this.#takeStroke(stroke, looked);
      }
      await this.#settle();
    } catch (cause) {
      await this.#batch?.undo();
      throw isDiskFull(cause) ? diskFull(cause) : cause;
    } finally {
      const looked = await ahead.catch(() => []);
      for (const one of [...this.#open, ...looked.map(({ opened }) => opened)]) await one?.close();
    }
    return this.#reports.flat();
  }

  /** Looks the files of a stroke through. */
  #look(stroke: Stroke | undefined): Promise<Looked[]> {
    // A name of its own for each stroke: the engine remembers by name what it has found in a file.
    const folder = path.join(this.#order.workFolder, `stroke-${newIdentifier()}`);
    const looked = (async () => {
      const all: Looked[] = [];
      for (const [i, place] of (stroke?.files ?? []).entries()) {
        const file = this.#found[place] as Found;
        const before = await stampOf(file);
        const one: Looked = { place, file, before, opened: undefined, problem: undefined };
        all.push(one);
        try {
          one.opened = await openFile(this.#stores.events, file, `${folder}-${i}`);
        } catch (cause) {
          if (!(cause instanceof Failure) || isDiskFull(cause)) {
            for (const { opened } of all) await opened?.close();
            throw cause;
          }
          one.problem = cause;
        }
      }
      return all;
    })();
    looked.catch(() => {}); // it is told when its turn comes
    return looked;
  }

  async #takeStroke(stroke: Stroke, looked: readonly Looked[]): Promise<void> {
    const joining: Part[] = [];
    const records = looked.reduce((sum, { opened }) => sum + (opened?.records ?? 0), 0);
    const stop = watchReading(this.#stores.events, records, (share) => this.#order.reading(stroke, share));
    try {
      for (const one of looked) {
        if (one.problem !== undefined) {
          this.#refuse(one.place, one.file.feeds[0]?.table.name ?? null, one.problem);
          continue;
        }
        for (const feed of one.file.feeds) {
          const part = await this.#partOf(one, feed);
          if (part === undefined) continue;
          this.#batch ??= this.#newBatch(one.file, feed);
          this.#parts.set(part, one.place);
          joining.push(part);
          if (one.file.feeds.length === 1) continue;
          await this.#add(joining.splice(0));
          await this.#settleBatch();
        }
      }
      await this.#add(joining);
    } finally {
      await stop();
    }
  }

  /** A file as a part of the batch, unless it is in already or cannot be read. */
  async #partOf({ place, file, before, opened }: Looked, feed: Feed): Promise<Part | undefined> {
    const { sha256, notes, form, readable, source } = opened as Opened;
    const table = feed.table.name;
    const identity: Identity = { sha256, table, mappingDigest: digestOf(file.reading, feed) };
    const known = await finishedLoad(this.#stores.records, identity);
    if (known !== undefined) {
      this.#report(place, await this.#seenBefore(file.shown, table, known));
      return undefined;
    }
    if ([...this.#parts.keys()].some((part) => sameIdentity(part.identity, identity))) {
      this.#again.push(place);
      return undefined;
    }
    try {
      return {
        identity,
        file: file.shown,
        name: path.basename(readable),
        notes,
        makeSource: source(feed),
        together:
          file.feeds.length > 1
            ? undefined
            : { form, where: opened as Opened, source: (from) => source(feed, from) },
        unchanged: async () => sameStamp(before, await stampOf(file)),
      };
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      this.#refuse(place, table, cause);
      return undefined;
    }
  }

  #newBatch(file: Found, feed: Feed): Batch {
    const { importId, clock, by } = this.#order;
    const { reading } = file;
    return new Batch(this.#stores, { importId, feed, reading, firstLoad: this.#firstLoad, clock, by });
  }

  async #add(parts: readonly Part[]): Promise<void> {
    if (parts.length === 0) return;
    const refused = await (this.#batch as Batch).add(parts);
    for (const [part, why] of refused) {
      this.#refuse(this.#parts.get(part) as number, part.identity.table, why);
      this.#parts.delete(part);
    }
  }

  /** Finishes the batch, then takes the files that were put off until it would be in. */
  async #settle(): Promise<void> {
    await this.#settleBatch();
    for (const place of this.#again.splice(0)) {
      const stroke = { files: [place], bytes: 0, begins: true };
      const looked = await this.#look(stroke);
      this.#open.push(...looked.flatMap(({ opened }) => opened ?? []));
      await this.#takeStroke(stroke, looked);
      await this.#settleBatch();
    }
    for (const one of this.#open.splice(0)) await one.close();
    this.#order.settled();
  }

  async #settleBatch(): Promise<void> {
    const loaded = (await this.#batch?.finish()) ?? new Map<Part, Loaded>();
    this.#batch = undefined;
    for (const [part, { loadId, counts, notes }] of loaded) {
      this.#firstLoad = Math.min(this.#firstLoad ?? loadId, loadId);
      const { table } = part.identity;
      this.#report(this.#parts.get(part) as number, {
        file: part.file,
        table,
        status: 'taken',
        counts,
        notes,
      });
    }
    this.#parts.clear();
  }

  async #seenBefore(file: string, table: string, known: FinishedLoad): Promise<FileReport> {
    const { read, stored, duplicate, corrected, quarantined } = known;
    // It went in before an import was cut off, and that import is what we go on with: it counts as it did then.
    if (known.status === 'started' && known.import_id !== this.#order.importId) {
      await adoptLoad(this.#stores.records, known.load_id, this.#order.importId);
      const counts = { read, stored, duplicate, corrected, quarantined };
      return { file, table, status: 'taken', counts, notes: known.notes };
    }
    const counts = { ...NO_COUNTS, read, duplicate: read };
    return { file, table, status: 'seen_before', counts, notes: ['taken in before, to the byte'] };
  }

  #refuse(place: number, table: string | null, why: Failure): void {
    const file = (this.#found[place] as Found).shown;
    const problem = `${file} ${why.sentence()}`;
    this.#report(place, { file, table, status: 'unreadable', counts: NO_COUNTS, notes: [], problem });
  }

  #report(place: number, report: FileReport): void {
    this.#reports[place]?.push(report);
  }
}

function sameIdentity(one: Identity, other: Identity): boolean {
  return (
    one.sha256 === other.sha256 && one.table === other.table && one.mappingDigest === other.mappingDigest
  );
}

async function stampOf(file: Found): Promise<Stamp | undefined> {
  return stat(file.path).catch(() => undefined);
}

function sameStamp(before: Stamp | undefined, after: Stamp | undefined): boolean {
  return before?.size === after?.size && before?.mtimeMs === after?.mtimeMs;
}
