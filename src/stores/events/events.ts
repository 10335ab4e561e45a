import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClickHouseServer } from './clickhouse-server.ts';
import { EmbeddedEngine } from './embedded-engine.ts';
import type { DiskKey } from './encrypted-disk.ts';

/** A value bound to a `{name:Type}` place of a statement. A Date is bound as UTC text with milliseconds. */
export type Value = string | number | boolean | null | Date | readonly (string | number)[];
export type Values = Record<string, Value>;

/** Formats in which results can leave the store. */
export type Format = 'CSVWithNames' | 'JSONEachRow' | 'Parquet';

/**
 * The events store: what the force's systems say, whole, and what is computed from it. One SQL text for the embedded
 * engine and for a server; values are always bound with `{name:Type}` (names of tables with `{name:Identifier}`).
 */
export interface Events {
  /** The database that holds the tables; worlds of detection runs are databases named `<database>_world_<run>`. */
  readonly database: string;
  /** Rows of a SELECT, on a connection that can only read. 64-bit numbers come as numbers: select hashes as hex. */
  query<Row>(sql: string, values?: Values): Promise<Row[]>;
  /** Runs one statement that writes. One runs at a time, in the order of the calls. */
  command(sql: string, values?: Values): Promise<void>;
  /** Like `query`, on the writing connection (sees the settings and temporary state of `command`). */
  queryForWrite<Row>(sql: string, values?: Values): Promise<Row[]>;
  /**
   * Inserts what `select` reads from files of this machine (`file()`) into `table`. The reading is always done by the
   * engine in this process; a server gets the rows in its native form. `columns` are name and type of each column
   * that the select gives, in order. All or, after an error, a part of the rows is in the table: use a table of its own.
   */
  insertFromFiles(table: string, columns: readonly Column[], select: string, values?: Values): Promise<void>;
  /** Rows that the `insertFromFiles` now at work has read from its files so far; 0 where none is at work. */
  rowsRead(): Promise<number>;
  /** Rows of a SELECT over files (`file()`) of this machine, read by the engine in this process. */
  queryFiles<Row>(sql: string, values?: Values): Promise<Row[]>;
  /** Writes the rows of a SELECT to a new file of this machine, without holding them in memory. */
  writeFile(file: string, format: Format, sql: string, values?: Values): Promise<void>;
  close(): Promise<void>;
}

export interface Column {
  name: string;
  type: string;
}

/**
 * Opens ClickHouse at `clickhouseUrl` when given, else the embedded engine below `home`, on a disk encrypted with `key`. The
 * caller closes it.
 */
export async function openEvents(options: {
  clickhouseUrl?: string | undefined;
  home: string;
  key: DiskKey;
}): Promise<Events> {
  if (options.clickhouseUrl === undefined) {
    const folder = path.join(options.home, 'events');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return EmbeddedEngine.open(folder, 'upstander', options.key);
  }
  // The process's own engine still reads the files; it keeps nothing, so it gets a folder that goes with it, and a key too.
  const scratch = mkdtempSync(path.join(tmpdir(), 'upstander-reader-'));
  const reader = await EmbeddedEngine.open(scratch, 'upstander', randomBytes(32));
  return ClickHouseServer.open(options.clickhouseUrl, reader, async () => {
    await reader.close();
    rmSync(scratch, { recursive: true, force: true });
  });
}
