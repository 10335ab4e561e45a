import { sql } from 'kysely';
import { newIdentifier } from '../../src/kernel/identifier.ts';
import type { Records } from '../../src/stores/records/records.ts';
import { named, sealed } from '../../src/stores/vault/sealed.ts';
import { installationKey } from '../../src/trust/pseudonym/key.ts';
import { openRetention, type Retention } from '../../src/trust/retention/open.ts';
import { NOW } from './import.ts';
import type { TestStores } from './stores.ts';

/** Stores that know again what was erased, and what erases in them. */
export function erasing(
  stores: TestStores,
  at: Date = NOW,
): { stores: TestStores & { erasureKey: Buffer }; retention: Retention } {
  const erasureKey = installationKey(stores.folder, 'erasures');
  return {
    stores: { ...stores, erasureKey },
    retention: openRetention(stores, { home: stores.folder, clock: () => at }),
  };
}

/** Two people who can ask and agree. Returns their accounts. */
export async function twoPeople(records: Records): Promise<{ asks: string; agrees: string }> {
  const [asks, agrees] = [newIdentifier(), newIdentifier()];
  for (const [id, name] of [
    [asks, `Asker ${asks}`],
    [agrees, `Agreer ${agrees}`],
  ]) {
    await sql`insert into account (account_id, name, roles, created_at, changed_at)
      values (${id}, ${named(name)}, '{ccu_head}', ${NOW}, ${NOW})`.execute(records);
  }
  return { asks, agrees };
}

let agreedTo = 0;

/** An erasure that was agreed to after those before it; returns its identifier. */
export async function agreed(
  records: Records,
  one: { scope: string; kind?: string; before?: string; target?: string; ground?: string },
): Promise<string> {
  const { asks, agrees } = await twoPeople(records);
  const id = newIdentifier();
  await sql`insert into erasure (erasure_id, scope, kind, before, target, ground, reason, asked_by, asked_at, decided_by, decided_at, status)
    values (${id}, ${one.scope}, ${one.kind ?? null}, ${one.before ?? null}::date, ${one.target ?? null}, ${one.ground ?? 'request'}, ${sealed('erasure.reason', id, 'as asked')},
      ${asks}, ${NOW}, ${agrees}, ${new Date(NOW.getTime() + ++agreedTo * 1000)}, 'approved')`.execute(
    records,
  );
  return id;
}

/** Puts a hold on something, as the system. Returns its identifier. */
export async function hold(
  records: Records,
  one: { about: string; subject?: string; from?: string; to?: string },
): Promise<string> {
  const { asks } = await twoPeople(records);
  const id = newIdentifier();
  await sql`insert into legal_hold (hold_id, about, subject_id, from_day, to_day, reason, placed_by, placed_at, review_on)
    values (${id}, ${one.about}, ${one.subject ?? null}, ${one.from ?? null}::date, ${one.to ?? null}::date, ${sealed('legal_hold.reason', id, 'Claim')}, ${asks}, ${NOW}, '2027-01-01')`.execute(
    records,
  );
  return id;
}
