import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Records } from '../records/records.ts';
import { NAMES, PLACES, type Place, type PlaceName } from './places.ts';
import { json, named, paddedSalt, Sealing } from './sealed.ts';

const ROWS_AT_ONCE = 2000;

/** A column that may still hold plain values. */
interface Plain {
  name: string;
  table: string;
  column: string;
  where: string;
  place: Place | undefined;
}

/** Every column of both lists, in their order. `kind` keeps apart a column that is in both. */
function columns(): Plain[] {
  const one = (kind: 'value' | 'name', name: string, where: string | undefined, place?: Place): Plain => {
    const [table = '', column = ''] = name.split('.');
    return { name: `${kind} ${name}`, table, column, where: where ?? 'true', place };
  };
  return [
    ...Object.entries(NAMES).map(([name, { where }]) => one('name', name, where)),
    ...Object.entries(PLACES).map(([name, place]: [string, Place]) => one('value', name, place.where, place)),
  ];
}

/**
 * Seals every column in which plain values may stand: after an upgrade, and when a column has joined the list. All in one
 * transaction, so that a start that is cut off changes nothing. Where there was something to seal, the tables are then written
 * anew and the store's own log of changes with them, so that no old row stays in its files. Returns how many values were sealed.
 */
export async function sealWhatIsPlain(records: Records): Promise<number> {
  const { rows } = await sql<{ name: string }>`select name from sealed_column`.execute(records);
  const done = new Set(rows.map((row) => row.name));
  const left = columns().filter(({ name }) => !done.has(name));
  if (left.length === 0) return 0;
  const values = await records.transaction().execute(async (trx) => {
    let sum = 0;
    for (const one of left) sum += await sealColumn(trx, one);
    for (const { name } of left) await sql`insert into sealed_column (name) values (${name})`.execute(trx);
    return sum;
  });
  if (values > 0) await leaveNothingBehind(records);
  return values;
}

async function sealColumn(trx: Records, { table, column, where, place, name }: Plain): Promise<number> {
  const at = sql.table(table);
  const { rows: some } = await sql`select 1 from ${at}
    where ${sql.ref(column)} is not null and ${sql.raw(where)} limit 1`.execute(trx);
  if (some.length === 0) return 0;
  // What is written once for ever may be sealed by this program alone, once.
  await sql`alter table ${at} disable trigger user`.execute(trx);
  const keys = (place?.row ?? []).map((key) => sql`${sql.ref(key)}::text`);
  const row = keys.length === 0 ? sql`''` : sql.join(keys, sql` || '/' || `);
  const scope = place === undefined || typeof place.scope === 'string' ? sql`''` : sql.raw(place.scope.of);
  const value = place?.pad
    ? sql`encode(${sql.ref(column)}, 'hex')`
    : place?.json
      ? sql`${sql.ref(column)}::text`
      : sql.ref(column);
  await sql`declare plain no scroll cursor for select ctid::text as at, ${row} as row, ${scope} as scope, ${value} as value
    from ${at} where ${sql.ref(column)} is not null and ${sql.raw(where)}`.execute(trx);
  let sum = 0;
  for (;;) {
    const { rows } = await sql<{ at: string; row: string; scope: string; value: string }>`
      fetch ${sql.raw(String(ROWS_AT_ONCE))} from plain`.execute(trx);
    if (rows.length === 0) break;
    const sealedRows = rows.map((one) => ({ at: one.at, value: sealing(name, place, one) }));
    const stored = place?.pad
      ? sql`decode(v.value, 'hex')`
      : place?.json
        ? sql`to_jsonb(v.value)`
        : sql`v.value`;
    await sql`update ${at} t set ${sql.ref(column)} = ${stored}
      from jsonb_to_recordset(${json(sealedRows)}::text::jsonb) as v(at text, value text)
      where t.ctid = v.at::tid`.execute(trx);
    sum += rows.length;
  }
  await sql`close plain`.execute(trx);
  await sql`alter table ${at} enable trigger user`.execute(trx);
  return sum;
}

function sealing(
  name: string,
  place: Place | undefined,
  one: { row: string; scope: string; value: string },
): Sealing {
  if (place === undefined) return named(one.value);
  if (place.pad) return paddedSalt(one.row, Buffer.from(one.value, 'hex'));
  const scope = typeof place.scope === 'string' ? place.scope : one.scope;
  const at = name.replace('value ', '') as PlaceName;
  return new Sealing(scope, (key) => key.seal(at, one.row, one.value, randomBytes(12)));
}

/**
 * Writes every table and index anew, then the statistics, which quote values of rows, and lets go of the store's own log of
 * changes. Where the user of a server may not do one of these, the server's administrator has to (docs/at-rest.md).
 */
async function leaveNothingBehind(records: Records): Promise<void> {
  for (const statement of [
    'vacuum (full)',
    'analyze',
    'vacuum (full) pg_catalog.pg_statistic',
    'set wal_recycle = off',
    // The segment in use is only let go of after the next one has begun.
    'select pg_switch_wal()',
    'checkpoint',
    'select pg_switch_wal()',
    'checkpoint',
  ]) {
    await sql
      .raw(statement)
      .execute(records)
      .catch(() => {});
  }
}
