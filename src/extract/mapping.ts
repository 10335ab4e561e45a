import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../kernel/failure.ts';
import { LOCAL_ZONE } from '../kernel/local-time.ts';
import type { ContractTable } from './contract/column.ts';
import { tableNamed } from './contract/tables.ts';
import { understoodFormat } from './own-format.ts';

/** Where the value of one of our columns comes from, and how it is turned into what the contract asks. */
export interface Origin {
  /** Their column. */
  column?: string | undefined;
  /** The same value in every row. */
  constant?: string | undefined;
  /** A value made of several: `{their column}` places in a text, `{#}` for the number of the record. */
  text?: string | undefined;
  /** Their value -> ours. What is not in it stays as it is, unless `otherwise` is given. */
  values?: Record<string, string> | undefined;
  otherwise?: string | undefined;
  /** How their times or dates are written: `%d/%m/%Y %H:%M`, `unix_seconds`, `unix_milliseconds`. */
  format?: string | undefined;
  /** The zone of times without an offset. */
  zone?: string | undefined;
}

/** How one source feeds one table. Columns that are not named come from their column of the same name, if any. */
export interface Feed {
  table: ContractTable;
  columns: Record<string, Origin>;
  /** Only rows whose column has one of these values are taken. */
  where: Record<string, string[]>;
  /** Only rows in which these columns hold something are taken. */
  unlessEmpty: string[];
}

/** How the bytes of a source are read. */
export interface Reading {
  /** One character, or `whitespace` (any run of blanks). */
  delimiter: string;
  /** Names of the columns where the file has no header row. */
  header: string[] | undefined;
  skipLines: number;
  /** The zone of times without an offset. */
  zone: string;
  format: 'csv' | 'ndjson' | 'parquet' | undefined;
}

export interface MappedSource {
  /** Their table: the name of the file without its ending; `*` stands for anything. */
  name: string;
  reading: Reading;
  feeds: Feed[];
}

export const PLAIN_READING: Reading = {
  delimiter: ',',
  header: undefined,
  skipLines: 0,
  zone: LOCAL_ZONE,
  format: undefined,
};

/** A table read as the contract has it, without a mapping. */
export function plainFeed(table: ContractTable): Feed {
  return { table, columns: {}, where: {}, unlessEmpty: [] };
}

const zone = z.string().refine(isZone, { error: 'is not a time zone such as Europe/London' });
const originShape = z
  .strictObject({
    column: z.string().min(1).optional(),
    constant: z.coerce.string().optional(),
    text: z.string().min(1).optional(),
    values: z.record(z.string(), z.coerce.string()).optional(),
    otherwise: z.coerce.string().optional(),
    format: z
      .string()
      .refine(understoodFormat, { error: 'is not a format that is understood; see docs/extract.md' })
      .optional(),
    zone: zone.optional(),
  })
  .refine((o) => [o.column, o.constant, o.text].filter((x) => x !== undefined).length === 1, {
    error: 'needs exactly one of column, constant and text',
  });
const feedShape = z.strictObject({
  columns: z.record(z.string(), z.union([z.string().transform((column) => ({ column })), originShape])),
  where: z.record(z.string(), z.array(z.coerce.string())).default({}),
  unless_empty: z.array(z.string()).default([]),
});
const sourceShape = z.strictObject({
  delimiter: z
    .string()
    .refine((d) => d === 'tab' || d === 'whitespace' || /^[\x21\x23-\x26\x28-\x5b\x5d-\x7e]$/.test(d), {
      error: 'is one character, tab or whitespace',
    })
    .transform((d) => (d === 'tab' ? '\t' : d))
    .default(','),
  header: z.array(z.string().min(1)).min(1).optional(),
  skip_lines: z.int().min(0).default(0),
  zone: zone.optional(),
  format: z.enum(['csv', 'ndjson', 'parquet']).optional(),
  tables: z.record(z.string(), z.union([feedShape, z.array(feedShape).min(1)])),
});
const mappingShape = z.strictObject({
  zone: zone.default(LOCAL_ZONE),
  sources: z.record(z.string().min(1), sourceShape),
});

/**
 * Reads a mapping file (`docs/extract.md`).
 * @throws Failure naming the place in it that cannot be used.
 */
export async function readMapping(file: string): Promise<MappedSource[]> {
  const shown = path.basename(file);
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new Failure(`The mapping file ${shown} cannot be read`, { todo: 'Check its path', cause });
  });
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (cause) {
    throw new Failure(`The mapping file ${shown} is not YAML: ${firstLine(cause)}`, {
      todo: 'Correct that line',
      cause,
    });
  }
  const result = mappingShape.safeParse(raw);
  if (!result.success) {
    const [first] = result.error.issues;
    const where = first?.path.join(' > ') || 'the top';
    throw new Failure(`The mapping file ${shown} cannot be used: ${where}: ${first?.message}`, {
      todo: 'Correct that place; docs/extract.md shows what a mapping file may say',
    });
  }
  const { sources, zone } = result.data;
  return Object.entries(sources).map(([name, source]) => ({
    name,
    reading: {
      delimiter: source.delimiter,
      header: source.header,
      skipLines: source.skip_lines,
      zone: source.zone ?? zone,
      format: source.format,
    },
    feeds: Object.entries(source.tables).flatMap(([table, feeds]) =>
      (Array.isArray(feeds) ? feeds : [feeds]).map((feed) => asFeed(shown, name, table, feed)),
    ),
  }));
}

function asFeed(shown: string, source: string, name: string, feed: z.infer<typeof feedShape>): Feed {
  const table = tableNamed(name);
  if (table === undefined) {
    throw new Failure(`The mapping file ${shown} fills a table ${name}, which the contract does not have`, {
      todo: `Look at sources > ${source} > tables; the names of the tables are in docs/extract.md`,
    });
  }
  for (const column of Object.keys(feed.columns)) {
    if (!table.columns.some((c) => c.name === column)) {
      throw new Failure(
        `The mapping file ${shown} fills a column ${column}, which the table ${name} does not have`,
        { todo: `Its columns are ${table.columns.map((c) => c.name).join(', ')}` },
      );
    }
  }
  return { table, columns: feed.columns, where: feed.where, unlessEmpty: feed.unless_empty };
}

/** The names of their columns that a feed cannot do without. */
export function namedColumns(feed: Feed): string[] {
  const origins = Object.values(feed.columns);
  return [
    ...origins.flatMap((o) => (o.column === undefined ? [] : [o.column])),
    ...origins.flatMap((o) => (o.text === undefined ? [] : placesOf(o.text))),
    ...Object.keys(feed.where),
    ...feed.unlessEmpty,
  ];
}

/** The columns that stand in a text: `{a}-{b}` names a and b. `{#}`, the number of the record, is none. */
export function placesOf(text: string): string[] {
  return [...text.matchAll(/\{([^{}]+)\}/g)].flatMap(([, name]) =>
    name === undefined || name === '#' ? [] : [name],
  );
}

/** Tells two ways of reading one file apart. Empty for a table read as the contract has it. */
export function digestOf(reading: Reading, feed: Feed): string {
  const said = JSON.stringify([reading, { ...feed, table: feed.table.name }]);
  const plain = JSON.stringify([PLAIN_READING, { ...plainFeed(feed.table), table: feed.table.name }]);
  return said === plain ? '' : createHash('sha256').update(said).digest('hex');
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return /^[\w/+-]+$/.test(name);
  } catch {
    return false;
  }
}

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n')[0] ?? '';
}
