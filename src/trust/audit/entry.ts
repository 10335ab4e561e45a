import { createHmac, randomBytes } from 'node:crypto';

/** What a force must log of its processing (Data Protection Act 2018, section 62(1)). */
export const ACTS = ['collection', 'alteration', 'look', 'disclosure', 'combination', 'erasure'] as const;
export type Act = (typeof ACTS)[number];

/**
 * What may name or describe a person. Of each only a salted commitment is hashed, so that value and salt can be erased
 * and the log still verifies.
 */
export const FIELDS = ['who', 'session', 'officer', 'person', 'found', 'why', 'more'] as const;
export type Field = (typeof FIELDS)[number];

/** An act as it is handed to the log. */
export interface Deed {
  act: Act;
  /** Which act it was, in one word: `view`, `import`, `detect`. */
  action: string;
  /** On what, in plain words without names: `encounter timeline`. */
  what: string;
  /** `refused`: somebody tried and was not let. */
  outcome?: 'done' | 'refused';
  /** Who did it, as the audit names them. */
  who: string;
  session?: string | undefined;
  officer?: string | undefined;
  person?: string | undefined;
  /** Those whom a list or a search showed. */
  found?: { officers: string[]; people: string[] } | undefined;
  why?: string | undefined;
  /** Facts of the act: files, counts, numbers of runs. */
  more?: Record<string, unknown> | undefined;
  /** Of an erasure: the fields that were wiped, as entry number and field. */
  erased?: readonly Wiped[] | undefined;
}

export type Wiped = readonly [entry: number, field: Field];

/** An entry without its personal fields: everything that is hashed. */
export interface Entry {
  /** From 0, without gaps. */
  n: number;
  /** To the millisecond; never before the entry before it. */
  at: Date;
  /** What the clock said, when it said a time before the entry before. */
  clock?: Date | undefined;
  act: Act;
  action: string;
  what: string;
  outcome: 'done' | 'refused';
  commitments: Commitments;
  erased?: readonly Wiped[] | undefined;
}

/** For each field that the entry has, the commitment in 64 hexadecimal digits. */
export type Commitments = { [field in Field]?: string };

/** A field and the salt of its commitment, as long as neither was erased. */
export interface Opening {
  salt: Buffer;
  value: string;
}

export type Detail = { [field in Field]?: Opening };

/** The bytes of an entry that the tree hashes: JSON without spaces, keys in alphabetical order, UTF-8. */
export function leafBytes(entry: Entry): Buffer {
  const commitments = Object.fromEntries(
    [...FIELDS].sort().flatMap((field) => {
      const one = entry.commitments[field];
      return one === undefined ? [] : [[field, one]];
    }),
  );
  return Buffer.from(
    JSON.stringify({
      act: entry.act,
      action: entry.action,
      at: entry.at.toISOString(),
      clock: entry.clock?.toISOString(),
      commitments,
      erased: entry.erased,
      n: entry.n,
      outcome: entry.outcome,
      v: 1,
      what: entry.what,
    }),
  );
}

/** HMAC-SHA-256 under the salt of the field's name and value. Without the salt nobody can try values out. */
export function commitment(field: Field, { salt, value }: Opening): string {
  return createHmac('sha256', salt).update(`${field}\n${value}`).digest('hex');
}

/** The personal fields of a deed, each with a salt of its own. */
export function committed(deed: Deed): { detail: Detail; commitments: Commitments } {
  const values: { [field in Field]: string | undefined } = {
    who: deed.who,
    session: deed.session,
    officer: deed.officer,
    person: deed.person,
    found: deed.found && JSON.stringify(deed.found),
    why: deed.why,
    more: deed.more && JSON.stringify(deed.more),
  };
  const detail: Detail = {};
  const commitments: Commitments = {};
  for (const field of FIELDS) {
    const value = values[field];
    if (value === undefined || value === '') continue;
    const opening = { salt: randomBytes(32), value: storable(value) };
    detail[field] = opening;
    commitments[field] = commitment(field, opening);
  }
  return { detail, commitments };
}

/** Text that the store gives back as it was: it takes neither NUL nor half a character. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}
