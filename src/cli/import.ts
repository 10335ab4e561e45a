import path from 'node:path';
import type { Command } from 'commander';
import type { ImportReport } from '../extract/take-in.ts';
import type { Run, Setting } from './program.ts';
import { progressBar } from './terminal.ts';

interface Options {
  mapping?: string;
  json?: boolean;
  invented?: true;
}

export function importCommand(top: Command, chosen: (name: string, run: Run) => void): void {
  top
    .command('import')
    .description('Take in a folder or files of the force extract.')
    .argument('<paths...>', 'folders or files')
    .option('--mapping <file>', 'mapping.yaml: their tables and columns to ours')
    .option('--invented', 'nobody in it is real: an installation with nothing else in it is a demonstration')
    .option('--json', 'print the result as one JSON object')
    .addHelpText('after', '\nExit status: 0 all stored, 3 some rows quarantined, 1 nothing could be read.')
    .action((paths: string[], options: Options) =>
      chosen('import', (setting) => runImport(setting, paths, options)),
    );
}

async function runImport({ terminal, cwd, upstander, by }: Setting, paths: string[], options: Options) {
  const bar = progressBar(terminal);
  let report: ImportReport;
  try {
    report = await upstander.takeIn(
      paths.map((one) => path.resolve(cwd, one)),
      {
        ...(options.mapping === undefined ? {} : { mapping: path.resolve(cwd, options.mapping) }),
        ...(options.invented ? { by: 'demonstration', invented: true } : { by }),
        progress: bar.progress,
      },
    );
  } finally {
    bar.end();
  }
  if (options.json) {
    const { tables, files, seconds } = report;
    await terminal.out(`${JSON.stringify({ tables, files, seconds })}\n`);
  } else {
    await terminal.out(inWords(report));
  }
  return exitStatus(report);
}

/** 1 when no file could be read, 3 when a row was quarantined or a file was not readable, else 0. */
export function exitStatus(report: ImportReport): number {
  const read = report.files.some((file) => file.status === 'taken' || file.status === 'seen_before');
  if (!read) return 1;
  const quarantined = Object.values(report.tables).some((counts) => counts.quarantined > 0);
  return quarantined || report.files.some((file) => file.status === 'unreadable') ? 3 : 0;
}

function inWords(report: ImportReport): string {
  const heads = ['table', 'read', 'stored', 'duplicate', 'corrected', 'quarantined'] as const;
  const rows = Object.entries(report.tables).map(([table, counts]) => [
    table,
    ...heads.slice(1).map((head) => counts[head as keyof typeof counts].toLocaleString('en-GB')),
  ]);
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const problems = report.files.flatMap((file) => file.problem ?? []);
  const remarks = [...problems, ...notesInWords(report)];
  return `${[line(heads), ...rows.map(line), ...(remarks.length > 0 ? ['', ...remarks] : [])].join('\n')}\n\nTook ${report.seconds.toFixed(1)} s.\n`;
}

// A year by the day is hundreds of files that say the same: the first few are named, the rest are counted.
const NAMED = 2;

function notesInWords(report: ImportReport): string[] {
  const alike = new Map<string, { first: string; files: Set<string> }>();
  for (const { file, table, notes } of report.files) {
    for (const note of notes) {
      const key = `${table} ${note.replace(/\d[\d,]*/g, '#')}`;
      const group = alike.get(key) ?? { first: `${file}: ${note}`, files: new Set() };
      group.files.add(file);
      alike.set(key, group);
    }
  }
  return [...alike.values()].map(({ first, files }) =>
    files.size > NAMED ? `${first} (and the like in ${files.size - 1} more files; --json tells all)` : first,
  );
}
