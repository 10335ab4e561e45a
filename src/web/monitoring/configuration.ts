import { sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { CIRCLE } from '../../trust/circle/settings.ts';
import { ACTIONS, POLICY_VERSION, ruleOf } from '../../trust/policy/table.ts';
import { PURPOSE } from '../../trust/purpose/settings.ts';
import { type Role, roleLabel } from '../../trust/roles.ts';
import { SIGN_IN } from '../../trust/settings.ts';

/** What the program is set to now, as an impact assessment needs it: read, not written by hand. It names nobody. */
export async function configurationNow(records: Records) {
  const tables = await sql<{
    table: string;
    rows: number;
  }>`select table_name as table, sum(stored)::bigint as rows from load
    where status = 'finished' group by table_name order by table_name`.execute(records);
  const accounts = await sql<{ role: Role; n: number }>`select role, count(*) as n
    from account, unnest(roles) as role where ended_at is null group by role order by role`.execute(records);
  const run = await sql<{ officers: number; signals: number; horizon: Date }>`select
      (select count(*) from risk r where r.run_id = c.run_id) as officers,
      (select count(*) from signal s where s.run_id = c.run_id) as signals, r.horizon
    from current_run c join run r on r.run_id = c.run_id`.execute(records);
  const precision = await sql<{ judged: number; upheld: number }>`select count(*) as judged,
      count(*) filter (where verdict in ('needs_development', 'refer')) as upheld
    from (select distinct on (signal_id) verdict from verdict order by signal_id, decided_at desc) v`.execute(
    records,
  );
  return {
    tables: tables.rows,
    accounts: accounts.rows.map((row) => ({ ...row, role: roleLabel(row.role) })),
    run: run.rows[0],
    precision: precision.rows[0],
    seesNames: Object.keys(ruleOf('see names').may).map((role) => roleLabel(role as Role)),
    purposeNeeded: ACTIONS.filter((action) => ruleOf(action).purpose),
    policyVersion: POLICY_VERSION,
    settings: { PURPOSE, CIRCLE, SIGN_IN },
  };
}
