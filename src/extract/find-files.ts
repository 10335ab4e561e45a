import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../kernel/failure.ts';
import { TABLES, tableNamed } from './contract/tables.ts';
import type { Packing } from './inspect.ts';
import { type Feed, type MappedSource, PLAIN_READING, plainFeed, type Reading } from './mapping.ts';

export type Format = 'csv' | 'ndjson' | 'parquet';

/** A file to be taken in, and what it feeds. */
export interface Found {
  path: string;
  /** As it is shown: the path below what the user gave, never above it. */
  shown: string;
  format: Format;
  packing: Packing;
  reading: Reading;
  feeds: Feed[];
}

/** A file that is left alone, and why if that is not plain. */
export interface LeftAlone {
  path: string;
  shown: string;
  notes: string[];
}

const ENDING = /\.(csv|ndjson|parquet)(?:\.(gz|zst))?$/;

/**
 * Finds the files of an extract in folders and single files: tables by their names, or sources of a mapping; parts of
 * a table in a folder of its name. In the order of the contract's tables, then of names.
 * @throws Failure when a path leads nowhere.
 */
export async function findFiles(
  paths: readonly string[],
  mapping: readonly MappedSource[],
): Promise<{ found: Found[]; leftAlone: LeftAlone[] }> {
  const found: Found[] = [];
  const leftAlone: LeftAlone[] = [];
  const add = (file: string, shown: string, names: string[]) => {
    for (const name of names) {
      const one = asFound(file, shown, name, mapping);
      if (one !== undefined) return void found.push(one);
    }
    leftAlone.push({ path: file, shown, notes: whyUnknown(path.basename(file)) });
  };
  for (const given of paths) {
    const full = path.resolve(given);
    if (!(await kindOf(full, given)).isDirectory()) {
      add(full, path.basename(full), namesOf(full));
      continue;
    }
    for (const entry of await entriesOf(full)) {
      if (!entry.folder) {
        add(entry.path, entry.name, namesOf(entry.path));
        continue;
      }
      const parts = (await entriesOf(entry.path)).filter((part) => !part.folder);
      if (feedsOf(entry.name, mapping) === undefined) {
        leftAlone.push({ path: entry.path, shown: `${entry.name}/`, notes: whyUnknown(entry.name) });
      } else {
        for (const part of parts) add(part.path, `${entry.name}/${part.name}`, [entry.name]);
      }
    }
  }
  const order = TABLES.map((table) => table.name);
  const place = (one: Found) => order.indexOf(one.feeds[0]?.table.name ?? '');
  found.sort((a, b) => place(a) - place(b) || (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0));
  return { found, leftAlone };
}

/** What a file may be called: its own name, or as a part of a table the name of its folder. */
function namesOf(file: string): string[] {
  const own = stem(file);
  return ENDING.test(file) ? [own, path.basename(path.dirname(file))] : [own];
}

async function kindOf(full: string, given: string) {
  return stat(full).catch((cause) => {
    throw new Failure(`${given} is not there or may not be read`, {
      todo: 'Give the folder of the extract, or files of it',
      cause,
    });
  });
}

async function entriesOf(folder: string) {
  const entries = await readdir(folder).catch((cause) => {
    throw new Failure(`The folder ${path.basename(folder)} may not be read`, {
      todo: 'Check its permissions',
      cause,
    });
  });
  const visible = entries.filter((name) => !name.startsWith('.')).sort();
  return Promise.all(
    visible.map(async (name) => {
      const full = path.join(folder, name);
      // A link that leads nowhere counts as a file, and is reported as one that cannot be read.
      const folderToo = await stat(full).then(
        (s) => s.isDirectory(),
        () => false,
      );
      return { name, path: full, folder: folderToo };
    }),
  );
}

function asFound(
  file: string,
  shown: string,
  name: string,
  mapping: readonly MappedSource[],
): Found | undefined {
  const feeds = feedsOf(name, mapping);
  const ending = ENDING.exec(file);
  const packing = /\.(gz|zst)$/.exec(file)?.[1] as Packing | undefined;
  const format = feeds?.reading.format ?? (ending?.[1] as Format | undefined);
  if (feeds === undefined) return undefined;
  if (format === undefined && !feeds.mapped) return undefined;
  return {
    path: file,
    shown,
    format: format ?? 'csv',
    packing: packing ?? 'plain',
    reading: feeds.reading,
    feeds: feeds.feeds,
  };
}

function feedsOf(name: string, mapping: readonly MappedSource[]) {
  const mapped = mapping.find((source) => matches(source.name, name));
  if (mapped !== undefined) return { reading: mapped.reading, feeds: mapped.feeds, mapped: true };
  const table = tableNamed(name);
  return table && { reading: PLAIN_READING, feeds: [plainFeed(table)], mapped: false };
}

function matches(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}

/** The name of a file without its endings: `calls.csv.gz` -> `calls`, `new_abboip.txt` -> `new_abboip`. */
function stem(file: string): string {
  const name = path.basename(file);
  const plain = name.replace(ENDING, '');
  return plain === name ? name.replace(/\.(gz|zst)$/, '').replace(/(?<=.)\.[^.]*$/, '') : plain;
}

function whyUnknown(name: string): string[] {
  const lower = stem(name.toLowerCase());
  if (lower === 'mapping') return ['a mapping file is used when it is named with --mapping'];
  if (tableNamed(lower) !== undefined && stem(name) !== lower) {
    return [`only its case differs from ${lower}; names of tables are in lower case`];
  }
  if (tableNamed(lower) !== undefined) {
    return ['its ending is none of .csv, .ndjson, .parquet, with .gz or .zst after it'];
  }
  return [];
}
