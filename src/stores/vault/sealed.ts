import { randomBytes } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { DataKey } from './cipher.ts';
import { NAMES_SCOPE, PLACES, type Place, type PlaceName } from './places.ts';

/** A value on its way into the store, which gets its key there: the sealing dialect puts the sealed text in its place. */
export class Sealing {
  readonly scope: string;
  readonly with: (key: DataKey) => string;

  constructor(scope: string, seal: (key: DataKey) => string) {
    this.scope = scope;
    this.with = seal;
  }
}

/** JSON with sealings somewhere in it, written as text once they are sealed. */
export class WithSealings {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** The scope of a key that is destroyed: the vault forgets its keys when the transaction is committed. */
export class Forgetting {
  readonly scope: string;

  constructor(scope: string) {
    this.scope = scope;
  }
}

/** What identifies a row: the values of the columns that its place names, in that order. */
export type Row = string | number | readonly (string | number)[];

const rowText = (row: Row) => (typeof row === 'object' ? row.join('/') : String(row));
const placeOf = (name: PlaceName): Place => PLACES[name];

/**
 * A text sealed for one column of one row; null stays null. `scope` is needed where the place has none of its own: see
 * `scopeOf`. For a place of JSON any value may be given.
 */
export function sealed(name: PlaceName, row: Row, value: unknown, scope?: string): Sealing | null {
  if (value === null || value === undefined) return null;
  const place = placeOf(name);
  const within = scope ?? place.scope;
  if (typeof within !== 'string') throw new Error(`${name} is sealed under a key of its own: say whose`);
  const text = place.json ? JSON.stringify(value) : String(value);
  return new Sealing(within, (key) => key.seal(name, rowText(row), text, randomBytes(12)));
}

/** A sealed value as a column of type jsonb takes it. */
export function sealedJson(name: PlaceName, row: Row, value: unknown): RawBuilder<unknown> {
  const one = sealed(name, row, value);
  return one === null ? sql`null::jsonb` : sql`to_jsonb(${one}::text)`;
}

/** A name, sealed so that the database can compare it: for columns of `NAMES` and for conditions on them. */
export function named(name: string): Sealing;
export function named(name: string | null | undefined): Sealing | null;
export function named(name: string | null | undefined): Sealing | null {
  if (name === null || name === undefined) return null;
  return new Sealing(NAMES_SCOPE, (key) => key.sealName(name));
}

/** A salt of 32 bytes in hexadecimal digits, made unreadable for its row. */
export function paddedSalt(row: Row, salt: Buffer): Sealing {
  const place: PlaceName = 'audit_detail.salt';
  return new Sealing(PLACES[place].scope, (key) => key.padded(place, rowText(row), salt).toString('hex'));
}

/** Rows as JSON text for `jsonb_to_recordset`, sealed where they hold sealings. */
export function json(value: unknown): WithSealings {
  return new WithSealings(value);
}

// Known to this process alone, so that no text in the store can ask to be opened.
export const OPEN = `open ${randomBytes(12).toString('hex')} `;
export const TRY = `try_ ${randomBytes(12).toString('hex')} `;
export const BETWEEN = '\u001f';
/** Stands for the place of a name, which has none. */
export const A_NAME = 'a name';

/** What `openedOrBroken` gives for a value that does not open. */
export const BROKEN = '[does not open: it was changed]';
/** What is read where the key was destroyed. */
export const ERASED = '[erased]';

/**
 * SQL for a sealed column of the table called `alias`: reads as what was sealed. The row it stands in is part of the question,
 * so a value from another row does not open.
 * @throws Failure, when it is read, where it was changed, moved, never sealed, or its key is missing.
 */
export function opened(name: PlaceName, alias = name.split('.')[0] ?? ''): RawBuilder<string> {
  return asked(OPEN, name, alias);
}

/** The same for whoever must look at a store that somebody may have changed: what does not open reads as `BROKEN`. */
export function openedOrBroken(name: PlaceName, alias = name.split('.')[0] ?? ''): RawBuilder<string> {
  return asked(TRY, name, alias);
}

/** A name of `NAMES` for the same: a change reads as `BROKEN`. Without it, names are opened wherever they stand. */
export function nameOrBroken(column: string): RawBuilder<string> {
  return sql`(${TRY + A_NAME + BETWEEN + BETWEEN}::text || ${sql.ref(column)})`;
}

function asked(how: string, name: PlaceName, alias: string): RawBuilder<string> {
  const [, column = ''] = name.split('.');
  const { row, json: isJson, pad } = placeOf(name);
  const parts = row.map((one) => sql`${sql.ref(`${alias}.${one}`)}::text`);
  const ref = sql.ref(`${alias}.${column}`);
  const value = pad ? sql`encode(${ref}, 'hex')` : isJson ? sql`(${ref} #>> '{}')` : ref;
  return sql`(${how + name + BETWEEN}::text || ${sql.join(parts, sql` || '/' || `)} || ${BETWEEN}::text || ${value})`;
}
