import { createReadStream } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { newIdentifier } from '../kernel/identifier.ts';
import { type Run, readMoment, type Setting } from './program.ts';

export const EXPORTS = ['encounters', 'signals', 'risk', 'quarantine', 'vetting'] as const;
export type ExportWhat = (typeof EXPORTS)[number];
export type ExportFormat = 'csv' | 'ndjson' | 'parquet';
/** Not rows but one document: counts of a period for other bodies. */
const RETURN = 'return';

interface Options {
  asOf?: string;
  format?: ExportFormat | 'json';
  out?: string;
  from?: string;
  to?: string;
}

export function exportCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  const command = top.command('export').description('Write out what was found.');
  command
    .argument('<what>', [...EXPORTS, RETURN].join(', '))
    .option('--as-of <time>', 'as it was known then')
    .addOption(
      new Option(
        '--format <format>',
        'form of the file: csv where nothing is said, and json for the return',
      ).choices(['csv', 'ndjson', 'parquet', 'json']),
    )
    .option('--from <day>', 'first day of the return, as 2026-01-31')
    .option('--to <day>', 'last day of the return, included')
    .option('--out <file>', 'file to write; without it the result goes to standard output')
    .action((what: string, options: Options) => {
      if (what === RETURN) {
        const { from, to, format = 'json', asOf } = options;
        if (from === undefined || to === undefined) {
          return command.error('error: a return needs its period: --from 2026-01-01 --to 2026-12-31');
        }
        if (format !== 'json' || asOf !== undefined) {
          return command.error('error: a return is written as json, and as it stands now');
        }
        chosen('export', (setting) => runReturn(setting, { from, to, out: options.out }));
        return;
      }
      if (!EXPORTS.includes(what as ExportWhat)) {
        command.error(`error: cannot export '${what}'; choose one of: ${[...EXPORTS, RETURN].join(', ')}`);
      }
      const { format = 'csv', asOf, out, from, to } = options;
      if (format === 'json' || from !== undefined || to !== undefined) {
        return command.error('error: json, --from and --to are for the return alone');
      }
      chosen('export', (setting) => runExport(setting, what as ExportWhat, { asOf, format, out }));
    });
}

async function runReturn(
  { terminal, cwd, upstander, by }: Setting,
  { from, to, out }: { from: string; to: string; out: string | undefined },
) {
  const text = `${JSON.stringify(await upstander.returnOf({ from, to, by }), null, 2)}\n`;
  if (out === undefined) {
    await terminal.out(text);
    return 0;
  }
  const goal = path.resolve(cwd, out);
  await writeFile(`${goal}.part`, text);
  await rename(`${goal}.part`, goal);
  return 0;
}

async function runExport(
  { terminal, cwd, upstander, by }: Setting,
  what: ExportWhat,
  options: { asOf: string | undefined; format: ExportFormat; out: string | undefined },
) {
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
