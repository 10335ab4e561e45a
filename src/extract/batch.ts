import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { appendAll } from '../trust/audit/log.ts';
import { Bound } from './bound.ts';
import type { Check } from './checks.ts';
import { isDiskFull } from './disk-full.ts';
import { erasedInWords, leaveOutErased } from './erased.ts';
import { findings } from './findings.ts';
import {
  beginLoad,
  dropWorkingTables,
  finishLoad,
  type Identity,
  NO_COUNTS,
  type Stores,
  type TableCounts,
  undoLoads,
} from './loads.ts';
import type { Feed, Reading } from './mapping.ts';
import { readTogether, type Where } from './open-file.ts';
import { quarantineBadRows, quarantineConflicts } from './quarantine-rows.ts';
import { type Settled, settle } from './settle.ts';
import type { Source } from './source.ts';
import { openStage, stage, workingTables } from './stage.ts';
import { takeOut } from './take-out.ts';

/** What the files of a batch have in common. */
export interface BatchOrder {
  importId: string;
  feed: Feed;
  reading: Reading;
  /** First load of the import; the first of this batch if undefined. */
  firstLoad: number | undefined;
  clock: Clock;
  /** Who takes it in, for the audit log. */
  by: string;
}

/** One file on its way into the table of a batch. */
export interface Part {
  identity: Identity;
  /** As it is shown. */
  file: string;
  /** Its name where the engine reads it. */
  name: string;
  notes: string[];
  makeSource: (bound: Bound) => Source;
  /** Parts with the same form can be read as one source; absent if it must be read by itself. */
  together?: { form: string; where: Where; source: (from: Where) => (bound: Bound) => Source } | undefined;
  /** Whether the file is still the one that was looked through. */
  unchanged?: (() => Promise<boolean>) | undefined;
}

export interface Loaded {
  loadId: number;
  counts: TableCounts;
  notes: string[];
}

/** A part that is under way, as a load of its own. */
interface Load {
  part: Part;
  loadId: number;
  firstLine: number;
}

/**
 * Files that go into one table together: judged in few statements, settled at once, finished in one step, each under a
 * load of its own. What is stored and what is counted for each is as if they had been taken in one after the other.
 * After any error `undo` leaves nothing of them.
 */
export class Batch {
  readonly #stores: Stores;
  readonly #order: BatchOrder;
  #loads: Load[] = [];
  #id = 0;
  #checks: Check[] = [];
  #at: Date;

  constructor(stores: Stores, order: BatchOrder) {
    this.#stores = stores;
    this.#order = order;
    this.#at = order.clock();
  }

  /**
   * Reads and judges the rows of these files. A part that the engine cannot read, or that was changed meanwhile, is left
   * out whole; returns those with why (the message goes after the name of the file).
   */
  async add(parts: readonly Part[]): Promise<Map<Part, Failure>> {
    const { importId, feed, reading } = this.#order;
    const mapping = { reading, feed: { ...feed, table: feed.table.name } };
    const begun: Load[] = [];
    for (const part of parts) {
      const { identity, file } = part;
      const loadId = await beginLoad(this.#stores.records, {
        ...identity,
        importId,
        file,
        mapping,
        at: this.#at,
      });
      begun.push({ part, loadId, firstLine: 1 });
      // Kept from the begin, so that `undo` knows of it.
      this.#loads.push(begun.at(-1) as Load);
    }
    if (this.#id === 0 && begun.length > 0) {
      this.#id = (begun[0] as Load).loadId;
      await openStage(this.#stores.events, this.#id, feed.table);
    }
    const refused = new Map<Part, Failure>();
    for (const alike of Map.groupBy(begun, ({ part }) => part.together?.form ?? part).values()) {
      await this.#stage(alike, refused);
    }
    for (const load of begun) {
      if (refused.has(load.part) || (await load.part.unchanged?.()) !== false) continue;
      await this.#leaveOut([load]);
      refused.set(
        load.part,
        new Failure('was changed while it was being read', { todo: 'Import it again when it is complete' }),
      );
    }
    return refused;
  }

