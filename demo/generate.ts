/** The demonstration force: a seeded force extract that looks like a real one, with the truth about it beside it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Blemish } from './blemishes.ts';
import { blemishes, registerBlemishes } from './blemishes.ts';
import { offsetText } from './clock.ts';
import { calibrate } from './day.ts';
import { writeEvents } from './events.ts';
import { planForce } from './plan.ts';
import { USUAL } from './positions.ts';
import { writeRegisters } from './registers.ts';
import type { Truth } from './truth.ts';
import { Ledger } from './truth.ts';

export type { Truth } from './truth.ts';

export interface DemoOptions {
  /** Folder to write into; its `extract` folder is replaced. */
  out: string;
  officers: number;
  days: number;
  seed: number;
  /** ISO date, exclusive end of the period. Default 2026-11-01. */
  endsOn?: string;
  /** Target of total events: scales how often positions are sampled and, if need be, how many looks there are. */
  events?: number;
}

/** Told how far the work is. */
export type DemoProgress = (done: number, total: number, what: string) => void;

/**
 * Writes OUT/extract (the contract's tables) and OUT/truth.json. The same options give the same bytes.
 * Returns rows written per table (blemished and repeated ones included) and the truth.
 * Throws RangeError on impossible options, and whatever the file system throws.
 */
export async function generateDemo(
  options: DemoOptions,
  onProgress?: DemoProgress,
): Promise<{ tables: Record<string, number>; truth: Truth }> {
  const { out, officers, days, seed } = options;
  if (!Number.isInteger(officers) || officers < 10)
    throw new RangeError('officers must be a whole number from 10');
  if (officers > 20_000) throw new RangeError('officers must be 20000 at most');
  const tell = (part: number, what: string): void => onProgress?.(Math.round(part * 1000), 1000, what);
  const extract = join(out, 'extract');
  rmSync(extract, { recursive: true, force: true });
  mkdirSync(extract, { recursive: true });
  tell(0, 'planning the force');
  const planned = planForce(seed, officers, days, options.endsOn ?? '2026-11-01', (p) =>
    tell(p * 0.2, 'planning the force'),
  );
  const { force, stage } = planned;
  const bad = blemishes(force);
  tell(0.2, 'writing registers');
  const tables = writeRegisters(extract, planned, registerBlemishes(bad));
  tell(0.25, 'measuring a few days');
  const volume =
    options.events === undefined
      ? { scale: 1, sampling: USUAL }
      : calibrate(force, stage, USUAL, options.events);
  const ledger = new Ledger(stage.plots.length);
  const written = await writeEvents(extract, planned, volume, bad, ledger, (p) =>
    tell(0.27 + 0.73 * p, 'writing events'),
  );
  Object.assign(tables, written.counts);
  const fileOf = (b: Blemish): string => written.files.get(b) ?? `${b.table}.csv`;
  const truth: Truth = {
    seed,
    officers,
    from: offsetText(force.period.from),
    to: offsetText(force.period.to),
    ...ledger.tell(force, stage.plots),
    quarantine: {
      count: bad.length,
      rows: bad.map((b) => ({ table: b.table, file: fileOf(b), reason: b.reason })),
    },
    duplicates: written.duplicates,
  };
  writeFileSync(join(out, 'truth.json'), `${JSON.stringify(truth, null, 2)}\n`);
  tell(1, 'done');
  return { tables, truth };
}
