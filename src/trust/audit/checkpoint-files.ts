import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { Failure } from '../../kernel/failure.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import {
  newSigningKey,
  notesIn,
  readSigningKey,
  readVerifierKey,
  type SigningKey,
  type VerifierKey,
} from './checkpoint.ts';

/** Where the checkpoints of a data folder stand. */
export const checkpointFile = (home: string) => path.join(home, 'checkpoints', 'checkpoints');
/** Where the keys stand that have signed them, one a line, oldest first. */
export const keysFile = (home: string) => path.join(home, 'checkpoints', 'keys');
const signingKeyFile = (home: string) => path.join(home, 'audit-signing-key');

/**
 * The key that signs checkpoints: `given` (from the environment), else the one in the data folder, made at first use. Its
 * public half is added to the keys that check. A key that is taken away is replaced by a new one of the same name, so
 * that the log keeps its name; the old public half stays, to check what it has signed.
 * @throws Failure when the key cannot be read, or is of another log.
 */
export function signingKey(home: string, given: string | undefined): SigningKey {
  mkdirSync(path.dirname(keysFile(home)), { recursive: true, mode: 0o700 });
  const known = verifierKeys(home);
  const file = signingKeyFile(home);
  const name = known[0]?.name ?? `upstander/${newIdentifier()}`;
  if (given === undefined && !existsSync(file)) {
    writeFileSync(file, `${newSigningKey(name)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
  const key = readSigningKey(given ?? readFileSync(file, 'utf8'));
  if (known.length > 0 && key.name !== name) {
    throw new Failure(`The signing key is of another audit log (${key.name}, not ${name})`, {
      todo: 'Give the key of this log, or make one of the same name; see docs/audit-log.md',
    });
  }
  if (!keyLines(home).includes(key.verifier)) appendFlushed(keysFile(home), `${key.verifier}\n`);
  return key;
}

function keyLines(home: string): string[] {
  if (!existsSync(keysFile(home))) return [];
  return readFileSync(keysFile(home), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** The keys that check the checkpoints of a data folder, oldest first. */
export function verifierKeys(home: string): VerifierKey[] {
  return keyLines(home).map(readVerifierKey);
}

/** The signed notes of a file, in order; none when there is no file. */
export function readNotes(file: string): string[] {
  return existsSync(file) ? notesIn(readFileSync(file, 'utf8')) : [];
}

/** Adds to the end of a file, which is on the disk when this returns. Nothing that stands there is touched. */
export function appendFlushed(file: string, text: string): void {
  const isNew = !existsSync(file);
  const at = openSync(file, 'a', 0o600);
  try {
    writeSync(at, text);
    fsyncSync(at);
  } finally {
    closeSync(at);
  }
  if (!isNew) return;
  const folder = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

// Longer than any note: the end of the file is enough to find the newest.
const TAIL = 8192;

/** The newest note of a file, read from its end; undefined when there is none. */
export function newestNote(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const at = openSync(file, 'r');
  try {
    const { size } = fstatSync(at);
    const tail = Buffer.alloc(Math.min(TAIL, size));
    readSync(at, tail, 0, tail.length, size - tail.length);
    return notesIn(tail.toString()).at(-1);
  } finally {
    closeSync(at);
  }
}
