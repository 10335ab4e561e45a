import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { Session } from 'chdb';
import { type ChdbConnection, createChdbConnection } from 'chdb/connection';
import { Failure } from '../../kernel/failure.ts';
import { type DiskKey, moveToDisk, plainTables, removePlain, startEngine } from './encrypted-disk.ts';
import type { Column, Events, Format, Values } from './events.ts';
import { boundValues } from './values.ts';

// Said once on each connection: settings of a single query would stick to its connection.
const COMMON = [
  "SET session_timezone = 'UTC'",
  'SET output_format_json_quote_64bit_integers = 0',
  "SET storage_file_read_method = 'pread'", // mapped files would count as this process's memory
  'SET join_use_nulls = 0',
];
const READERS = 3;
/** Memory is given back so often while a statement runs; more often while files are read, which uses much for a moment. */
const GIVE_BACK_MS = 500;
const GIVE_BACK_OFTEN_MS = 300;

interface Link {
  connection: ChdbConnection;
  client: ClickHouseClient;
  waiting: number;
  turn: Promise<unknown>;
}

/** ClickHouse in this process (chDB), on one folder that no other process can hold at the same time. */
export class EmbeddedEngine implements Events {
  readonly database: string;
  readonly #writer: Link;
  readonly #readers: Link[];
  /** Gives memory back while the others are at work. */
  readonly #keeper: Link;
  /** Holds the engine with its encrypted disk; undefined where the tables are plain. */
  readonly #session: Session | undefined;
  #gaveBack = performance.now();

  private constructor(
    database: string,
    writer: Link,
    readers: Link[],
    keeper: Link,
    session: Session | undefined,
  ) {
    this.#session = session;
    this.database = database;
    this.#writer = writer;
    this.#readers = readers;
    this.#keeper = keeper;
  }

  /**
   * Everything is stored on an encrypted disk under `key`; tables of earlier versions, which were plain, are moved there first.
   * @throws Failure when another process holds the folder, or it was sealed with another key.
   */
  static async open(folder: string, database: string, key: DiskKey): Promise<EmbeddedEngine> {
    if (key !== null && plainTables(folder).length > 0) {
      const before = await EmbeddedEngine.#on(
        folder,
        database,
        startEngine(folder, key, 'with what is plain'),
      );
      await moveToDisk({
        command: (sql, values) => before.command(sql, values),
        query: (sql, values) => before.query(sql, values),
      });
      await before.close();
      removePlain(folder);
    }
    return EmbeddedEngine.#on(
      folder,
      database,
      key === null ? undefined : startEngine(folder, key, 'sealed only'),
    );
  }

  static async #on(folder: string, database: string, session: Session | undefined): Promise<EmbeddedEngine> {
    const writer = link(folder);
    await sayAll(writer, [...COMMON, `CREATE DATABASE IF NOT EXISTS ${database}`, `USE ${database}`]);
    const readers: Link[] = [];
    for (let i = 0; i < READERS; i++) {
      const reader = link(folder);
      // Last of all: a connection that may only read cannot change a setting any more.
      await sayAll(reader, [...COMMON, 'SET max_threads = 2', `USE ${database}`, 'SET readonly = 1']);
      readers.push(reader);
    }
    return new EmbeddedEngine(database, writer, readers, link(folder), session);
  }

  async query<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    const reader = this.#readers.reduce((least, other) => (other.waiting < least.waiting ? other : least));
    return rows(reader, sql, values);
  }

  async queryForWrite<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    return rows(this.#writer, sql, values);
  }

  async queryFiles<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    return rows(this.#writer, sql, values);
  }

  async command(sql: string, values: Values = {}): Promise<void> {
    await this.#run(sql, values, GIVE_BACK_MS);
  }

  /** Runs a statement that writes, and gives memory back every so many milliseconds while it is at work. */
  async #run(sql: string, values: Values, every: number): Promise<void> {
    await inTurn(this.#writer, async () => {
      let giving: Promise<void> | undefined;
      const timer = setInterval(() => {
        giving ??= this.#giveBack().finally(() => {
          giving = undefined;
        });
      }, every);
      try {
        await this.#writer.client.command({ query: sql, query_params: boundValues(values) });
      } finally {
        clearInterval(timer);
        await giving;
        if (performance.now() - this.#gaveBack > every) await this.#giveBack();
      }
    });
  }

  /** The engine keeps memory that it has used for later; of long work that would be as much again as it needs. */
  async #giveBack(): Promise<void> {
    await this.#keeper.client.command({ query: 'SYSTEM JEMALLOC PURGE' }).catch(() => {}); // it is only thrift
    this.#gaveBack = performance.now();
  }

  async insertFromFiles(table: string, columns: readonly Column[], select: string, values: Values = {}) {
    const names = columns.map((c) => c.name).join(', ');
    await this.#run(`INSERT INTO ${table} (${names}) ${select}`, values, GIVE_BACK_OFTEN_MS);
  }

  async rowsRead(): Promise<number> {
    // What a view hands on is counted as read and as written once more.
    const [now] = await this.query<{ n: number }>(
      `SELECT greatest(0, max(if(startsWith(query, 'INSERT INTO FUNCTION'), toInt64(read_rows), read_rows - written_rows))) AS n
       FROM system.processes WHERE startsWith(query, 'INSERT')`,
    );
    return now?.n ?? 0;
  }

  /** Inserts the result of a select into another server through its HTTP address, in the native format. */
  async push(url: string, columns: readonly Column[], select: string, values: Values): Promise<void> {
    const structure = columns.map((c) => `${c.name} ${c.type}`).join(', ');
    await this.#run(
      `INSERT INTO FUNCTION url(${literal(url)}, 'Native', ${literal(structure)}) ${select}`,
      values,
      GIVE_BACK_OFTEN_MS,
    );
  }

  async writeFile(file: string, format: Format, sql: string, values: Values = {}): Promise<void> {
    await this.command(`INSERT INTO FUNCTION file(${literal(file)}, '${format}') ${sql}`, values);
  }

  async close(): Promise<void> {
    for (const one of [...this.#readers, this.#writer]) await one.turn.catch(() => {});
    for (const one of [...this.#readers, this.#keeper, this.#writer]) await one.client.close();
    this.#session?.close();
  }
}

function link(folder: string): Link {
  try {
    const connection = createChdbConnection({ path: folder });
    const client = createClient({ connection } as never);
    return { connection, client, waiting: 0, turn: Promise.resolve() };
  } catch (cause) {
    throw new Failure(`The events store in ${folder} cannot be opened`, {
      todo: 'Check that no other program holds the folder and that its disk is not full',
      cause,
    });
  }
}

async function sayAll(one: Link, statements: string[]): Promise<void> {
  for (const query of statements) await one.client.command({ query });
}

/** A chDB connection runs one query at a time; the turn keeps the order and counts who waits. */
async function inTurn<T>(one: Link, work: () => Promise<T>): Promise<T> {
  one.waiting++;
  const mine = one.turn.catch(() => {}).then(work);
  one.turn = mine;
  try {
    return await mine;
  } finally {
    one.waiting--;
  }
}

function rows<Row>(one: Link, sql: string, values: Values): Promise<Row[]> {
  return inTurn(one, async () => {
    const result = await one.client.query({
      query: sql,
      query_params: boundValues(values),
      format: 'JSONEachRow',
    });
    return result.json<Row>();
  });
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
