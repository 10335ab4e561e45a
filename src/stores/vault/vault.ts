import { randomBytes } from 'node:crypto';
import { Failure } from '../../kernel/failure.ts';
import { DataKey } from './cipher.ts';
import type { MasterKey } from './master-key.ts';

/** Says a statement to the records store. */
export type Ask = <Row>(text: string, parameters: readonly unknown[]) => Promise<Row[]>;

/** A data key as the records store holds it. */
export interface StoredKey {
  key_id: string;
  scope: string;
  master: string;
  /** null: destroyed. */
  wrapped: string | null;
}

/** For what a data key is wrapped: it opens nowhere else. */
export const aboutKey = (id: string, scope: string) => `${id} ${scope}`;

/**
 * The data keys of one records store, unwrapped by its master key as they are needed. Each scope (a matter, an authority, the
 * accounts, the signals, ...) has one, made with the first value that is sealed under it.
 */
export class Vault {
  #master: MasterKey;
  readonly #byScope = new Map<string, DataKey>();
  readonly #byId = new Map<string, DataKey | 'destroyed'>();

  constructor(master: MasterKey) {
    this.#master = master;
  }

  get master(): MasterKey {
    return this.#master;
  }

  /**
   * The key that seals for a scope, made when there is none. `pending` keeps what a transaction has seen until it ends: a key
   * that is rolled back with its transaction must not seal anything afterwards.
   * @throws Failure when it was destroyed, or another master key has wrapped it.
   */
  async keyFor(ask: Ask, scope: string, pending?: Map<string, DataKey>): Promise<DataKey> {
    const known = this.#byScope.get(scope) ?? pending?.get(scope);
    if (known !== undefined) return known;
    const stored = await this.#stored(ask, scope);
    const key = await this.#unwrapped(stored);
    if (key === 'destroyed') {
      throw new Failure(
        'What belongs to this was erased, and its key destroyed: nothing can be added to it',
        {
          todo: 'Begin anew under a new matter or authority',
        },
      );
    }
    (pending ?? this.#byScope).set(scope, key);
    return key;
  }

  /** Keys that a transaction has seen are kept once it has been committed. */
  keep(seen: ReadonlyMap<string, DataKey>): void {
    for (const [scope, key] of seen) this.#byScope.set(scope, key);
  }

  /** A key that was met before; undefined when it has to be asked for. */
  known(id: string): DataKey | 'destroyed' | undefined {
    return this.#byId.get(id);
  }

  /**
   * Asks for a key by its identifier, to open what it has sealed.
   * @throws Failure when there is none, or another master key has wrapped it.
   */
  async keyById(ask: Ask, id: string): Promise<DataKey | 'destroyed'> {
    const known = this.#byId.get(id);
    if (known !== undefined) return known;
    const [stored] = await ask<StoredKey>('select * from data_key_by_id($1)', [id]);
    if (stored === undefined) {
      throw new Failure(`The key ${id}, which has sealed what is asked for, is not in the records store`, {
        todo: 'Put the table data_key back from a backup; nothing was shown instead',
      });
    }
    return this.#unwrapped(stored);
  }

  /** Forgets every key, so that each is read anew from the store: after keys were rewrapped or destroyed. */
  forget(master: MasterKey = this.#master): void {
    this.#master = master;
    this.#byScope.clear();
    this.#byId.clear();
  }

  async #stored(ask: Ask, scope: string): Promise<StoredKey> {
    const find = () => ask<StoredKey>('select * from data_key_of($1)', [scope]);
    const [known] = await find();
    if (known !== undefined) return known;
    const id = randomBytes(8).toString('hex');
    const wrapped = await this.#master.wrap(randomBytes(32), aboutKey(id, scope));
    await ask('select make_data_key($1, $2, $3, $4)', [id, scope, this.#master.id, wrapped]);
    const [made] = await find(); // ours, or that of whoever was first
    if (made === undefined) throw new Error('The key that was just made is not there');
    return made;
  }

  async #unwrapped(stored: StoredKey): Promise<DataKey | 'destroyed'> {
    const key = await this.open(stored);
    this.#byId.set(stored.key_id, key);
    return key;
  }

  /** @throws Failure when another master key has wrapped it. */
  async open({ key_id, scope, master, wrapped }: StoredKey): Promise<DataKey | 'destroyed'> {
    if (wrapped === null) return 'destroyed';
    if (master !== this.#master.id) throw otherMaster(master, this.#master);
    return new DataKey(key_id, await this.#master.unwrap(wrapped, aboutKey(key_id, scope)));
  }
}

function otherMaster(wanted: string, given: MasterKey): Failure {
  return new Failure(
    `The records were sealed under the master key ${wanted}, but ${given.from} holds ${given.id}`,
    {
      todo: 'Give the key they were sealed under; without it nothing can be opened, and nothing is shown instead',
    },
  );
}
