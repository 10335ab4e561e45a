import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../kernel/failure.ts';
import { decryptBytes, encrypt } from './cipher.ts';
import { commandKey } from './key-command.ts';

/** The port for what wraps data keys. It never sees data: only keys of 32 bytes, and for what each of them is. */
export interface MasterKey {
  /** Tells one master key from another; no secret. Stands beside every key that it has wrapped. */
  readonly id: string;
  /** Where it comes from, in words: `the file /etc/upstander.key`. */
  readonly from: string;
  /** A data key as it may be stored. `about` says for what it is, and must be the same when it is unwrapped. */
  wrap(secret: Buffer, about: string): Promise<string>;
  /** @throws Failure when it was not wrapped by this master key, or for something else. */
  unwrap(wrapped: string, about: string): Promise<Buffer>;
}

/** Where the master key comes from, as the environment says. */
export type KeySource = { key: string } | { command: string } | { file: string; make?: true };

/**
 * Reads UPSTANDER_KEY (32 bytes in base64 or hexadecimal), UPSTANDER_KEY_COMMAND (a program that wraps and unwraps) and
 * UPSTANDER_KEY_FILE. Without any of them it is a file in the data folder, made when there is none.
 * @throws Failure when more than one is given.
 */
export function readKeySource(env: NodeJS.ProcessEnv, cwd: string, home: string): KeySource {
  const { UPSTANDER_KEY: key, UPSTANDER_KEY_COMMAND: command, UPSTANDER_KEY_FILE: file } = env;
  if ([key, command, file].filter(Boolean).length > 1) {
    throw new Failure('The master key is given in more than one way', {
      todo: 'Set one of UPSTANDER_KEY, UPSTANDER_KEY_COMMAND and UPSTANDER_KEY_FILE',
    });
  }
  if (key) return { key };
  if (command) return { command };
  if (file) return { file: path.resolve(cwd, file) };
  return { file: defaultKeyFile(home), make: true };
}

/** Where the master key stands when nobody says otherwise: beside the data, which protects backups and not the disk. */
export function defaultKeyFile(home: string): string {
  return path.join(home, 'keys', 'master');
}

/**
 * The master key of a source. `told` hears of a file that was made.
 * @throws Failure saying what of it cannot be used, never the key itself.
 */
export async function masterKey(
  source: KeySource,
  told: (made: string) => void = () => {},
): Promise<MasterKey> {
  if ('command' in source) return commandKey(source.command);
  if ('key' in source) return localKey(secretIn(source.key, 'UPSTANDER_KEY'), 'UPSTANDER_KEY');
  const { file, make } = source;
  if (make === true && !existsSync(file)) {
    makeKeyFile(file);
    told(file);
  }
  return localKey(secretIn(readKeyFile(file), `the file ${file}`), `the file ${file}`);
}

/** Makes a file with a new master key, for its owner alone; one that is there stays as it is. */
export function makeKeyFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(fresh, file); // whoever is first has made it
  } catch (problem) {
    if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
  } finally {
    rmSync(fresh, { force: true });
  }
}

function readKeyFile(file: string): string {
  try {
    // systemd gives credentials to a service by an access list, which shows as rights of the group.
    if ((statSync(file).mode & 0o007) !== 0) {
      throw new Failure(`Everybody on this machine can read the master key in ${file}`, {
        todo: 'Take their rights away (chmod 600), and rotate the key if somebody may have read it',
      });
    }
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(`The master key in ${file} cannot be read`, {
      todo: 'Put the key file back, or name the right one in UPSTANDER_KEY_FILE: without it nothing can be opened',
      cause,
    });
  }
}

function secretIn(text: string, where: string): Buffer {
  const words = text.trim();
  const secret = /^[0-9a-f]{64}$/i.test(words) ? Buffer.from(words, 'hex') : Buffer.from(words, 'base64');
  if (secret.length === 32 && /^[A-Za-z0-9+/=_-]+$/.test(words)) return secret;
  throw new Failure(`The master key in ${where} is not 32 bytes in base64 or hexadecimal`, {
    todo: 'Put the right key back; a new one is made by: head -c 32 /dev/urandom | base64',
  });
}

/** A master key that this process holds itself: AES-256-GCM. */
export function localKey(secret: Buffer, from: string): MasterKey {
  const id = createHash('sha256').update('upstander master key\n').update(secret).digest('hex').slice(0, 16);
  return {
    id,
    from,
    wrap: async (key, about) => encrypt(secret, randomBytes(12), `wrapped\n${about}`, key),
    unwrap: async (wrapped, about) => {
      const key = decryptBytes(secret, `wrapped\n${about}`, wrapped);
      if (key !== undefined) return key;
      throw new Failure('A data key does not open with the master key', {
        todo: 'It was changed in the records store: put it back from a backup',
      });
    },
  };
}
