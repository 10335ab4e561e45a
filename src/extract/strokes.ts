import type { Found } from './find-files.ts';
import { digestOf } from './mapping.ts';

/** Files that are read in one go: they feed the same table in the same way. */
export interface Stroke {
  /** Places in the list of files found. */
  files: number[];
  bytes: number;
  /** Whether a new batch begins with it; else it goes on with that of the stroke before. */
  begins: boolean;
}

/** How much goes into one stroke, and into the strokes of one batch; one file may be larger. */
export interface StrokeLimits {
  strokeBytes: number;
  strokeFiles: number;
  /** What a kill costs at most; the more, the less often rows are compared with what is held. */
  batchBytes: number;
  batchFiles: number;
}

export const STROKE_LIMITS: StrokeLimits = {
  strokeBytes: 100_000_000,
  strokeFiles: 100,
  batchBytes: 500_000_000,
  batchFiles: 1000,
};

/** A packed file counts for more, for it is read unpacked. */
const UNPACKED = 8;

/** Divides the files of an import, in their order. A file that feeds several tables stands alone. */
export function strokesOf(
  found: readonly Found[],
  sizes: readonly number[],
  limits: StrokeLimits = STROKE_LIMITS,
): Stroke[] {
  const strokes: Stroke[] = [];
  let kind: string | undefined;
  let batch = { bytes: 0, files: 0 };
  for (const [i, file] of found.entries()) {
    const bytes = (sizes[i] as number) * (file.packing === 'plain' ? 1 : UNPACKED);
    const own = kindOf(file);
    const last = strokes.at(-1);
    const begins =
      last === undefined ||
      own === undefined ||
      own !== kind ||
      batch.bytes + bytes > limits.batchBytes ||
      batch.files >= limits.batchFiles;
    if (begins) batch = { bytes: 0, files: 0 };
    batch.bytes += bytes;
    batch.files += 1;
    kind = own;
    if (begins || last.bytes + bytes > limits.strokeBytes || last.files.length >= limits.strokeFiles) {
      strokes.push({ files: [i], bytes, begins });
    } else {
      last.files.push(i);
      last.bytes += bytes;
    }
  }
  return strokes;
}

/** Files of the same kind may share a batch. */
function kindOf(file: Found): string | undefined {
  const [feed, ...others] = file.feeds;
  if (feed === undefined || others.length > 0) return undefined;
  return JSON.stringify([feed.table.name, digestOf(file.reading, feed), file.format]);
}
