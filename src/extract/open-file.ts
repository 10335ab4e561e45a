import { createWriteStream } from 'node:fs';
import { rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Failure } from '../kernel/failure.ts';
import type { Events } from '../stores/events/events.ts';
import type { Bound } from './bound.ts';
import type { ContractTable } from './contract/column.ts';
import { readHeader } from './csv-header.ts';
import type { Found } from './find-files.ts';
import { type Inspected, inspect, unpacked } from './inspect.ts';
import { type Feed, namedColumns } from './mapping.ts';
import { mend } from './mend.ts';
import { originOf } from './origin.ts';
import {
  blankedSource,
  csvSource,
  ndjsonKeys,
  ndjsonSource,
  type ParquetColumn,
  parquetColumns,
  parquetSource,
  type Source,
} from './source.ts';

/** Where the engine reads one file or several, and whether there are quotes in any. */
export type Where = Pick<Opened, 'readable' | 'quoted'>;

/** A file that has been looked through and can be read by the engine. */
export interface Opened {
  sha256: string;
  bytes: number;
  /** What was done to it so that it could be read, and what was left out of it. */
  notes: string[];
  /** About how many records it has. */
  records: number;
  /** Where the engine reads it. */
  readable: string;
  /** Whether there are quotes in it. */
  quoted: boolean;
  /** Files of one form can be read as one. */
  form: string;
  /** Its rows for one feed; or those of several files of its form, where `from` says so (`readTogether`). */
  source(feed: Feed, from?: Where): (bound: Bound) => Source;
  /** Removes what was made of it in the work folder. */
  close(): Promise<void>;
}

/**
 * Looks a file through and makes it ready for the engine. `place` is a path of the work folder, without an ending, that
 * is this file's own.
 * @throws Failure when it cannot be read; the message goes after the name of the file.
 */
