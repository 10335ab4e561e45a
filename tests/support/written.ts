import { sql } from 'kysely';
import type { Records } from '../../src/stores/records/records.ts';

// What changes when somebody merely looks or comes in, what detection makes, and the log itself.
const BESIDE = [
  /^audit_/,
  /^circle/,
  /^(session|session_token|sign_in_question|sign_in_link|held_form|scim_token|look|migration)$/,
  /^(run|current_run|signal|risk|risk_seen)$/,
];

/** What stands in the records store: a digest of every table that people's acts change, and how long the audit log is. */
export interface Written {
  tables: Record<string, string>;
  log: number;
}

/** Reads it; two of them tell whether something was changed in between, and whether the log says so. */
export async function written(records: Records): Promise<Written> {
  const known = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`.execute(records);
  const names = known.rows.map(({ name }) => name).filter((name) => !BESIDE.some((one) => one.test(name)));
  // A load that was given up has stored nothing: its row only says that it was tried.
  const kept = (name: string) => (name === 'load' ? sql`where status <> 'abandoned'` : sql``);
  const each = names.map(
    (name) =>
      sql`select ${name}::text as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from ${sql.table(name)} t ${kept(name)}`,
  );
  const digests = await sql<{ name: string; digest: string }>`${sql.join(each, sql` union all `)}`.execute(
    records,
  );
  const log = await sql<{ size: number }>`select size from audit_head`.execute(records);
  return {
    tables: Object.fromEntries(digests.rows.map(({ name, digest }) => [name, digest])),
    log: log.rows[0]?.size ?? 0,
  };
}

/** The tables that differ. */
export function changed(before: Written, after: Written): string[] {
  return Object.keys(after.tables).filter((name) => before.tables[name] !== after.tables[name]);
}
