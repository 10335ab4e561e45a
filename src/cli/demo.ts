import path from 'node:path';
import type { Command } from 'commander';
import { generateDemo } from '../../demo/generate.ts';
import { Failure } from '../kernel/failure.ts';
import { progressBar, type Terminal } from './terminal.ts';

/** What `upstander demo` makes when nothing else is asked for. */
export const DEMO = { officers: 400, days: 120, seed: 1 };

interface Options {
  officers: string;
  days: string;
  seed: string;
  events?: string;
  out: string;
}

/** `upstander demo`: writes an invented force extract; needs no stores. */
export function demoCommand(
  top: Command,
  { terminal, cwd, stand }: { terminal: Terminal; cwd: string; stand: (run: () => Promise<number>) => void },
): void {
  top
    .command('demo')
    .description(
      'Write the extract of an invented force, with invented misconduct in it and a truth file beside it.',
    )
    .option('--officers <n>', 'people in the workforce', String(DEMO.officers))
    .option('--days <n>', 'days of events', String(DEMO.days))
    .option('--seed <n>', 'the same seed gives the same force', String(DEMO.seed))
    .option('--events <n>', 'about how many events in all (more or fewer positions)')
    .option('--out <folder>', 'where to write', 'demo-force')
    .action((options: Options) => stand(() => makeDemo(terminal, cwd, options)));
}

async function makeDemo(terminal: Terminal, cwd: string, options: Options): Promise<number> {
  const bar = progressBar(terminal);
  const out = path.resolve(cwd, options.out);
  const { tables } = await generateDemo(
    {
      out,
      officers: whole('--officers', options.officers, 50, 100_000),
      days: whole('--days', options.days, 30, 3_660),
      seed: whole('--seed', options.seed, 0, 2 ** 31),
      ...(options.events === undefined ? {} : { events: whole('--events', options.events, 1_000, 1e9) }),
    },
    bar.progress,
  );
  bar.end();
  for (const [table, rows] of Object.entries(tables)) {
    await terminal.out(`${table.padEnd(18)}${rows.toLocaleString('en-GB').padStart(12)}\n`);
  }
  await terminal.out(`\nTake it in with: upstander import ${path.join(options.out, 'extract')}\n`);
  return 0;
}

function whole(name: string, text: string, least: number, most: number): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < least || n > most) {
    throw new Failure(`${name} ${JSON.stringify(text)} cannot be used`, {
      todo: `Give a whole number from ${least} to ${most.toLocaleString('en-GB')}`,
    });
  }
  return n;
}