export async function openFile(events: Events, file: Found, place: string): Promise<Opened> {
  const { reading, format, packing } = file;
  const blanked = reading.delimiter === 'whitespace';
  const quoted = format === 'csv' && !blanked;
  const found = await inspect(file.path, packing, {
    text: format !== 'parquet',
    delimiter: quoted ? reading.delimiter : undefined,
  });
  const made: string[] = [];
  const close = async () => {
    for (const one of made) await rm(one, { force: true });
  };
  try {
    const notes: string[] = [];
    const header = format === 'csv' ? await headerOf(file, found) : { names: [], lines: 0 };
    const copied = needsCopy(file, found);
    // The engine tells the packing by the ending, and takes some characters of a path for patterns: it gets a plain one.
    const readable = `${place}.${format}${copied || packing === 'plain' ? '' : `.${packing}`}`;
    made.push(readable);
    if (!copied) await symlink(path.resolve(file.path), readable);
    else if (format === 'parquet') {
      await pipeline(unpacked(file.path, packing), createWriteStream(readable, { mode: 0o600 }));
    } else {
      const csv = quoted ? { delimiter: reading.delimiter, columns: header.names.length } : undefined;
      const { converted } = await mend(file.path, packing, found, readable, csv);
      if (found.encoding === 'utf-16le') notes.push('UTF-16 converted');
      if (converted > 0) notes.push(`Windows-1252 converted in ${counted(converted, 'line')}`);
    }
    const own = { readable, quoted: found.quoted };
    const opened = {
      sha256: found.sha256,
      bytes: found.bytes,
      notes,
      records: aboutRecords(found, format),
      close,
      ...own,
    };
    const form = (columns: unknown) => JSON.stringify([path.dirname(readable), endingOf(readable), columns]);
    if (format === 'parquet') {
      const columns = await parquetColumns(events, readable);
      check(
        file,
        columns.map((c) => c.name),
        notes,
      );
      return {
        ...opened,
        form: form(columns),
        source: (feed, from = own) => {
          checkTypes(feed, columns);
          return (bound) => parquetSource(from.readable, columns, bound);
        },
      };
    }
    if (format === 'ndjson') {
      const keys = found.bytes === 0 ? [] : await ndjsonKeys(events, readable);
      if (keys.length > 0) check(file, keys, notes);
      return {
        ...opened,
        form: form(keys),
        source:
          (feed, from = own) =>
          (bound) =>
            ndjsonSource(from.readable, keys, usedColumns(feed, keys), phonesOf(feed), bound),
      };
    }
    check(file, header.names, notes);
    return {
      ...opened,
      form: form(header),
      source:
        (_feed, from = own) =>
        (bound) =>
          blanked
            ? blankedSource(from.readable, header, bound)
            : csvSource(from.readable, header, from.quoted, reading, bound),
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/** Several files of one form, read as one: the engine takes `{a,b}` for either. */
export function readTogether(files: readonly Where[]): Where {
  const [first] = files as [Where];
  const names = files.map(({ readable }) => path.basename(readable).slice(0, -endingOf(readable).length));
  return {
    readable: path.join(path.dirname(first.readable), `{${names.join(',')}}${endingOf(first.readable)}`),
    quoted: files.some((file) => file.quoted),
  };
}

function endingOf(file: string): string {
  const name = path.basename(file);
  return name.slice(name.indexOf('.'));
}

/** A record of Parquet takes about so many bytes; of text, what its first lines take. */
const PARQUET_RECORD = 30;

function aboutRecords(found: Inspected, format: Found['format']): number {
  const sample = found.head.subarray(0, 1 << 16);
  const lines = sample.reduce((n, byte) => n + (byte === 0x0a ? 1 : 0), 0);
  return found.bytes / (format === 'parquet' ? PARQUET_RECORD : sample.length / Math.max(1, lines) || 1);
}

async function headerOf(file: Found, found: Inspected) {
  const { reading } = file;
  if (reading.header !== undefined) return { names: reading.header, lines: reading.skipLines };
  const head =
    found.encoding === 'utf-16le'
      ? Buffer.from(new TextDecoder('utf-16le').decode(found.head.subarray(0, found.head.length & ~1)))
      : found.head;
  return readHeader(head, reading.delimiter, reading.skipLines);
}

function needsCopy(file: Found, found: Inspected): boolean {
  if (file.format === 'parquet') return file.packing !== 'plain';
  const headed = file.format === 'csv' && file.reading.header === undefined;
  return found.encoding !== 'utf-8' || !found.quotesSound || (found.bom && !headed);
}

/** Refuses a file that lacks columns which its mapping names, or has none of its table's; notes the unknown ones. */
function check(file: Found, columns: string[], notes: string[]): void {
  const twice = columns.find((name, i) => name !== '' && columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Failure(`has the column ${twice} twice`, { todo: 'Give each column a name of its own' });
  }
  const lacking = file.feeds.flatMap(namedColumns).find((name) => !columns.includes(name));
  if (lacking !== undefined) {
    throw new Failure(`has no column ${lacking}, which the mapping file names`, {
      todo: `Its columns are ${columns.join(', ')}`,
    });
  }
  const used = new Set(file.feeds.flatMap((feed) => [...usedColumns(feed, columns), ...namedColumns(feed)]));
  if (used.size === 0 && file.feeds.every((feed) => Object.keys(feed.columns).length === 0)) {
    const known = file.feeds[0]?.table as ContractTable;
    throw new Failure(`has none of the columns of ${known.name} in its header row`, {
      todo: `They are ${known.columns.map((c) => c.name).join(', ')}; a mapping file can name others, or another delimiter`,
    });
  }
  const unknown = columns.filter((name) => !used.has(name));
  if (unknown.length > 0) {
    notes.push(`left out, not in the contract: ${unknown.map((name) => name || '(no name)').join(', ')}`);
  }
  for (const feed of file.feeds) {
    const absent = feed.table.columns.filter(
      (c) => c.required && feed.columns[c.name] === undefined && !columns.includes(c.name),
    );
    if (absent.length > 0) {
      notes.push(`no column ${absent.map((c) => c.name).join(', ')}, which ${feed.table.name} needs`);
    }
  }
}

function usedColumns(feed: Feed, columns: string[]): string[] {
  const own = feed.table.columns.flatMap((c) =>
    feed.columns[c.name] === undefined && columns.includes(c.name) ? [c.name] : [],
  );
  return [...new Set([...own, ...namedColumns(feed)])];
}

function phonesOf(feed: Feed): string[] {
  return feed.table.columns.flatMap((column) => {
    const origin = feed.columns[column.name] ?? { column: column.name };
    return column.kind === 'phone' && origin.column !== undefined ? [origin.column] : [];
  });
}

/** Refuses a Parquet column that cannot be what the contract asks. */
function checkTypes(feed: Feed, columns: ParquetColumn[]): void {
  for (const column of feed.table.columns) {
    const named = { columns: columns.map((c) => c.name) } as Source;
    const origin = originOf(column.name, feed, named);
    const their = columns.find((c) => c.name === origin?.column);
    if (their === undefined) continue;
    const nested =
      /Map\(|Tuple\(/.test(their.type) || (/Array\(/.test(their.type) && column.kind !== 'identifiers');
    const timeless =
      (column.kind === 'time' || column.kind === 'date') &&
      origin?.format === undefined &&
      /Int|Float|Decimal|Bool/.test(their.type);
    if (!nested && !timeless) continue;
    throw new Failure(
      `has ${their.type.replace(/\s+/g, ' ')} in its column ${their.name}, which cannot be read as ${nested ? 'one value' : 'a time'}`,
      {
        todo: timeless
          ? 'Say in a mapping file whether it is unix_seconds or unix_milliseconds'
          : 'Give a column of plain values',
      },
    );
  }
}

/** `1 line`, `2,000 lines`. */
export function counted(n: number, what: string): string {
  return `${n.toLocaleString('en-GB')} ${what}${n === 1 ? '' : 's'}`;
}
