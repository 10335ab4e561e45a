/**
 * Prints, for a data folder whose detection has run, how the program and the two baselines rank its officers. A process of
 * its own: `node bench/detection/rankings.ts HOME SEED`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { Dice } from '../../demo/random.ts';
import { openUpstander } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import { currentRun } from '../../src/detection/runs.ts';
import { isolationScores } from './isolation-forest.ts';
import type { Ranked } from './measures.ts';

/** What this process prints, as JSON. */
export interface Rankings {
  program: Ranked[];
  /** By the sum of unexplained accesses and contacts. */
  sum: Ranked[];
  /** By an isolation forest over what the indicators look at. */
  forest: Ranked[];
  signals: { indicator: string; officer_id: string; person_id: string; raised_at: string; score: number }[];
}

interface Officer {
  officer_id: string;
  role: string;
  features: number[];
  unexplained: number;
}

if (import.meta.main) {
  const [home = '', seed = '1'] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await rankings(home, Number(seed))));
}

async function rankings(home: string, seed: number): Promise<Rankings> {
  const upstander = await openUpstander(readConfig({ UPSTANDER_HOME: home }, process.cwd()), 'bench');
  try {
    const { records, events } = upstander;
    const run = await currentRun(records);
    if (run === undefined) throw new Error(`No run of detection in ${home}`);
    const statement = readFileSync(path.join(import.meta.dirname, 'officers.sql'), 'utf8');
    const officers = await events.query<Officer>(statement, { world: run.world });
    const roles = new Map(officers.map((one) => [one.officer_id, one.role]));
    const risk = await sql<{ officer_id: string; band: string }>`select officer_id, band from risk
      where run_id = ${run.run_id} order by rank`.execute(records);
    const signals = await sql<
      Rankings['signals'][number]
    >`select indicator, officer_id, person_id, raised_at, score
      from signal where run_id = ${run.run_id}`.execute(records);
    const scores = isolationScores(
      officers.map((one) => one.features),
      new Dice(seed, 'isolation forest'),
    );
    return {
      program: risk.rows.map((one) => ({ ...one, role: roles.get(one.officer_id) ?? '' })),
      sum: ranked(officers, (one) => one.unexplained),
      forest: ranked(officers, (_, index) => scores[index] ?? 0),
      signals: signals.rows,
    };
  } finally {
    await upstander.close();
  }
}

/** From the highest score down; equal ones by their identifier. */
function ranked(officers: readonly Officer[], score: (one: Officer, index: number) => number): Ranked[] {
  return officers
    .map((one, index) => ({ officer_id: one.officer_id, role: one.role, band: '', score: score(one, index) }))
    .sort((a, b) => b.score - a.score || (a.officer_id < b.officer_id ? -1 : 1));
}
