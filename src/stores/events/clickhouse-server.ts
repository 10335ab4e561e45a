import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Failure } from '../../kernel/failure.ts';
import type { EmbeddedEngine } from './embedded-engine.ts';
import type { Column, Events, Format, Values } from './events.ts';
import { boundValues } from './values.ts';

const SETTINGS = {
  session_timezone: 'UTC',
  output_format_json_quote_64bit_integers: 0,
  join_use_nulls: 0,
  wait_end_of_query: 1,
} as const;

// Problems are thrown and told once; the client's own log would repeat them with the statement.
const QUIET = { log: { level: ClickHouseLogLevel.OFF } };

/** A ClickHouse server over HTTP. Files of this machine are read by the process's own engine and pushed to it. */
export class ClickHouseServer implements Events {
  readonly database: string;
  readonly #url: URL;
  readonly #writer: ClickHouseClient;
  readonly #reader: ClickHouseClient;
  readonly #files: EmbeddedEngine;
  readonly #release: () => Promise<void>;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(url: URL, database: string, files: EmbeddedEngine, release: () => Promise<void>) {
    this.#url = url;
    this.database = database;
    const common = { url: url.origin, database, request_timeout: 3_600_000, ...QUIET, ...credentials(url) };
    this.#writer = createClient({ ...common, clickhouse_settings: SETTINGS });
    this.#reader = createClient({ ...common, clickhouse_settings: { ...SETTINGS, readonly: '1' } });
    this.#files = files;
    this.#release = release;
  }

  /**
   * @throws Failure when the server does not answer.
   */
  static async open(address: string, files: EmbeddedEngine, release: () => Promise<void>) {
    const url = new URL(address);
    const database = url.pathname.replace(/^\//, '') || 'upstander';
    if (!/^\w+$/.test(database)) {
      throw new Failure('CLICKHOUSE_URL names a database that cannot be used', {
        todo: 'Use letters, digits and underscores',
      });
    }
    const first = createClient({ url: url.origin, ...QUIET, ...credentials(url) });
    try {
      await first.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
    } catch (cause) {
      throw new Failure(`The ClickHouse server at ${url.host} does not answer as it should`, {
        todo: 'Check CLICKHOUSE_URL, that the server runs, and that its user may create databases',
        cause,
      });
    } finally {
      await first.close();
    }
    return new ClickHouseServer(url, database, files, release);
  }

  async query<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    return rows(this.#reader, sql, values);
  }

  async queryForWrite<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    return this.#inTurn(() => rows<Row>(this.#writer, sql, values));
  }

  queryFiles<Row>(sql: string, values: Values = {}): Promise<Row[]> {
    return this.#files.queryFiles(sql, values);
  }

  async command(sql: string, values: Values = {}): Promise<void> {
    await this.#inTurn(() => this.#writer.command({ query: sql, query_params: boundValues(values) }));
  }

  async insertFromFiles(table: string, columns: readonly Column[], select: string, values: Values = {}) {
    const target = new URL(this.#url.origin);
    target.searchParams.set('database', this.database);
    target.searchParams.set(
      'query',
      `INSERT INTO ${table} (${columns.map((c) => c.name).join(', ')}) FORMAT Native`,
    );
    if (this.#url.username) {
      target.searchParams.set('user', decodeURIComponent(this.#url.username));
      target.searchParams.set('password', decodeURIComponent(this.#url.password));
    }
    await this.#files.push(target.href, columns, select, values);
  }

  rowsRead(): Promise<number> {
    return this.#files.rowsRead();
  }

  async writeFile(file: string, format: Format, sql: string, values: Values = {}): Promise<void> {
    const result = await this.#reader.exec({
      query: `${sql}\nFORMAT ${format}`,
      query_params: boundValues(values),
      clickhouse_settings: SETTINGS,
    });
    await pipeline(result.stream, createWriteStream(file, { mode: 0o600 }));
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#writer.close();
    await this.#reader.close();
    await this.#release();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.catch(() => {}).then(work);
    this.#turn = mine;
    return mine;
  }
}

function credentials(url: URL) {
  return {
    username: decodeURIComponent(url.username) || 'default',
    password: decodeURIComponent(url.password),
  };
}

async function rows<Row>(client: ClickHouseClient, sql: string, values: Values): Promise<Row[]> {
  const result = await client.query({ query: sql, query_params: boundValues(values), format: 'JSONEachRow' });
  return result.json<Row>();
}
