import { createReadStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { newIdentifier } from '../kernel/identifier.ts';
import { type Run, readMoment, type Setting } from './program.ts';

export const EXPORTS = ['encounters', 'signals', 'risk', 'quarantine', 'vetting'] as const;
export type ExportWhat = (typeof EXPORTS)[number];
export type ExportFormat = 'csv' | 'ndjson' | 'parquet';

interface Options {
  asOf?: string;
  format: ExportFormat;
  out?: string;
}

export function exportCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  const command = top.command('export').description('Write out what was found.');
  command
    .argument('<what>', EXPORTS.join(', '))
    .option('--as-of <time>', 'as it was known then')
    .addOption(
      new Option('--format <format>', 'form of the file')
        .choices(['csv', 'ndjson', 'parquet'])
        .default('csv'),
    )
    .option('--out <file>', 'file to write; without it the result goes to standard output')
    .action((what: string, options: Options) => {
      if (!EXPORTS.includes(what as ExportWhat)) {
        command.error(`error: cannot export '${what}'; choose one of: ${EXPORTS.join(', ')}`);
      }
      chosen('export', (setting) => runExport(setting, what as ExportWhat, options));
    });
}

async function runExport({ terminal, cwd, upstander, by }: Setting, what: ExportWhat, options: Options) {
  const asOf = readMoment(options.asOf);
  // Written beside its place and then put there whole, so that a failure leaves no half file.
  const goal = options.out === undefined ? undefined : path.resolve(cwd, options.out);
  const file = goal === undefined ? path.join(upstander.workFolder, newIdentifier()) : `${goal}.part`;
  try {
    await rm(file, { force: true });
    const failed = await upstander.exportTo(what, { asOf, format: options.format, file, by });
    for (const { indicator, failure } of failed) {
      terminal.err(`NOT WHOLE: without ${indicator}, which failed (${failure}) in the run that is shown.\n`);
    }
    if (goal !== undefined) await rename(file, goal);
    else for await (const piece of createReadStream(file)) await terminal.out(piece);
  } finally {
    await rm(file, { force: true });
  }
  return 0;
}
