import { createWriteStream, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sql } from 'kysely';
import { ENCOUNTER_SENTENCE } from '../encounters/sentence.ts';
import { decisions } from '../extract/quarantine.ts';
import type { Clock } from '../kernel/clock.ts';
import { newIdentifier } from '../kernel/identifier.ts';
import type { Format } from '../stores/events/events.ts';
import { opened } from '../stores/vault/sealed.ts';
import { appendAlone } from '../trust/audit/log.ts';
import { detect, type Stores } from './detect.ts';
import { asOfRun, currentRun, type Failed, failedIn, type Run } from './runs.ts';
import { RENEWAL_YEARS } from './settings.ts';
import { fingerprintOf } from './stored-data.ts';

export type ExportWhat = 'encounters' | 'signals' | 'risk' | 'quarantine' | 'vetting';
export type ExportFormat = 'csv' | 'ndjson' | 'parquet';

const FORMATS: Record<ExportFormat, Format> = {
  csv: 'CSVWithNames',
  ndjson: 'JSONEachRow',
  parquet: 'Parquet',
};

const ENCOUNTERS = readFileSync(path.join(import.meta.dirname, 'export-encounters.sql'), 'utf8').replace(
  '@sentence',
  () => ENCOUNTER_SENTENCE,
);
const VETTING = readFileSync(path.join(import.meta.dirname, 'vetting.sql'), 'utf8');
const LEVELS = ['RV', 'MV', 'NPPV1', 'NPPV2_ABBREVIATED', 'NPPV2_FULL', 'NPPV3', 'SC', 'DV'];

/**
 * Writes one export to a new file: columns and their order are the published contract's (`docs/detection.md`), rows in an
 * order of their own that does not change. With `asOf` it shows a run of that moment on the data as stored now, which is
 * made when there is none that is whole; without, the current run, or a first one. Times are ISO 8601 in UTC. Gives the indicators
 * that the shown run is without, because they failed.
 */
export async function exportTo(
  stores: Stores,
  what: ExportWhat,
  options: {
    asOf: Date | null;
    format: ExportFormat;
    file: string;
    clock: Clock;
    workFolder: string;
    by?: string;
  },
): Promise<Failed[]> {
  const { records, events } = stores;
  // A file is out of the house the moment it is written: the log speaks of it before.
  const who = options.by ?? 'terminal';
  const more = { format: options.format, as_of: options.asOf?.toISOString() ?? null };
  const deed = { act: 'disclosure', action: 'export', what: `export of ${what}`, who, more } as const;
  await appendAlone(records, deed, options.clock());
  const format = FORMATS[options.format];
  switch (what) {
    case 'encounters': {
      const { world } = await runFor(stores, options);
      await events.writeFile(options.file, format, ENCOUNTERS, { world });
      return [];
    }
    case 'vetting':
      await events.writeFile(options.file, format, VETTING, {
        as_of: options.asOf ?? options.clock(),
        renewal_years: LEVELS.map((level) => RENEWAL_YEARS[level] ?? 0),
      });
      return [];
    case 'quarantine':
      await events.writeFile(options.file, format, QUARANTINE, {
        decided: [...(await decisions(records)).keys()],
      });
      return [];
    case 'signals':
    case 'risk': {
      const { run_id } = await runFor(stores, options);
      await writeRecords(stores, what, run_id, options);
      return failedIn(records, run_id);
    }
  }
}

// What was released or discarded is in quarantine no more.
const QUARANTINE = `SELECT \`table\`, file, line, \`column\`, reason, value, row FROM quarantine
  WHERE NOT has({decided:Array(String)}, lower(leftPad(hex(quarantine_id), 16, '0'))) ORDER BY \`table\`, file, line, \`column\`, row`;

/** The run that an export shows. */
async function runFor(stores: Stores, options: { asOf: Date | null; clock: Clock }): Promise<Run> {
  const { records, events } = stores;
  const { asOf, clock } = options;
  if (asOf === null) {
    const known = (await currentRun(records)) ?? (await asOfRun(records, undefined));
    if (known !== undefined) return known;
  } else {
    const known = await asOfRun(records, asOf);
    const failed = known === undefined ? [] : await failedIn(records, known.run_id);
    if (known?.stored === (await fingerprintOf(events)) && failed.length === 0) return known;
  }
  await detect(stores, { asOf, clock });
  const made = asOf === null ? await currentRun(records) : await asOfRun(records, asOf);
  if (made === undefined) throw new Error('The run that was just made is not there');
  return made;
}

const COLUMNS = {
  signals: `signal_id String, indicator String, officer_id String, person_id String, first_at String, last_at String,
    raised_at String, score Float64, encounters UInt32, text String`,
  risk: `officer_id String, rank UInt32, score Float64, band String, signals UInt32, people UInt32,
    top_indicators String, text String`,
} as const;

const ROWS_AT_ONCE = 5000;

/** Rows of the records store go through a file of lines, which the engine turns into the form asked for. */
async function writeRecords(
  { records, events }: Stores,
  what: 'signals' | 'risk',
  run_id: number,
  options: { format: ExportFormat; file: string; workFolder: string },
): Promise<void> {
  const lines = path.join(options.workFolder, `${newIdentifier()}.ndjson`);
  try {
    const page = what === 'signals' ? signalsAfter : riskAfter;
    await pipeline(
      Readable.from(linesOf((offset) => page({ records, run_id, offset }))),
      createWriteStream(lines, { mode: 0o600 }),
    );
    await events.queryFiles(
      `INSERT INTO FUNCTION file({target:String}, {format:String})
       SELECT * FROM file({lines:String}, 'JSONEachRow', {columns:String})`,
      { target: options.file, format: FORMATS[options.format], lines, columns: COLUMNS[what] },
    );
  } finally {
    await rm(lines, { force: true });
  }
}

async function* linesOf(page: (offset: number) => Promise<unknown[]>): AsyncGenerator<string> {
  for (let offset = 0; ; offset += ROWS_AT_ONCE) {
    const rows = await page(offset);
    for (const row of rows) yield `${JSON.stringify(row)}\n`;
    if (rows.length < ROWS_AT_ONCE) return;
  }
}

interface Page {
  records: Stores['records'];
  run_id: number;
  offset: number;
}

// A Date becomes ISO 8601 in UTC with milliseconds when it is written as JSON.
async function signalsAfter({ records, run_id, offset }: Page): Promise<unknown[]> {
  const { rows } =
    await sql`select signal_id, indicator, officer_id, person_id, first_at, last_at, raised_at, score,
      encounters, ${opened('signal.text')} as text
    from signal where run_id = ${run_id}
    order by score desc, signal_id limit ${ROWS_AT_ONCE} offset ${offset}`.execute(records);
  return rows;
}

async function riskAfter({ records, run_id, offset }: Page): Promise<unknown[]> {
  const { rows } = await sql`select officer_id, rank, score, band, signals, people,
      array_to_string(top_indicators, ';') as top_indicators, text
    from risk where run_id = ${run_id} order by rank limit ${ROWS_AT_ONCE} offset ${offset}`.execute(records);
  return rows;
}
