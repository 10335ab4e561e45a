import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

const NONCE = 12;
const TAG = 16;
const VALUE = /^sealed:1:([0-9a-f]{16}):([A-Za-z0-9_-]+)$/;
const NAME = /^name:1:([0-9a-f]{16}):([A-Za-z0-9_-]+)$/;

/** A data key: 32 random bytes that seal the values of one scope. From them come five keys, one for each use. */
export class DataKey {
  /** Sixteen hexadecimal digits; stands in every value that this key has sealed. */
  readonly id: string;
  readonly #value: Buffer;
  readonly #name: Buffer;
  readonly #nonce: Buffer;
  readonly #pad: Buffer;
  /** For an engine that encrypts its own disk: the one use that leaves this class. */
  readonly disk: Buffer;

  /** @throws Error when `secret` is not 32 bytes or `id` not sixteen hexadecimal digits: a fault of the program. */
  constructor(id: string, secret: Buffer) {
    if (secret.length !== 32 || !/^[0-9a-f]{16}$/.test(id)) throw new Error('This is no data key');
    const use = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', `upstander ${what}`, 32));
    this.id = id;
    this.#value = use('value');
    this.#name = use('name');
    this.#nonce = use('nonce of a name');
    this.#pad = use('pad');
    this.disk = use('disk');
  }

  /**
   * Text sealed for one place: AES-256-GCM, a nonce of 96 random bits (`nonce`), and place, row and key as associated data, so
   * that the same text reads nowhere else. One key is good for 2^32 values: then the odds that two nonces were the same are
   * one in 2^33 (NIST SP 800-38D, 8.3).
   */
  seal(place: string, row: string, text: string, nonce: Buffer): string {
    return `sealed:1:${this.id}:${encrypt(this.#value, nonce, `${this.id}\n${place}\n${row}`, text)}`;
  }

  /** What was sealed for this place; undefined when it was changed, stood elsewhere, or another key sealed it. */
  open(place: string, row: string, sealed: string): string | undefined {
    const [, id, body] = VALUE.exec(sealed) ?? [];
    if (id !== this.id || body === undefined) return undefined;
    return decrypt(this.#value, `${this.id}\n${place}\n${row}`, body);
  }

  /**
   * A name sealed always in the same way, so that the database can compare names it cannot read. The nonce is made from the
   * name (synthetic IV): who holds the store sees that two are the same, and nothing else.
   */
  sealName(name: string): string {
    const nonce = createHmac('sha256', this.#nonce).update(name).digest().subarray(0, NONCE);
    return `name:1:${this.id}:${encrypt(this.#name, nonce, `${this.id}\nname`, name)}`;
  }

  /** The name; undefined when it was changed or another key sealed it. */
  openName(sealed: string): string | undefined {
    const [, id, body] = NAME.exec(sealed) ?? [];
    if (id !== this.id || body === undefined) return undefined;
    return decrypt(this.#name, `${this.id}\nname`, body);
  }

  /**
   * 32 random bytes made unreadable, or readable again, by a pad that belongs to one place and row. Does not grow, and does not
   * tell a change: for salts, whose commitments do.
   */
  padded(place: string, row: string, bytes: Buffer): Buffer {
    const pad = createHmac('sha256', this.#pad).update(`${place}\n${row}`).digest();
    return Buffer.from(bytes.map((byte, i) => byte ^ (pad[i] ?? 0)));
  }
}

/** The identifier of the key that sealed a value or a name; undefined for any other text. */
export function keyOf(sealed: string): string | undefined {
  return (VALUE.exec(sealed) ?? NAME.exec(sealed))?.[1];
}

/** Whether a text has the form of a sealed name. */
export function isSealedName(text: string): boolean {
  return text.startsWith('name:1:') && NAME.test(text);
}

/** AES-256-GCM: nonce, text and tag in base64url. Also what a master key wraps data keys with. */
export function encrypt(key: Buffer, nonce: Buffer, about: string, text: string | Buffer): string {
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(Buffer.from(`upstander 1\n${about}`));
  const body = Buffer.concat([cipher.update(Buffer.from(text)), cipher.final()]);
  return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** The text, or undefined when key, associated data or a single bit is not the same. */
export function decrypt(key: Buffer, about: string, sealed: string): string | undefined {
  return decryptBytes(key, about, sealed)?.toString();
}

/** The bytes, or undefined when key, associated data or a single bit is not the same. */
export function decryptBytes(key: Buffer, about: string, sealed: string): Buffer | undefined {
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < NONCE + TAG || bytes.toString('base64url') !== sealed) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
  decipher.setAAD(Buffer.from(`upstander 1\n${about}`));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]);
  } catch {
    return undefined;
  }
}