  /**
   * Settles the rows and finishes the loads. `seal` refuses them before they count, or writes what must count with them.
   * Returns what became of each part that was not left out.
   */
  async finish(
    seal?: (trx: Records, loadId: number, counts: TableCounts) => Promise<void>,
  ): Promise<Map<Part, Loaded>> {
    const { records, events } = this.#stores;
    const { feed, firstLoad, clock, by } = this.#order;
    if (this.#id === 0) return new Map();
    const found = await findings(events, feed.table, this.#id);
    const erased = await leaveOutErased(this.#stores, feed.table, this.#id);
    const settled = await settle(events, feed.table, this.#id, firstLoad ?? this.#id);
    const loads = this.#loads.map(({ loadId, part, firstLine }) => ({ loadId, file: part.file, firstLine }));
    const where = { batchId: this.#id, table: feed.table, loads, at: this.#at };
    const outcomes = [...settled.values()];
    if (outcomes.some((one) => one.bad > 0)) await quarantineBadRows(events, where, this.#checks);
    for (const { loadId, part } of this.#loads) {
      if ((settled.get(loadId)?.conflicts ?? 0) === 0) continue;
      await quarantineConflicts(events, where, loadId, feed, part.makeSource);
    }
    const loaded = new Map<Part, Loaded>();
    for (const { part, loadId } of this.#loads) {
      const one = settled.get(loadId);
      const left = erased.get(loadId) ?? 0;
      const counts = withErased(one === undefined ? NO_COUNTS : countsOf(one), left);
      const notes = [...part.notes, ...(found.get(loadId) ?? []), ...(left > 0 ? [erasedInWords(left)] : [])];
      loaded.set(part, { loadId, counts, notes });
    }
    await dropWorkingTables(events, this.#id);
    await records.transaction().execute(async (trx) => {
      const deeds: Parameters<typeof appendAll>[1][number][] = [];
      for (const [{ file, identity }, { loadId, counts, notes }] of loaded) {
        await seal?.(trx, loadId, counts);
        const ended = clock();
        await finishLoad(trx, loadId, counts, notes, ended);
        const { table, sha256 } = identity;
        const more = { load_id: loadId, table, file, sha256, ...counts };
        const deed = { act: 'collection', action: 'load', what: 'file taken in', who: by, more } as const;
        deeds.push({ deed, at: ended });
      }
      await appendAll(trx, deeds);
    });
    return loaded;
  }

  /** Takes out whatever the batch has written so far. */
  async undo(): Promise<void> {
    if (this.#id !== 0) await dropWorkingTables(this.#stores.events, this.#id);
    const ids = this.#loads.map((load) => load.loadId);
    if (ids.length > 0) await undoLoads(this.#stores, ids, this.#order.feed.table.name);
    this.#loads = [];
  }

  /** Reads parts of one form in one statement; if that fails, each by itself to see which it is. */
  async #stage(loads: readonly Load[], refused: Map<Part, Failure>): Promise<void> {
    const { events } = this.#stores;
    const { feed, reading } = this.#order;
    const [first] = loads as [Load];
    const bound = new Bound();
    const ids = new Map(loads.map(({ part, loadId }) => [part.name, loadId]));
    try {
      for (const load of loads) load.firstLine = load.part.makeSource(new Bound()).firstLine;
      const source = (loads.length > 1 ? joined(loads) : first.part.makeSource)(bound);
      this.#checks = await stage(events, this.#id, source, ids, reading, feed, bound);
    } catch (cause) {
      if (isDiskFull(cause)) throw cause;
      await this.#leaveOut(loads, loads.length === 1);
      if (loads.length > 1) for (const load of loads) await this.#stage([load], refused);
      else refused.set(first.part, notReadable(cause));
    }
  }

  /** Takes the rows of loads out of the working tables; for good, unless they are to be read again. */
  async #leaveOut(loads: readonly Load[], forGood = true): Promise<void> {
    const { events } = this.#stores;
    const { good, remark } = workingTables(this.#id);
    const ids = loads.map((load) => load.loadId);
    for (const table of [good, remark]) {
      await takeOut(events, table, 'load_id IN {ids:Array(UInt64)}', { ids });
    }
    if (!forGood) return;
    await undoLoads(this.#stores, ids, this.#order.feed.table.name);
    this.#loads = this.#loads.filter((load) => !loads.includes(load));
  }
}

/** Parts of one form, read as one source. */
function joined(loads: readonly Load[]): (bound: Bound) => Source {
  const all = loads.flatMap(({ part }) => part.together ?? []);
  const [first] = all as [NonNullable<Part['together']>];
  return first.source(readTogether(all.map(({ where }) => where)));
}

function countsOf(one: Settled): TableCounts {
  const { read, stored, duplicate, corrected, bad, conflicts } = one;
  return { read, stored, duplicate, corrected, quarantined: bad + conflicts };
}

/** What was erased before is not stored again: it counts as a duplicate of what is no longer there. */
function withErased(counts: TableCounts, left: number): TableCounts {
  return { ...counts, read: counts.read + left, duplicate: counts.duplicate + left };
}

function notReadable(cause: unknown): Failure {
  if (cause instanceof Failure) return cause;
  return new Failure('could not be read to its end; it is damaged or not what its ending says', {
    todo: 'Have it sent again; nothing of it was stored',
    cause,
  });
}
