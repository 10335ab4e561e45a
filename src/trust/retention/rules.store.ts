import { sql } from 'kysely';
import { localDay } from '../../kernel/local-time.ts';
import type { Records } from '../../stores/records/records.ts';
import { named } from '../../stores/vault/sealed.ts';
import { append } from '../audit/log.ts';
import { noted } from '../purpose/purpose.store.ts';
import type { Session } from '../session.ts';
import { standingErasure } from './erasure.store.ts';
import { KIND_NAMES, type KindName, kindOf } from './kinds.ts';
import { floorOn, type Rule } from './rule.ts';

/** A version of the rule of a kind, as it is held. */
export interface StoredRule extends Rule {
  kind: KindName;
  decides: string;
  source: string;
  reason: string;
  enteredBy: string;
  enteredAt: Date;
  /** Who has given a standing approval for this version, or null. */
  standing: string | null;
}

const SHIPPED_AT = '2026-01-01T00:00:00Z';

/** Every version of every rule, the newest of a kind first. The first of each ships with the program. */
export async function allRules(records: Records): Promise<StoredRule[]> {
  const { rows } =
    await sql<StoredRule>`select r.kind, r.version, r.months, r.review_every as "reviewEvery", r.at_end as "atEnd", r.decides,
      r.source, r.reason, r.entered_by as "enteredBy", r.entered_at as "enteredAt",
      (select a.name from standing_approval s join account a on a.account_id = s.approved_by
        where s.kind = r.kind and s.version = r.version and s.ended_at is null order by s.approved_at desc limit 1) as standing
    from retention_rule r`.execute(records);
  const shipped = KIND_NAMES.filter(
    (kind) => !rows.some((row) => row.kind === kind && row.version === 1),
  ).map(
    (kind): StoredRule => ({
      kind,
      version: 1,
      ...kindOf(kind).shipped,
      reason: 'Shipped with the program',
      enteredBy: 'the program',
      enteredAt: new Date(SHIPPED_AT),
      standing: null,
    }),
  );
  const place = new Map<string, number>(KIND_NAMES.map((kind, i) => [kind, i]));
  return [...shipped, ...rows].sort(
    (a, b) => (place.get(a.kind) ?? 99) - (place.get(b.kind) ?? 99) || b.version - a.version,
  );
}

/** The rule of each kind that is in force: the newest version. */
export async function rulesInForce(records: Records): Promise<StoredRule[]> {
  const seen = new Set<string>();
  return (await allRules(records)).filter((rule) => !seen.has(rule.kind) && seen.add(rule.kind));
}

/** Enters the next version of the rule of a kind. Approvals of the one before do not count for it. Returns its number. */
export async function enterRule(
  records: Records,
  session: Session,
  at: Date,
  rule: Pick<StoredRule, 'kind' | 'months' | 'reviewEvery' | 'atEnd' | 'source' | 'reason'>,
): Promise<number> {
  return records.transaction().execute(async (trx) => {
    await sql`lock table retention_rule in share row exclusive mode`.execute(trx);
    await keepShipped(trx, rule.kind);
    const { rows } = await sql<{ version: number }>`insert into retention_rule
      (kind, version, months, review_every, at_end, decides, source, reason, entered_by, entered_at)
      select ${rule.kind}, max(version) + 1, ${rule.months}, ${rule.reviewEvery}, ${rule.atEnd}, ${kindOf(rule.kind).shipped.decides},
        ${rule.source}, ${rule.reason}, ${named(session.name)}, ${at} from retention_rule where kind = ${rule.kind}
      returning version`.execute(trx);
    const version = rows[0]?.version ?? 0;
    await noted(trx, session, at, 'rule of retention entered', rule.reason, { ...rule, version });
    return version;
  });
}

/** What ships is written down when somebody first builds on it. */
async function keepShipped(trx: Records, kind: KindName): Promise<void> {
  const { months, reviewEvery, atEnd, decides, source } = kindOf(kind).shipped;
  await sql`insert into retention_rule (kind, version, months, review_every, at_end, decides, source, reason, entered_by, entered_at)
    values (${kind}, 1, ${months}, ${reviewEvery}, ${atEnd}, ${decides}, ${source}, 'Shipped with the program', ${named('the program')}, ${SHIPPED_AT}::timestamptz)
    on conflict do nothing`.execute(trx);
}

/**
 * Gives a standing approval that what the rule in force says is due is erased without a decision each time. False where the rule
 * does not erase at its end, or the approver wrote it.
 */
export async function approveStanding(
  records: Records,
  session: Session,
  at: Date,
  kind: KindName,
  reason: string,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    await keepShipped(trx, kind);
    const { rows } = await sql<{
      version: number;
    }>`insert into standing_approval (kind, version, approved_by, approved_at, reason)
      select kind, version, ${session.accountId}, ${at}, ${reason} from retention_rule r
      where kind = ${kind} and at_end = 'erase' and entered_by <> ${named(session.name)}
        and version = (select max(version) from retention_rule where kind = ${kind})
        and not exists (select 1 from standing_approval s where s.kind = r.kind and s.version = r.version and s.ended_at is null)
      returning version`.execute(trx);
    if (rows.length === 0) return false;
    await noted(trx, session, at, 'standing approval given', reason, { kind, version: rows[0]?.version });
    return true;
  });
}

/** Takes a standing approval back; false where there is none. */
export async function endStanding(
  records: Records,
  session: Session,
  at: Date,
  kind: KindName,
): Promise<boolean> {
  return records.transaction().execute(async (trx) => {
    const { rows } = await sql`update standing_approval set ended_by = ${session.accountId}, ended_at = ${at}
      where kind = ${kind} and ended_at is null returning 1`.execute(trx);
    if (rows.length === 0) return false;
    await noted(trx, session, at, 'standing approval taken back', undefined, { kind });
    return true;
  });
}

/** Enters erasures for those kinds whose rule erases at its end and has a standing approval. Returns their identifiers. */
export async function erasesByItself(
  records: Records,
  at: Date,
  kinds: readonly { kind: KindName }[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const rule of await rulesInForce(records)) {
    if (rule.standing === null || rule.atEnd !== 'erase' || !kinds.some((one) => one.kind === rule.kind))
      continue;
    const before = floorOn(rule, localDay(at));
    const id = await standingErasure(records, at, { kind: rule.kind, version: rule.version, before });
    await records.transaction().execute(async (trx) => {
      const more = { erasure: id, kind: rule.kind, before };
      const what = 'erasure begun by standing approval';
      await append(trx, { act: 'alteration', action: 'retention', what, who: 'upstander', more }, at);
    });
    ids.push(id);
  }
  return ids;
}
