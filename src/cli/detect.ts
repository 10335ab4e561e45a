import type { Command } from 'commander';
import { type Run, readMoment, type Setting } from './program.ts';
import { progressBar } from './terminal.ts';

interface Options {
  asOf?: string;
  json?: boolean;
}

export function detectCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('detect')
    .description('Bring encounters, signals and risk up to date with what is stored.')
    .option('--as-of <time>', 'with only what was known by then; the workbench keeps showing the present')
    .option('--json', 'print the result as one JSON object')
    .action((options: Options) => chosen('detect', (setting) => runDetect(setting, options)));
}

async function runDetect({ terminal, upstander, by }: Setting, options: Options): Promise<number> {
  const asOf = readMoment(options.asOf);
  const bar = progressBar(terminal);
  try {
    const result = await upstander.detect({ asOf, by, progress: bar.progress });
    bar.end();
    if (result.not_authorised.length > 0) {
      terminal.err(
        `Not run, since no authority for monitoring in force today names them: ${result.not_authorised.join(', ')}\n`,
      );
    }
    for (const [indicator, lacks] of Object.entries(result.lacking)) {
      terminal.err(`${indicator} has no data yet on: ${lacks.join(', ')}. It ran with what there is.\n`);
    }
    if (result.in_shadow.length > 0)
      terminal.err(`In shadow, flagging nobody: ${result.in_shadow.join(', ')}\n`);
    for (const { indicator, failure } of result.failed) {
      terminal.err(`FAILED: ${indicator} (${failure}). The run is saved without it.\n`);
    }
    await terminal.out(
      options.json
        ? `${JSON.stringify(result)}\n`
        : `${result.encounters.toLocaleString('en-GB')} encounters, ${result.signals.toLocaleString('en-GB')} signals, ` +
            `${result.officers.toLocaleString('en-GB')} officers ranked in ${result.seconds.toFixed(1)} s.\n`,
    );
    // The run is whole and says what it is without, but whoever runs this every night must hear of it (decision 23).
    return result.failed.length > 0 ? 1 : 0;
  } finally {
    bar.end();
  }
}
