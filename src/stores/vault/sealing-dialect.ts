import {
  CompiledQuery as Compiled,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import { type DataKey, isSealedName, keyOf } from './cipher.ts';
import { PLACES, type Place, type PlaceName } from './places.ts';
import { A_NAME, BETWEEN, BROKEN, ERASED, Forgetting, OPEN, Sealing, TRY, WithSealings } from './sealed.ts';
import type { Ask, Vault } from './vault.ts';

/**
 * A dialect whose statements take `sealed` and `named` values and whose rows give back what `opened` asks for, on the same
 * connection and in the same transaction. Names are opened wherever they stand in a row.
 */
export function sealingDialect(inner: Dialect, vault: Vault): Dialect {
  return {
    createAdapter: () => inner.createAdapter(),
    createDriver: () => new SealingDriver(inner.createDriver(), vault),
    createIntrospector: (db) => inner.createIntrospector(db),
    createQueryCompiler: () => inner.createQueryCompiler(),
  };
}

class SealingConnection implements DatabaseConnection {
  readonly inner: DatabaseConnection;
  readonly #vault: Vault;
  /** Keys seen by the transaction under way; undefined outside of one. */
  pending: Map<string, DataKey> | undefined;
  /** The transaction under way destroys a key. */
  forgets = false;

  constructor(inner: DatabaseConnection, vault: Vault) {
    this.inner = inner;
    this.#vault = vault;
  }

  readonly #ask: Ask = async <Row>(text: string, parameters: readonly unknown[]) => {
    const { rows } = await this.inner.executeQuery<Row>(Compiled.raw(text, [...parameters]));
    return rows;
  };

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters: unknown[] = [];
    for (const one of query.parameters) parameters.push(await this.#sealed(one));
    const result = await this.inner.executeQuery<R>({ ...query, parameters });
    await this.#learn(result.rows);
    return { ...result, rows: result.rows.map((row) => this.#opened(row) as R) };
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Records are not streamed');
  }

  async #sealed(value: unknown): Promise<unknown> {
    if (value instanceof Sealing) return value.with(await this.#keyFor(value.scope));
    if (value instanceof Forgetting) {
      this.forgets = true;
      return value.scope;
    }
    if (value instanceof WithSealings) return JSON.stringify(await this.#within(value.value));
    return value;
  }

  async #within(value: unknown): Promise<unknown> {
    const scopes = new Set<string>();
    walk(value, (one) => void (one instanceof Sealing && scopes.add(one.scope)));
    const keys = new Map<string, DataKey>();
    for (const scope of scopes) keys.set(scope, await this.#keyFor(scope));
    return replaced(value, (one) =>
      one instanceof Sealing ? one.with(keys.get(one.scope) as DataKey) : undefined,
    );
  }

  #keyFor(scope: string): Promise<DataKey> {
    return this.#vault.keyFor(this.#ask, scope, this.pending);
  }

  /** Asks for the keys that the rows need, so that they can be opened without waiting. */
  async #learn(rows: readonly unknown[]): Promise<void> {
    const ids = new Set<string>();
    const scopes = new Set<string>();
    for (const row of rows) {
      walk(row, (one) => {
        if (typeof one !== 'string') return;
        const asked = question(one);
        if (asked?.place?.pad) scopes.add(String(asked.place.scope));
        const sealed = asked === undefined ? (isSealedName(one) ? one : '') : asked.value;
        const id = keyOf(sealed);
        if (id !== undefined && this.#vault.known(id) === undefined) ids.add(id);
      });
    }
    for (const id of ids) await this.#vault.keyById(this.#ask, id);
    for (const scope of scopes) this.#pads.set(scope, await this.#keyFor(scope));
  }

  readonly #pads = new Map<string, DataKey>();

  #opened(row: unknown): unknown {
    return replaced(row, (one) => {
      if (typeof one !== 'string') return undefined;
      const asked = question(one);
      if (asked !== undefined) return this.#answer(asked);
      return isSealedName(one) ? this.#name(one) : undefined;
    });
  }

  /** A name that somebody may have changed. */
  #tried(sealed: string): string {
    const key = this.#vault.known(keyOf(sealed) ?? '');
    return (key === 'destroyed' ? ERASED : key?.openName(sealed)) ?? BROKEN;
  }

  #name(sealed: string): string {
    const key = this.#vault.known(keyOf(sealed) ?? '');
    if (key === 'destroyed') return ERASED;
    const name = key?.openName(sealed);
    if (name === undefined) throw changed('A name');
    return name;
  }

  #answer({ name, place, row, value, mayBeBroken }: Question): unknown {
    if (place === undefined) return this.#tried(value);
    if (place.pad) {
      const salt = this.#pads.get(String(place.scope))?.padded(name, row, Buffer.from(value, 'hex'));
      return salt?.toString('hex');
    }
    const key = this.#vault.known(keyOf(value) ?? '');
    if (key === 'destroyed') return place.json ? null : ERASED;
    const text = key?.open(name, row, value);
    if (text !== undefined) return place.json ? JSON.parse(text) : text;
    if (mayBeBroken) return BROKEN;
    throw changed(`What stands in ${name} of ${row}`);
  }
}

