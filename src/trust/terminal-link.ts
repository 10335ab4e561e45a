import { sql } from 'kysely';
import type { Clock } from '../kernel/clock.ts';
import { Failure } from '../kernel/failure.ts';
import type { Records } from '../stores/records/records.ts';
import { named } from '../stores/vault/sealed.ts';
import { accountName } from './account.ts';
import { recorded } from './account-log.ts';
import { isDemonstration } from './installation.ts';
import { DEMONSTRATION_ROLES, type Role } from './roles.ts';
import { createSignInLink, linkFor } from './sign-in.ts';

interface Known {
  accountId: string;
  roles: Role[];
  ended: boolean;
  passkeys: number;
}

/** Somebody who can sign in now and may decide about other people's accounts. */
interface Decider {
  accountId: string;
  administrator: boolean;
}

/** Those who could decide about an account now, other than those left out. */
export async function deciders(records: Records, but: readonly string[] = []): Promise<Decider[]> {
  const { rows } = await sql<Decider>`select a.account_id as "accountId",
      a.roles @> array['administrator'] as administrator
    from account a
    where a.ended_at is null and a.roles && array['administrator', 'ccu_head'] and (a.subject is not null or exists (
      select 1 from passkey p where p.account_id = a.account_id and p.removed_at is null))`.execute(records);
  return rows.filter(({ accountId }) => !but.includes(accountId));
}

/**
 * The link that whoever runs the machine may have. In the demonstration: anyone, with all roles to look around. On a
 * force's own installation: the first administrator; and an administrator who has lost their passkey while nobody else
 * could help them.
 * @throws Failure saying who gives a way in instead.
 */
export async function terminalLink(
  records: Records,
  link: { name: string; clock: Clock; baseUrl: string; by?: string | undefined },
): Promise<string> {
  const made = await linkAtTerminal(records, link);
  const by = link.by ?? 'terminal';
  const deed = { by, action: 'sign-in', what: 'link made', about: accountName(link.name) };
  await recorded(records, link.clock(), async () => ({ value: undefined, deed }));
  return made;
}

async function linkAtTerminal(
  records: Records,
  link: { name: string; clock: Clock; baseUrl: string; by?: string | undefined },
): Promise<string> {
  const name = accountName(link.name);
  const { rows } = await sql<Known>`select account_id as "accountId", roles, ended_at is not null as ended,
      (select count(*) from passkey p where p.account_id = a.account_id and p.removed_at is null) as passkeys
    from account a where name = ${named(name)}`.execute(records);
  const known = rows[0];
  if (known?.ended) throw new Failure('The account of this name has ended', { todo: 'Give another name' });
  const again = () =>
    linkFor(
      records,
      { accountId: known?.accountId ?? '', kind: 'again', baseUrl: link.baseUrl, by: link.by },
      link.clock(),
    );
  if (await isDemonstration(records)) {
    if (known !== undefined && known.passkeys > 0) return again();
    return createSignInLink(records, { ...link, roles: known?.roles ?? DEMONSTRATION_ROLES });
  }
  const others = await deciders(records, known === undefined ? [] : [known.accountId]);
  const inUse = await deciders(records);
  if (!inUse.some(({ administrator }) => administrator)) {
    if (known !== undefined && !known.roles.includes('administrator')) {
      throw new Failure('The account of this name is no administrator', {
        todo: 'The first way in is for an administrator: give another name with --name',
      });
    }
    return createSignInLink(records, { ...link, roles: known?.roles ?? ['administrator'] });
  }
  if (others.length === 0 && known?.roles.includes('administrator')) return again();
  throw new Failure('There is an administrator, so the terminal gives no way in', {
    todo: 'Under Accounts in the workbench, one person asks for it and a second one approves it',
  });
}
