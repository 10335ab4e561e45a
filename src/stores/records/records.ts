import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { sealingDialect } from '../vault/sealing-dialect.ts';
import type { Vault } from '../vault/vault.ts';
import { FORCE_SETTING, schemaOf } from './force.ts';

/**
 * The records store: what people decide or write. Queries are written with Kysely's `sql` template, which binds every
 * value; the row type stands at the query. `records.transaction().execute(...)` for what must happen whole or not.
 * Columns of `vault/places.ts` are written with `sealed` or `named` and read with `opened`.
 */
export type Records = Kysely<Record<string, never>>;

// Whole numbers of 64 bits (counts, sequence numbers) come back as numbers in both stores, dates as text.
const INT8 = 20;
const DATE = 1082;

/**
 * Opens PostgreSQL when `databaseUrl` is given, else the embedded PGlite below `home`.
 * The caller owns the result and must `destroy()` it.
 */
export async function openRecords(options: {
  databaseUrl?: string | undefined;
  /** Which force's records, where several share that database. */
  force?: string | undefined;
  home: string;
  vault: Vault;
}): Promise<Records> {
  if (options.databaseUrl !== undefined) {
    const types = new pg.TypeOverrides();
    types.setTypeParser(INT8, Number);
    types.setTypeParser(DATE, (text: string) => text);
    const pool = new pg.Pool({ connectionString: options.databaseUrl, max: 8, types });
    // The server may cut a connection that stands idle or is just being closed (a restart, a drop of the database). What runs
    // on it fails by itself; without these listeners the process would end.
    pool.on('error', () => {});
    pool.on('connect', (client) => {
      client.on('error', () => {});
      // Sent before anything else on this connection.
      client
        .query('select set_config($1, $2, false), set_config($3, $4, false)', [
          'search_path',
          schemaOf(options.force),
          FORCE_SETTING,
          options.force ?? '',
        ])
        .catch(() => client.end());
    });
    return new Kysely({ dialect: sealingDialect(new PostgresDialect({ pool }), options.vault) });
  }
  const folder = path.join(options.home, 'records');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return embeddedRecords(await PGlite.create({ dataDir: folder, parsers: PARSERS }), options.vault);
}

/** How PGlite's values are read, so that both stores answer alike. */
export const PARSERS = { [INT8]: Number, [DATE]: (text: string) => text };

/** Records on a PGlite that is already open. */
export function embeddedRecords(pglite: PGlite, vault: Vault): Records {
  return new Kysely({ dialect: sealingDialect(new PGliteDialect({ pglite }), vault) });
}
