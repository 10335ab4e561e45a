/**
 * How good detection is, on forces whose truth is known, beside two baselines in the same run.
 *
 *   npm run bench:detection [-- --json FILE] [-- --seeds 9001,9002 --officers 600 --days 180 --folder DIR --vary NAME]
 *
 * The five seeds are not used in tuning: they are looked at once for each state of the program, to be reported. With --vary
 * the force is changed first as `detection/variations/NAME.sql` says, which breaks habits of the generator.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Truth } from '../demo/truth.ts';
import {
  falseAlarms,
  type Measured,
  mean,
  measure,
  median,
  type Ranked,
  timeSaved,
} from './detection/measures.ts';
import type { Rankings } from './detection/rankings.ts';
import { VARIATIONS } from './detection/vary.ts';
import { measured } from './measured.ts';

const WAYS = ['program', 'sum', 'forest'] as const;
type Way = (typeof WAYS)[number];

/** One force: how each way of ranking did, and what only the program says. */
export interface Force {
  seed: number;
  ways: Record<Way, Measured>;
  /** Share of the time to discovery saved, of each strong and medium case; sorted. */
  time_saved: number[];
  false_alarms: ReturnType<typeof falseAlarms>;
  /** Signals by indicator: about planted officers, about honest ones. */
  signals: { indicator: string; planted: number; honest: number }[];
}

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    seeds: { type: 'string', default: '9001,9002,9003,9004,9005' },
    officers: { type: 'string', default: '600' },
    days: { type: 'string', default: '180' },
    folder: { type: 'string' },
    vary: { type: 'string', multiple: true, default: [] },
  },
});
const unknown = options.vary.filter((name) => !VARIATIONS.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No variation ${unknown.join(', ')}; there are: ${VARIATIONS.join(', ')}\n`);
  process.exit(2);
}

const folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'upstander-detection-'));
const say = (text: string) => process.stderr.write(`${text}\n`);
try {
  const forces: Force[] = [];
  for (const seed of options.seeds.split(',').map(Number)) forces.push(await judge(seed));
  print(forces);
  if (options.json !== undefined) {
    const { officers, days, vary } = options;
    const of = { officers: Number(officers), days: Number(days), varied: vary };
    writeFileSync(options.json, `${JSON.stringify({ ...of, forces }, null, 2)}\n`);
  }
} finally {
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
}

/** Makes a force, takes it in, detects, and judges the ranking. What stands in a given folder from before is used again. */
async function judge(seed: number): Promise<Force> {
  const home = path.join(folder, `home-${seed}`);
  const made = path.join(folder, `force-${seed}`);
  const env = { UPSTANDER_HOME: home, DATABASE_URL: '', CLICKHOUSE_URL: '' };
  mkdirSync(folder, { recursive: true });
  if (!existsSync(path.join(made, 'truth.json'))) {
    say(`Force ${seed}: making it ...`);
    // Positions are told more seldom than the generator's usual: stops are the same, and all takes half the time.
    const events = Number(options.officers) * Number(options.days) * 24;
    const size = ['--officers', options.officers, '--days', options.days, '--events', `${events}`];
    await measured('src/main.ts', ['demo', '--seed', `${seed}`, ...size, '--out', made], env);
  }
  if (!existsSync(path.join(home, 'taken-in'))) {
    say(`Force ${seed}: taking it in ...`);
    rmSync(home, { recursive: true, force: true });
    await measured(
      'src/main.ts',
      ['import', '--invented', '--json', path.join(made, 'extract')],
      env,
      [0, 3],
    );
    if (options.vary.length > 0) {
      await measured('bench/detection/vary.ts', [home, path.join(made, 'truth.json'), ...options.vary], env);
    }
    writeFileSync(path.join(home, 'taken-in'), '');
  }
  say(`Force ${seed}: looking ...`);
  await measured('src/main.ts', ['detect', '--json'], env);
  const { stdout } = await measured('bench/detection/rankings.ts', [home, `${seed}`], env);
  return judged(
    seed,
    JSON.parse(stdout) as Rankings,
    JSON.parse(readFileSync(path.join(made, 'truth.json'), 'utf8')) as Truth,
  );
}

function judged(seed: number, rankings: Rankings, truth: Truth): Force {
  const about = new Map(truth.planted.map((one) => [one.officer_id, new Set(['', ...one.person_ids])]));
  const raised = new Map<string, string>();
  const counts = new Map<string, { planted: number; honest: number }>();
  for (const { indicator, officer_id, person_id, raised_at } of rankings.signals) {
    const count = counts.get(indicator) ?? { planted: 0, honest: 0 };
    count[about.has(officer_id) ? 'planted' : 'honest']++;
    counts.set(indicator, count);
    // Only what is about somebody the story is about brings it to light.
    if (!about.get(officer_id)?.has(person_id)) continue;
    const first = raised.get(officer_id);
    if (first === undefined || raised_at < first) raised.set(officer_id, raised_at);
  }
  const way = (ranking: Ranked[]) => measure(ranking, truth);
  return {
    seed,
    ways: { program: way(rankings.program), sum: way(rankings.sum), forest: way(rankings.forest) },
    time_saved: timeSaved(truth, raised),
    false_alarms: falseAlarms(rankings.program, truth),
    signals: [...counts].map(([indicator, count]) => ({ indicator, ...count })).sort(byIndicator),
  };
}

function byIndicator(a: { indicator: string }, b: { indicator: string }): number {
  return a.indicator < b.indicator ? -1 : 1;
}

function print(forces: readonly Force[]): void {
  const out = (text: string) => process.stdout.write(`${text}\n`);
  const figures: [string, (one: Measured) => number][] = [
    ['precision at the number planted (= recall)', (one) => one.at_planted.precision],
    ...[0, 1, 2].flatMap((n): [string, (one: Measured) => number][] => {
      const name = ['0.5%', '1%', '2%'][n];
      return [
        [`precision at ${name} of officers`, (one) => one.at_share[n]?.precision ?? 0],
        [`recall at ${name} of officers`, (one) => one.at_share[n]?.recall ?? 0],
      ];
    }),
    ['precision at the number strong and medium', (one) => one.at_clear.precision],
    ['recall of strong and medium there', (one) => one.at_clear.recall],
    ['average precision', (one) => one.average_precision],
    ['look-alikes above the median planted', (one) => one.look_alikes_above.length],
    ['honest officers wrongly named', (one) => one.wrongly_named.length],
  ];
  out(
    `Mean of ${forces.length} forces (and the worst); sum = unexplained accesses and contacts, forest = isolation forest`,
  );
  out(`${''.padEnd(44)}${['upstander', '', 'sum', 'forest'].map((head) => head.padStart(10)).join('')}`);
  for (const [name, figure] of figures) {
    const of = (way: Way) => forces.map((force) => figure(force.ways[way]));
    const own = of('program');
    const worst = name.startsWith('look') || name.startsWith('honest') ? Math.max(...own) : Math.min(...own);
    const cells = [
      mean(own).toFixed(2),
      `(${worst.toFixed(2)})`,
      mean(of('sum')).toFixed(2),
      mean(of('forest')).toFixed(2),
    ];
    out(`${name.padEnd(44)}${cells.map((cell) => cell.padStart(10)).join('')}`);
  }
  const saved = forces.flatMap((force) => force.time_saved).sort((a, b) => a - b);
  out(
    `\nTime to discovery saved, median of ${saved.length} strong and medium cases: ${(100 * median(saved)).toFixed(0)}%`,
  );
  for (const force of forces) {
    const { missed, wrongly_named, look_alikes_above } = force.ways.program;
    const people = (all: readonly { officer_id: string; place: number }[], what: (index: number) => string) =>
      all.map((one, index) => `${what(index)} ${one.officer_id} at ${one.place}`).join(', ') || 'none';
    out(
      `Force ${force.seed}: missed ${people(missed, (n) => `${missed[n]?.strength} ${missed[n]?.family}`)}`,
    );
    out(`  wrongly named ${people(wrongly_named, (n) => wrongly_named[n]?.role ?? '')}`);
    out(
      `  look-alikes above the median ${people(look_alikes_above, (n) => look_alikes_above[n]?.kind ?? '')}`,
    );
  }
  out('\nHonest officers in a band that is worked, by role (high, medium, of all honest):');
  for (const [role, rows] of Map.groupBy(
    forces.flatMap((force) => force.false_alarms),
    (one) => one.role,
  )) {
    const sum = (name: 'high' | 'medium' | 'officers') => rows.reduce((total, one) => total + one[name], 0);
    out(`  ${(role || 'not known').padEnd(24)}${sum('high')}  ${sum('medium')}  ${sum('officers')}`);
  }
  out('\nSignals by indicator (about planted officers, about honest ones):');
  for (const [indicator, rows] of Map.groupBy(
    forces.flatMap((force) => force.signals),
    (one) => one.indicator,
  )) {
    const sum = (name: 'planted' | 'honest') => rows.reduce((total, one) => total + one[name], 0);
    out(`  ${indicator.padEnd(32)}${String(sum('planted')).padStart(6)}${String(sum('honest')).padStart(6)}`);
  }
}
