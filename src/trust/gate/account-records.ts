import {
  type CompiledQuery,
  type ControlledTransaction,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  sql,
} from 'kysely';
import { pageRole } from '../../stores/records/force.ts';
import type { Records } from '../../stores/records/records.ts';
import type { Mask } from '../pseudonym/mask.ts';

/** For whom records are read. */
export interface ForAccount {
  accountId: string;
  at: Date;
  /** `list`: the queue, and a search for a matter, show more than the purpose in force opens. Otherwise only that. */
  scope?: 'list';
  /** Puts pseudonyms in place of identifiers in all that comes out, and takes them back in all that goes in. */
  mask?: Mask | undefined;
}

type Trx = ControlledTransaction<Record<string, never>>;

/**
 * The records store as one account sees it: every statement runs in a transaction under the role of pages, which owns
 * nothing, with the account in a setting of that transaction. Row-level security does the rest. It shares the connections
 * of `records` and must not be destroyed.
 */
export function accountRecords(records: Records, who: ForAccount): Records {
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new AccountDriver(records, who),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  return new Kysely<Record<string, never>>({ dialect });
}

/** One transaction of the store, held from acquiring to releasing; a transaction asked for inside is that same one. */
class AccountConnection implements DatabaseConnection {
  readonly trx: Trx;
  readonly #mask: Mask | undefined;
  failed = false;

  constructor(trx: Trx, mask: Mask | undefined) {
    this.trx = trx;
    this.#mask = mask;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const mask = this.#mask;
      if (mask === undefined) return await this.trx.executeQuery<R>(query);
      const result = await this.trx.executeQuery<R>({
        ...query,
        parameters: query.parameters.map((one) => mask.inward(one)),
      });
      return { ...result, rows: mask.outward(result.rows) };
    } catch (problem) {
      this.failed = true;
      throw problem;
    }
  }

  // biome-ignore lint/correctness/useYield: nothing here reads in a stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Records of an account are not streamed');
  }
}

class AccountDriver implements Driver {
  readonly #records: Records;
  readonly #who: ForAccount;

  constructor(records: Records, who: ForAccount) {
    this.#records = records;
    this.#who = who;
  }

  async init(): Promise<void> {}
  async destroy(): Promise<void> {}

  async acquireConnection(): Promise<AccountConnection> {
    const trx = await this.#records.startTransaction().execute();
    try {
      const { accountId, at, scope } = this.#who;
      await sql`select set_config('role', ${pageRole}, true)`.execute(trx);
      await sql`select set_config('upstander.account', ${accountId}, true),
        set_config('upstander.at', ${at.toISOString()}, true),
        set_config('upstander.scope', ${scope ?? ''}, true)`.execute(trx);
      return new AccountConnection(trx, this.#who.mask);
    } catch (problem) {
      await trx.rollback().execute();
      throw problem;
    }
  }

  async beginTransaction(): Promise<void> {}
  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    (connection as AccountConnection).failed = true;
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const { trx, failed } = connection as AccountConnection;
    await (failed ? trx.rollback() : trx.commit()).execute();
  }
}
