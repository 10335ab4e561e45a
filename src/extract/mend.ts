import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Inspected, Packing } from './inspect.ts';
import { unpacked } from './inspect.ts';
import { recordEnd } from './quotes.ts';
import { BROKEN_QUOTES } from './source.ts';

const LF = 0x0a;

/** What was done to a file so that the engine can read it. */
export interface Mended {
  /** Lines that were Windows-1252. */
  converted: number;
  /** Records whose quotes were broken. */
  broken: number;
}

/**
 * Writes a plain UTF-8 copy of a text file that the engine cannot read as it is: without a byte order mark, lines in
 * Windows-1252 converted, records with broken quotes put as one quoted field with `BROKEN_QUOTES` in the spare column.
 * `csv` has the delimiter and the number of columns of a CSV file.
 */
export async function mend(
  file: string,
  packing: Packing,
  found: Inspected,
  copy: string,
  csv: { delimiter: string; columns: number } | undefined,
): Promise<Mended> {
  const mended: Mended = { converted: 0, broken: 0 };
  let stream: AsyncIterable<Buffer> = unpacked(file, packing);
  if (found.encoding === 'utf-16le') stream = fromUtf16(stream);
  else if (found.bom) stream = withoutMark(stream);
  if (found.encoding === 'mixed') stream = inUtf8(stream, mended);
  if (csv !== undefined && (!found.quotesSound || found.encoding === 'utf-16le')) {
    stream = withSoundQuotes(stream, csv.delimiter, csv.columns, mended);
  }
  await pipeline(stream, createWriteStream(copy, { mode: 0o600 }));
  return mended;
}

async function* fromUtf16(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-16le');
  for await (const chunk of stream) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  yield Buffer.from(decoder.decode());
}

async function* withoutMark(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let first = true;
  for await (const chunk of stream) {
    yield first ? chunk.subarray(3) : chunk;
    first = false;
  }
}

// Line by line, for an extract put together from several systems may mix the two.
async function* inUtf8(stream: AsyncIterable<Buffer>, mended: Mended): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('windows-1252');
  for await (const lines of wholeLines(stream)) {
    if (isUtf8(lines)) {
      yield lines;
      continue;
    }
    const out: Buffer[] = [];
    for (let at = 0; at < lines.length; ) {
      const next = lines.indexOf(LF, at);
      const line = lines.subarray(at, next < 0 ? lines.length : next + 1);
      at += line.length;
      if (isUtf8(line)) out.push(line);
      else {
        mended.converted++;
        out.push(Buffer.from(decoder.decode(line)));
      }
    }
    yield Buffer.concat(out);
  }
}

async function* wholeLines(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const whole = Buffer.concat([rest, chunk]);
    const end = whole.lastIndexOf(LF) + 1;
    if (end > 0) yield whole.subarray(0, end);
    rest = whole.subarray(end);
  }
  if (rest.length > 0) yield rest;
}

// The first line of a broken record is the bad one; reading goes on with the line after it.
async function* withSoundQuotes(
  stream: AsyncIterable<Buffer>,
  delimiter: string,
  columns: number,
  mended: Mended,
): AsyncGenerator<Buffer> {
  const sign = delimiter.charCodeAt(0);
  let rest: Buffer = Buffer.alloc(0);
  const take = (bytes: Buffer, last: boolean): Buffer[] => {
    const out: Buffer[] = [];
    let at = 0;
    while (at < bytes.length) {
      const found = recordEnd(bytes, at, sign, last);
      if (found === 'more') break;
      if (found !== 'broken') {
        out.push(bytes.subarray(at, found.end));
        at = found.end;
        continue;
      }
      const newline = bytes.indexOf(LF, at);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.subarray(at, end).toString().replace(/\r$/, '');
      mended.broken++;
      out.push(
        Buffer.from(`"${line.replaceAll('"', '""')}"${delimiter.repeat(columns)}"${BROKEN_QUOTES}"\n`),
      );
      at = end + 1;
    }
    rest = bytes.subarray(at);
    return out;
  };
  for await (const chunk of stream) yield* take(Buffer.concat([rest, chunk]), false);
  yield* take(rest, true);
}
