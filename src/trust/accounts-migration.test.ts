import { PGlite } from '@electric-sql/pglite';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { testVault } from '../../tests/support/stores.ts';
import { readMigrations } from '../stores/migration-files.ts';
import { migrateRecords } from '../stores/records/migrate.ts';
import { embeddedRecords, PARSERS } from '../stores/records/records.ts';
import { isDemonstration } from './installation.ts';

it('brings accounts, sessions and links of the first release along', async () => {
  const records = embeddedRecords(await PGlite.create({ parsers: PARSERS }), testVault());
  const all = readMigrations('records');
  await migrateRecords(records, all.slice(0, 3));
  await sql`insert into account values ('Ana Mock', 'analyst', '2026-03-01'), ('Opa Mock', 'operator', '2026-03-02')`.execute(
    records,
  );
  await sql`insert into session values ('s1', 'h1', 'Ana Mock', '2026-03-03', '2026-03-04', null),
    ('s2', 'h2', 'Opa Mock', '2026-03-03', '2026-03-04', '2026-03-05')`.execute(records);
  await sql`insert into sign_in_link values ('l1', 'Ana Mock', 'analyst', '2026-03-03', '2026-03-03', '2026-03-03'),
    ('l2', 'Nobody Mock', 'analyst', '2026-03-03', '2026-03-03', null)`.execute(records);
  await sql`insert into import (import_id, started_by, started_at, status)
    values ('i1', 'Ana Mock', '2026-03-03', 'finished')`.execute(records);
  await migrateRecords(records, all);
  const accounts = await sql`select name, roles, ended_at from account order by name`.execute(records);
  expect(accounts.rows).toEqual([
    { name: 'Ana Mock', roles: ['analyst'], ended_at: null },
    { name: 'Opa Mock', roles: ['administrator'], ended_at: null },
  ]);
  const sessions = await sql`select s.session_id, a.name, s.ended_at is not null as ended, t.token_hash
    from session s join account a using (account_id) join session_token t using (session_id)
    order by 1`.execute(records);
  expect(sessions.rows).toEqual([
    { session_id: 's1', name: 'Ana Mock', ended: true, token_hash: 'h1' },
    { session_id: 's2', name: 'Opa Mock', ended: true, token_hash: 'h2' },
  ]);
  const links = await sql`select token_hash, name from sign_in_link join account using (account_id)`.execute(
    records,
  );
  expect(links.rows).toEqual([{ token_hash: 'l1', name: 'Ana Mock' }]);
  expect(await isDemonstration(records)).toBe(false);
  await records.destroy();
});