function changed(what: string): Failure {
  return new Failure(`${what} does not open: it was changed, moved from another row, or never sealed`, {
    todo: 'Run `upstander verify` and put the records store back from a backup; nothing was shown instead',
  });
}

interface Question {
  name: PlaceName;
  /** undefined: a name. */
  place: Place | undefined;
  row: string;
  value: string;
  mayBeBroken: boolean;
}

function question(text: string): Question | undefined {
  const mayBeBroken = text.startsWith(TRY);
  if (!mayBeBroken && !text.startsWith(OPEN)) return undefined;
  const [name = '', row = '', ...value] = text.slice(OPEN.length).split(BETWEEN);
  const place = name === A_NAME ? undefined : PLACES[name as PlaceName];
  return { name: name as PlaceName, place, row, value: value.join(BETWEEN), mayBeBroken };
}

const isInside = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && (Array.isArray(value) || isPlain(value));
const isPlain = (value: object) => {
  const proto = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
};

function walk(value: unknown, see: (one: unknown) => void): void {
  if (isInside(value)) for (const one of Object.values(value)) walk(one, see);
  else see(value);
}

/** The same with every leaf for which `by` gives something put in its place; the same object where it gives nothing. */
function replaced(value: unknown, by: (one: unknown) => unknown): unknown {
  if (!isInside(value)) {
    const other = by(value);
    return other === undefined ? value : other;
  }
  if (Array.isArray(value)) return value.map((one) => replaced(one, by));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, replaced(one, by)]));
}

class SealingDriver implements Driver {
  readonly #inner: Driver;
  readonly #vault: Vault;

  constructor(inner: Driver, vault: Vault) {
    this.#inner = inner;
    this.#vault = vault;
  }

  init(): Promise<void> {
    return this.#inner.init();
  }

  async acquireConnection(): Promise<SealingConnection> {
    return new SealingConnection(await this.#inner.acquireConnection(), this.#vault);
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const one = connection as SealingConnection;
    await this.#inner.beginTransaction(one.inner, settings);
    one.pending = new Map();
    one.forgets = false;
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const one = connection as SealingConnection;
    const seen = one.pending;
    one.pending = undefined;
    await this.#inner.commitTransaction(one.inner);
    if (one.forgets) this.#vault.forget();
    else if (seen !== undefined) this.#vault.keep(seen);
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const one = connection as SealingConnection;
    one.pending = undefined;
    await this.#inner.rollbackTransaction(one.inner);
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']) {
    await this.#inner.savepoint?.((connection as SealingConnection).inner, name, compile);
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ) {
    const one = connection as SealingConnection;
    one.pending = new Map(); // what was made since may be gone: ask again
    await this.#inner.rollbackToSavepoint?.(one.inner, name, compile);
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ) {
    await this.#inner.releaseSavepoint?.((connection as SealingConnection).inner, name, compile);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#inner.releaseConnection((connection as SealingConnection).inner);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}
