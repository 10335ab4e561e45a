import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { Failure } from '../kernel/failure.ts';
import { QuoteCheck } from './quotes.ts';

export type Packing = 'plain' | 'gz' | 'zst';

/** What one pass over the bytes of a file shows. */
export interface Inspected {
  /** Of the file as it is, packed or not. */
  sha256: string;
  /** Bytes once unpacked. */
  bytes: number;
  /** The first of them, for the header row. */
  head: Buffer;
  encoding: 'utf-8' | 'utf-16le' | 'mixed';
  bom: boolean;
  /** False if a quoted field is not closed or goes on after its closing quote; the engine would stop there. */
  quotesSound: boolean;
  /** Whether there are quotes at all: without them no field holds a line break. */
  quoted: boolean;
}

const HEAD_BYTES = 1 << 20;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const UTF16 = Buffer.from([0xff, 0xfe]);

/**
 * Reads a file once: its digest, whether it unpacks to the end, its encoding, whether its quotes are sound.
 * `delimiter` is that of a CSV file, undefined for anything else; `text` is false for Parquet.
 * @throws Failure when the file cannot be read or unpacked; the message goes after the name of the file.
 */
export async function inspect(
  file: string,
  packing: Packing,
  kind: { text: boolean; delimiter: string | undefined },
): Promise<Inspected> {
  const hash = createHash('sha256');
  const quotes = kind.delimiter === undefined ? undefined : new QuoteCheck(kind.delimiter);
  const heads: Buffer[] = [];
  let bytes = 0;
  let valid = true;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of unpacked(file, packing, (raw) => hash.update(raw))) {
    if (bytes < HEAD_BYTES) heads.push(chunk);
    bytes += chunk.length;
    if (!kind.text) continue;
    if (valid) {
      const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const tail = cutCharacter(whole);
      valid = isUtf8(whole.subarray(0, whole.length - tail));
      rest = whole.subarray(whole.length - tail);
    }
    quotes?.add(chunk);
  }
  const head = Buffer.concat(heads);
  const utf16 = kind.text && head.subarray(0, 2).equals(UTF16);
  return {
    sha256: hash.digest('hex'),
    bytes,
    head,
    encoding: utf16 ? 'utf-16le' : valid && rest.length === 0 ? 'utf-8' : 'mixed',
    bom: head.subarray(0, 3).equals(BOM),
    quotesSound: utf16 || (quotes?.sound() ?? true),
    quoted: utf16 || (quotes?.met() ?? false),
  };
}

/**
 * The bytes of a file, unpacked. `raw` sees them as they are in the file.
 * @throws Failure when the file cannot be read or unpacked to its end.
 */
export async function* unpacked(
  file: string,
  packing: Packing,
  raw: (chunk: Buffer) => void = () => {},
): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file, { highWaterMark: HEAD_BYTES });
  bytes.on('data', (chunk) => raw(chunk as Buffer));
  let stream: Readable = bytes;
  if (packing !== 'plain') {
    const unpack =
      packing === 'gz'
        ? zlib.createGunzip({ chunkSize: HEAD_BYTES })
        : zlib.createZstdDecompress({ chunkSize: HEAD_BYTES });
    bytes.on('error', (error) => unpack.destroy(error));
    stream = bytes.pipe(unpack);
  }
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    bytes.destroy();
    throw unreadable(cause);
  }
}

function unreadable(cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code ?? '';
  if (/^(Z_|ZSTD_)/.test(code) || code === 'ERR_BUFFER_TOO_LARGE') {
    return new Failure('cannot be unpacked to its end; it was cut off or damaged', {
      todo: 'Have it sent again; nothing of it was stored',
      cause,
    });
  }
  if (['EACCES', 'EPERM', 'ENOENT', 'EISDIR', 'EIO', 'ELOOP'].includes(code)) {
    const why: Record<string, string> = { ENOENT: 'it is not there', EIO: 'the disk gives an error' };
    return new Failure(`cannot be read: ${why[code] ?? 'reading it is not permitted'}`, {
      todo: 'Check that it is there and may be read',
      cause,
    });
  }
  return cause;
}

/** How many bytes at the end are the begin of a character of several bytes. */
function cutCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
