import { sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../stores/events/events.ts';
import type { Records } from '../../stores/records/records.ts';
import type { Wiped } from '../audit/entry.ts';
import { append } from '../audit/log.ts';
import { certificateOf } from './certificate.ts';
import { eraseFromTable } from './erase-events.ts';
import { eraseRecords, type Reached } from './erase-records.ts';
import { dropErasedWorld, eraseFromWorld } from './erase-worlds.ts';
import { type Erasure, erasureOf, reachedBy } from './erasure.store.ts';
import { type Held, heldTogether, isHeld } from './hold.ts';
import { guardHolds, heldByHolds, heldNow, subjects } from './holds.store.ts';
import { keptHashes, type Ledger } from './ledger.ts';
import { reachOf, type Target } from './reach.ts';
import { dropLeftovers } from './rewrite.ts';
import { rewriteRecords } from './vacuum.ts';

/** What carries erasures out. */
export interface Means {
  records: Records;
  events: Events;
  key: Buffer;
  ledger: Ledger;
  clock: Clock;
}

/** Marks of rows are written into the ledger so many to a line. */
const MARKS_A_LINE = 4000;

/**
 * Carries out an erasure that was agreed to, or goes on with one that was cut off: planned in the records, written into the ledger,
 * then table by table in the events, last in the records, where it is confirmed. Every step asks again what is held, in the
 * transaction that keeps holds from changing. What is held stays. Nothing happens when there is none of that identifier to do.
 */
export async function carryOut(means: Means, id: string): Promise<void> {
  const { records, events, ledger, clock } = means;
  const begun = await begin(means, id);
  if (begun === undefined) return;
  const { erasure, plan } = begun;
  const reached = reachedBy(erasure);
  ledger.write([
    {
      erasure: id,
      at: clock().toISOString(),
      scope: erasure.scope,
      ground: erasure.ground,
      ...(reached.scope === 'kind'
        ? { kind: reached.kind, before: erasure.before ?? '' }
        : { subject: ledger.subject(reached.scope, reached.id) }),
      ...keptHashes(ledger, plan),
    },
  ]);
  const target = targetOf(reached);
  const counts: Record<string, number> = {};
  let kept = false;
  if (target !== undefined) {
    await dropLeftovers(events);
    const course = { erasureId: id, target, plan, key: means.key };
    for (const reach of reachOf(target)) {
      const step = await records.transaction().execute(async (trx) => {
        const now = await held(trx, reached, clock());
        return isWhollyHeld(now, reached) ? undefined : eraseFromTable(events, course, reach, now);
      });
      kept ||= step === undefined || step.spared;
      if (step !== undefined && step.rows > 0) counts[reach.table] = step.rows;
    }
    ledger.write(await marksOf(events, id));
    await eraseWorlds(means, reached, target, plan);
  }
  await confirm(means, erasure, reached, counts, kept, plan);
}

/** Plans an erasure; undefined where there is nothing to do, or all of it is held, which ends it. */
async function begin(means: Means, id: string): Promise<{ erasure: Erasure; plan: Held } | undefined> {
  const { records, clock } = means;
  return records.transaction().execute(async (trx) => {
    const erasure = await erasureOf(trx, id);
    if (erasure === undefined || !['approved', 'running'].includes(erasure.status)) return undefined;
    const reached = reachedBy(erasure);
    const now = await held(trx, reached, clock());
    if (erasure.status === 'running' && erasure.plan !== null) return { erasure, plan: erasure.plan };
    if (isWhollyHeld(now, reached) || (await matterIsHeld(trx, reached, now))) {
      await end(trx, means, erasure, {}, true, []);
      return undefined;
    }
    await sql`update erasure set status = 'running', plan = ${JSON.stringify(now)}::text::jsonb where erasure_id = ${id}`.execute(
      trx,
    );
    return { erasure, plan: now };
  });
}

/** What is held for an erasure. A matter is kept by holds alone, not by concerning somebody. */
async function held(trx: Records, reached: Reached, at: Date): Promise<Held> {
  await guardHolds(trx);
  return reached.scope === 'matter' ? heldByHolds(trx) : heldNow(trx, at);
}

function isWhollyHeld(now: Held, reached: Reached): boolean {
  switch (reached.scope) {
    case 'person':
      return isHeld(now, { people: [reached.id] });
    case 'officer':
      return isHeld(now, { officers: [reached.id] });
    case 'matter':
      return isHeld(now, { matter: reached.id });
    default:
      return now.everything;
  }
}

/** Whether a hold is on somebody whom a matter concerns, on a time in which it stood open, or on what an entry of the log is about. */
async function matterIsHeld(trx: Records, reached: Reached, now: Held): Promise<boolean> {
  if (reached.scope === 'entry') {
    const { rows } = await sql<{
      field: string;
      value: string;
      at: string;
    }>`select d.field, d.value, (e.at at time zone 'Europe/London')::date as at
      from audit_detail d join audit_entry e using (entry_no)
      where d.entry_no = ${reached.id}::bigint and d.value is not null and d.field in ('officer', 'person', 'found')`.execute(
      trx,
    );
    const found = rows.flatMap((row) =>
      row.field === 'found' ? [JSON.parse(row.value) as { officers: string[]; people: string[] }] : [],
    );
    const of = (field: string) => rows.filter((row) => row.field === field).map((row) => row.value);
    return isHeld(now, {
      officers: [...of('officer'), ...found.flatMap((one) => one.officers)],
      people: [...of('person'), ...found.flatMap((one) => one.people)],
      day: rows[0]?.at,
    });
  }
  if (reached.scope !== 'matter') return false;
  const concerned = (await subjects(trx)).get(reached.id);
  const { rows } = await sql<{
    opened: string;
    closed: string;
  }>`select (opened_at at time zone 'Europe/London')::date as opened,
    (closed_at at time zone 'Europe/London')::date as closed from matter where matter_id = ${reached.id}`.execute(
    trx,
  );
  const [matter] = rows;
  return (
    isHeld(now, { ...concerned, matter: reached.id }) ||
    (matter !== undefined && now.periods.some(([from, to]) => matter.opened <= to && from <= matter.closed))
  );
}

function targetOf(reached: Reached): Target | undefined {
  switch (reached.scope) {
    case 'kind':
      return reached;
    case 'person':
    case 'officer':
      return { scope: reached.scope, id: reached.id };
    default:
      return undefined;
  }
}

/** Takes the target out of the current world, and drops worlds as of another day: they are made again when they are wanted. */
async function eraseWorlds(means: Means, reached: Reached, target: Target, plan: Held): Promise<void> {
  const { records, events, clock } = means;
  await records.transaction().execute(async (trx) => {
    const now = heldTogether(plan, await held(trx, reached, clock()));
    if (isWhollyHeld(now, reached)) return;
    const { rows } = await sql<{ world: string; run_id: number; current: boolean }>`select world, run_id,
      run_id in (select run_id from current_run) as current from run where world <> ''`.execute(trx);
    for (const { world, run_id, current } of rows) {
      if (current) await eraseFromWorld(events, world, target);
      else {
        await sql`delete from signal where run_id = ${run_id}`.execute(trx);
        await sql`delete from shadow_signal where run_id = ${run_id}`.execute(trx);
        await sql`delete from risk where run_id = ${run_id}`.execute(trx);
        await sql`update run set world = '' where run_id = ${run_id}`.execute(trx);
        await dropErasedWorld(events, world);
      }
    }
  });
}

async function confirm(
  means: Means,
  erasure: Erasure,
  reached: Reached,
  counts: Record<string, number>,
  kept: boolean,
  plan: Held,
): Promise<void> {
  const { records, events, clock } = means;
  await records.transaction().execute(async (trx) => {
    const now = heldTogether(plan, await held(trx, reached, clock()));
    const all = isWhollyHeld(now, reached) || (await matterIsHeld(trx, reached, now));
    const gone = all
      ? { counts: {}, wiped: [], spared: true }
      : await eraseRecords(trx, reached, now, clock());
    if (targetOf(reached) !== undefined) await forgetDecisions(trx, events);
    await end(trx, means, erasure, { ...counts, ...gone.counts }, kept || all || gone.spared, gone.wiped);
    await sql`select pg_stat_force_next_flush()`.execute(trx); // so that it is known which tables hold dead rows
  });
  if (targetOf(reached) !== undefined) {
    await events.command("INSERT INTO erased_count SELECT {erasure:String}, '', 0, 0, 'done'", {
      erasure: erasure.erasureId,
    });
  }
  await rewriteRecords(records);
}

/** Decisions about rows in quarantine go with the rows: they hold what was put right. */
async function forgetDecisions(trx: Records, events: Events): Promise<void> {
  const rows = await events.query<{ id: string }>(
    "SELECT lower(leftPad(hex(quarantine_id), 16, '0')) AS id FROM quarantine",
  );
  await sql`delete from quarantine_decision where quarantine_id <> all(${rows.map((row) => row.id)}::text[])`.execute(
    trx,
  );
}

/** Ends an erasure: what named its target is wiped, and the audit log gets the certificate. */
async function end(
  trx: Records,
  { clock }: Means,
  erasure: Erasure,
  counts: Record<string, number>,
  kept: boolean,
  wiped: readonly Wiped[],
): Promise<void> {
  const at = clock();
  const certificate = certificateOf(erasure, counts, kept, at);
  const entry = await append(
    trx,
    {
      act: 'erasure',
      action: 'erase',
      what: 'erasure carried out',
      who: erasure.decidedBy ?? 'upstander',
      why: certificate.ground,
      more: { certificate },
      erased: wiped.length > 0 ? wiped : undefined,
    },
    at,
  );
  await sql`update erasure set status = 'done', target = null, reason = null, plan = null, counts = ${JSON.stringify(counts)}::text::jsonb,
    kept = ${kept}, done_at = ${at}, entry_no = ${entry} where erasure_id = ${erasure.erasureId}`.execute(
    trx,
  );
}

/** The marks of an erasure, as lines of the ledger. */
async function marksOf(events: Events, erasure: string) {
  const rows = await events.query<{ table: string; mark: string }>(
    'SELECT DISTINCT toString(`table`) AS table, base64Encode(toString(mark)) AS mark FROM erased_mark WHERE erasure_id = {erasure:String} ORDER BY 1, 2',
    { erasure },
  );
  return [...Map.groupBy(rows, (row) => row.table)].flatMap(([table, some]) =>
    Array.from({ length: Math.ceil(some.length / MARKS_A_LINE) }, (_, i) => ({
      erasure,
      table,
      marks: some.slice(i * MARKS_A_LINE, (i + 1) * MARKS_A_LINE).map((row) => row.mark),
    })),
  );
}
