import { hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const BYTES = 32;

/**
 * A key of the installation, made when there is none: 32 bytes in `keys` of the data folder, readable by its owner only. Who has
 * that of `pseudonyms` can open every pseudonym; without it none can be opened. That of `erasures` knows again what was erased.
 */
export function installationKey(home: string, name: 'pseudonyms' | 'erasures' = 'pseudonyms'): Buffer {
  const folder = path.join(home, 'keys');
  const file = path.join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    return checked(readFileSync(file), file);
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'ENOENT') throw problem;
  }
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, randomBytes(BYTES), { mode: 0o600 });
  try {
    linkSync(fresh, file); // whoever is first has made it
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
  } finally {
    rmSync(fresh, { force: true });
  }
  return checked(readFileSync(file), file);
}

function checked(key: Buffer, file: string): Buffer {
  if (key.length !== BYTES) throw new Error(`${file} is not a key of ${BYTES} bytes`);
  return key;
}

/** The key of one task, matter or authority: pseudonyms under it say nothing about those under another. */
export function scopeKey(installation: Buffer, scope: string): Buffer {
  return Buffer.from(hkdfSync('sha256', installation, '', `upstander pseudonyms ${scope}`, 2 * BYTES));
}
