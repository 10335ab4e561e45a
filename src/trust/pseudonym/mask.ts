import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { scopeKey } from './key.ts';
import { called, isReference } from './word.ts';

export type Kind = 'officer' | 'person' | 'signal' | 'encounter' | 'log entry';

/** What columns of a row are: identifiers to be put in pseudonyms, and what goes with them. */
export interface Shape {
  /** Columns with an identifier beside `officer_id`, `person_id` and their like. */
  ids?: Readonly<Record<string, Kind>>;
  /** The column whose identifier gives `name` its pseudonym. */
  named?: string;
  /** Columns that identify somebody by what they hold (numbers, records): shown as withheld. */
  withheld?: readonly string[];
}

const COLUMNS: Readonly<Record<string, Kind>> = {
  officer_id: 'officer',
  officerId: 'officer',
  person_id: 'person',
  personId: 'person',
  crewed_with: 'officer',
};

const KINDS: readonly Kind[] = ['officer', 'person', 'signal', 'encounter', 'log entry'];

export const WITHHELD = 'withheld';

/**
 * Puts pseudonyms in place of identifiers on the way out of the stores and takes them back on the way in. A reference is the
 * identifier encrypted under the key of one scope, always in the same way (synthetic IV: HMAC-SHA-256, then AES-256-CTR): it
 * is stable within the scope, says nothing across scopes, and one that was made up does not open.
 */
export class Mask {
  readonly #mac: Buffer;
  readonly #cipher: Buffer;

  constructor(installation: Buffer, scope: string) {
    const key = scopeKey(installation, scope);
    this.#mac = key.subarray(0, 32);
    this.#cipher = key.subarray(32);
  }

  /** The reference of an identifier; nothing stays nothing. */
  reference(kind: Kind, id: string): string {
    if (id === '') return '';
    const iv = this.#iv(kind, id);
    const cipher = createCipheriv('aes-256-ctr', this.#cipher, iv);
    const text = Buffer.concat([iv, cipher.update(id, 'utf8'), cipher.final()]);
    return `${kind.charAt(0)}_${text.toString('base64url')}`;
  }

  /** The identifier behind a reference of this scope; undefined for anything else. */
  identifier(text: string): string | undefined {
    if (!isReference(text)) return undefined;
    const bytes = Buffer.from(text.slice(2), 'base64url');
    if (bytes.length < 17) return undefined;
    const iv = bytes.subarray(0, 16);
    const decipher = createDecipheriv('aes-256-ctr', this.#cipher, iv);
    const id = Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
    const kind = KINDS.find((one) => text.startsWith(one.charAt(0))) ?? 'officer';
    return timingSafeEqual(this.#iv(kind, id), iv) ? id : undefined;
  }

  /** A value on its way into a store: references, also in lists, become identifiers; all else stays. */
  inward<T>(value: T): T {
    if (typeof value === 'string') return (this.identifier(value) ?? value) as T;
    if (Array.isArray(value)) return value.map((one) => this.inward(one)) as T;
    return value;
  }

  /** Rows on their way out: identifiers become references, names pseudonyms, and sentences lose their officer. */
  outward<Row>(rows: readonly Row[], shape: Shape = {}): Row[] {
    return rows.map((row) => this.#masked(row, shape) as Row);
  }

  #iv(kind: Kind, id: string): Buffer {
    return createHmac('sha256', this.#mac).update(`${kind} ${id}`).digest().subarray(0, 16);
  }

  #masked(value: unknown, shape: Shape): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#masked(one, shape));
    if (value === null || typeof value !== 'object' || value instanceof Date) return value;
    const row = value as Record<string, unknown>;
    const kinds = { ...COLUMNS, ...shape.ids };
    const masked: Record<string, unknown> = {};
    for (const [name, one] of Object.entries(row)) {
      const kind = kinds[name];
      if (kind !== undefined) masked[name] = this.#id(kind, one);
      else if (shape.withheld?.includes(name)) masked[name] = one === '' || one === null ? one : WITHHELD;
      else masked[name] = this.#masked(one, {});
    }
    if (shape.named !== undefined) {
      if ('name' in row) masked.name = called(String(masked[shape.named] ?? ''));
      if ('collar' in row) masked.collar = '';
    }
    if (typeof row.text === 'string' && 'indicator' in row) {
      masked.text = withoutOfficer(row.text, called(String(masked.officerId ?? masked.officer_id ?? '')));
    }
    return masked;
  }

  #id(kind: Kind, value: unknown): unknown {
    if (typeof value === 'string') return this.reference(kind, value);
    return Array.isArray(value) ? value.map((one) => this.#id(kind, one)) : value;
  }
}

// How sentences of indicators go on after the officer (indicators/*/indicator.yaml; a test holds them to it).
const AFTER =
  /^.*?(?: (?=looked |made |has |had |first contacted |and this person had |stopped near |shares |called or wrote |holds |is named |sent |declared |parked |met )|: )/s;

/** A signal's sentence with a pseudonym for the officer; one that cannot be read so is withheld whole. */
export function withoutOfficer(text: string, pseudonym: string): string {
  if (!AFTER.test(text)) return 'A signal whose sentence is withheld';
  return text.replace(AFTER, () => `Officer ${pseudonym} `);
}
