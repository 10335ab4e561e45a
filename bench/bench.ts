/**
 * Speed on a generated force, beside the engine's own figures and DuckDB, in one run on one machine.
 *
 *   npm run bench [-- --json FILE] [-- --officers 3000 --days 365 --events 20000000 --folder DIR --keep]
 *
 * Every figure is a process of its own, so that memory is that of the work alone. Ratios are what counts: machines differ.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { EVENT_TABLES } from '../src/extract/contract/event-tables.ts';
import { REGISTERS } from '../src/extract/contract/registers.ts';
import { measured } from './measured.ts';
import { measurePages } from './pages.ts';

/** One line of the table. Seconds of ours, of the floor that the engine sets, and of DuckDB where it is the peer. */
export interface Row {
  name: string;
  events: number;
  seconds: number;
  floor_seconds: number | null;
  duckdb_seconds: number | null;
  peak_mb: number | null;
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    officers: { type: 'string', default: '3000' },
    days: { type: 'string', default: '365' },
    events: { type: 'string', default: '20000000' },
    folder: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'upstander-bench-'));
const home = path.join(folder, 'home');
const force = path.join(folder, 'force');
const env = { UPSTANDER_HOME: home, DATABASE_URL: '', CLICKHOUSE_URL: '' };
const say = (text: string) => process.stderr.write(`${text}\n`);
mkdirSync(folder, { recursive: true });

try {
  if (!existsSync(path.join(force, 'truth.json'))) {
    say('Making the force ...');
    const words = [
      '--officers',
      options.officers,
      '--days',
      options.days,
      '--events',
      options.events,
      '--out',
      force,
    ];
    await measured('src/main.ts', ['demo', '--seed', '7', ...words], env);
  }
  const rows: Row[] = [];
  const extract = path.join(force, 'extract');
  const present = (names: readonly { name: string }[]) =>
    names.flatMap(({ name }) =>
      ['', '.csv', '.csv.gz', '.ndjson']
        .map((end) => path.join(extract, `${name}${end}`))
        .filter((p) => existsSync(p)),
    );

  rmSync(home, { recursive: true, force: true });
  say('Taking in the registers ...');
  await measured('src/main.ts', ['import', '--invented', '--json', ...present(REGISTERS)], env, [0, 3]);
  say('Taking in the events ...');
  const events = await measured(
    'src/main.ts',
    ['import', '--invented', '--json', ...present(EVENT_TABLES)],
    env,
    [0, 3],
  );
  const report = JSON.parse(events.stdout) as { tables: Record<string, { read: number }>; seconds: number };
  const read = Object.values(report.tables).reduce((sum, counts) => sum + counts.read, 0);
  say('The engine alone: INSERT ... FROM INFILE of the same files ...');
  const infile = await measured('bench/infile.ts', [extract, path.join(folder, 'infile')], env);
  rows.push({
    name: 'import of the events (floor: INSERT FROM INFILE of the same CSV)',
    events: read,
    seconds: report.seconds,
    floor_seconds: JSON.parse(infile.stdout).seconds,
    duckdb_seconds: null,
    peak_mb: Math.round(events.peakMb),
  });

  say('Encounters, signals and risk ...');
  const detect = await measured('src/main.ts', ['detect', '--json'], env);
  const detected = JSON.parse(detect.stdout) as { seconds: number; encounters: number };
  say(
    'One read of the used columns, one write of the encounters; the explanation join, here and in DuckDB ...',
  );
  const floors = await measured('bench/floors.ts', [home, folder], env);
  const floor = JSON.parse(floors.stdout) as Record<
    'read' | 'write' | 'join' | 'duckdb' | 'accesses' | 'joined',
    number
  >;
  rows.push({
    name: `encounters, signals and risk of the year (${detected.encounters.toLocaleString('en-GB')} encounters; floor: one read of the used columns and one write of the encounters)`,
    events: read,
    seconds: detected.seconds,
    floor_seconds: floor.read + floor.write,
    duckdb_seconds: null,
    peak_mb: Math.round(detect.peakMb),
  });
  rows.push({
    name: `explanation join of the accesses, written sorted (${floor.joined.toLocaleString('en-GB')} with a purpose)`,
    events: floor.accesses,
    seconds: floor.join,
    floor_seconds: null,
    duckdb_seconds: floor.duckdb,
    peak_mb: null,
  });
  say('Pages ...');
  for (const page of await measurePages(env)) {
    rows.push({ ...page, events: read, floor_seconds: null, duckdb_seconds: null, peak_mb: null });
  }
  print(rows);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ rows }, null, 2)}\n`);
} finally {
  if (!options.keep && options.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

function print(rows: Row[]): void {
  const number = (n: number | null, digits: number) => (n === null ? '-' : n.toFixed(digits));
  const ratio = (n: number, to: number | null) => (to === null || to === 0 ? '-' : `${(n / to).toFixed(2)}x`);
  const cells = rows.map((row) => [
    row.name,
    row.events.toLocaleString('en-GB'),
    number(row.seconds, 3),
    number(row.floor_seconds, 3),
    ratio(row.seconds, row.floor_seconds),
    number(row.duckdb_seconds, 3),
    ratio(row.seconds, row.duckdb_seconds),
    number(row.peak_mb, 0),
  ]);
  const heads = ['what', 'events', 'seconds', 'floor s', 'to floor', 'DuckDB s', 'to DuckDB', 'peak MB'];
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  for (const row of [heads, ...cells]) {
    process.stdout.write(
      `${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')}\n`,
    );
  }
}
