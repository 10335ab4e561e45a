import { sql } from 'kysely';
import { Failure } from '../../kernel/failure.ts';
import type { Events } from '../../stores/events/events.ts';
import type { Records } from '../../stores/records/records.ts';
import { append } from '../audit/log.ts';
import { carryOut, type Means } from './carry-out.ts';
import type { Held } from './hold.ts';
import type { LedgerLine } from './ledger.ts';

/**
 * Goes on with erasures that were cut off, then erases again what the ledger says was erased and a store that was put back still
 * holds. Called when the stores are opened, before anybody can look. Returns how many things were erased again.
 * @throws Failure when the ledger cannot be followed.
 */
export async function catchUp(means: Means): Promise<number> {
  const { records, events, ledger } = means;
  await finishBegun(means);
  const { rows } = await sql<{
    id: string;
    status: string;
  }>`select erasure_id as id, status from erasure`.execute(records);
  const status = new Map(rows.map((row) => [row.id, row.status]));
  const { lines, marks, unreadable } = ledger.read();
  if (unreadable > 0 && lines.size === 0) {
    throw new Failure(
      'The ledger of erasures cannot be followed: the key that wrote it is not the one of this installation',
      {
        todo: 'Put keys/erasures back as it was; see docs/retention.md',
      },
    );
  }
  const inEvents = await finishedInEvents(events);
  const again = [...lines.values()].filter((line) => {
    const known = status.get(line.erasure);
    const reachesEvents = ['kind', 'person', 'officer'].includes(line.scope);
    return known === undefined || (known === 'done' && reachesEvents && !inEvents.has(line.erasure));
  });
  if (again.length === 0) return 0;
  const ids = await everybody(records, events);
  const known = (scope: string, hash: string) =>
    (scope === 'person'
      ? ids.people
      : scope === 'officer'
        ? ids.officers
        : scope === 'matter'
          ? ids.matters
          : ids.entries
    ).find((id) => ledger.subject(scope, id) === hash);
  for (const line of again) {
    await keepMarks(
      events,
      marks.filter((one) => one.erasure === line.erasure),
    );
    const target = line.subject === undefined ? null : known(line.scope, line.subject);
    await enterAgain(records, line, target, heldThen(line, known), means.clock());
    await carryOut(means, line.erasure);
  }
  await records.transaction().execute(async (trx) => {
    const more = { erasures: again.map((line) => line.erasure) };
    const what = 'erased again in restored data';
    await append(trx, { act: 'erasure', action: 'again', what, who: 'upstander', more }, means.clock());
  });
  return again.length;
}

/**
 * Goes on with what was cut off, then with what was agreed to. One that has counted what it takes goes before one that has not yet:
 * else both would count the same rows.
 */
export async function finishBegun(means: Means): Promise<void> {
  const { rows } = await sql<{
    id: string;
  }>`select erasure_id as id from erasure where status in ('running', 'approved')
    order by status desc, decided_at, erasure_id`.execute(means.records);
  for (const { id } of rows) await carryOut(means, id);
}

/** Erasures that have gone through the whole events store, or had not one row to find in it. */
async function finishedInEvents(events: Events): Promise<Set<string>> {
  const rows = await events.query<{ id: string }>(
    "SELECT DISTINCT erasure_id AS id FROM erased_count WHERE `table` = '' AND step = 'done'",
  );
  return new Set(rows.map((row) => row.id));
}

/** Every identifier that either store holds, to be compared with keyed hashes. */
async function everybody(records: Records, events: Events) {
  const names = async (column: string, tables: readonly string[]) => {
    const all = tables.map((table) => `SELECT DISTINCT ${column} AS id FROM ${table} WHERE ${column} != ''`);
    return (await events.query<{ id: string }>(all.join(' UNION DISTINCT '))).map((row) => row.id);
  };
  const own = async (statement: ReturnType<typeof sql>) =>
    (await statement.execute(records)).rows.map((row) => String((row as { id: unknown }).id));
  const people = await names('person_id', [
    'accesses',
    'involvements',
    'conduct',
    'relationships',
    'vulnerabilities',
    'person_addresses',
    'person_phones',
    'people',
  ]);
  const officers = await names('officer_id', [
    'accesses',
    'assignments',
    'conduct',
    'relationships',
    'duties',
    'vehicle_bookings',
    'devices',
    'handsets',
    'postings',
    'clearances',
    'officers',
  ]);
  const written = sql`select person_id as id from signal union select person_id from shadow_signal union select person_id from verdict union select subject_id from matter_subject where kind = 'person'
    union select subject_id from purpose_subject where kind = 'person' union select subject_id from log_subject where kind = 'person'
    union select value from audit_detail where field = 'person' and value is not null`;
  const served = sql`select officer_id as id from signal union select officer_id from shadow_signal union select officer_id from verdict union select subject_id from matter_subject where kind = 'officer'
    union select subject_id from purpose_subject where kind = 'officer' union select subject_id from log_subject where kind = 'officer'
    union select officer_id from targeted_authority union select value from audit_detail where field = 'officer' and value is not null`;
  return {
    people: [...new Set([...people, ...(await own(written))])],
    officers: [...new Set([...officers, ...(await own(served))])],
    matters: await own(sql`select matter_id as id from matter`),
    entries: await own(sql`select distinct entry_no as id from audit_detail where value is not null`),
  };
}

function heldThen(line: LedgerLine, known: (scope: string, hash: string) => string | undefined): Held {
  const of = (scope: string) => line.kept.flatMap((hash) => known(scope, hash) ?? []);
  return {
    everything: line.everythingKept === true,
    people: of('person'),
    officers: of('officer'),
    matters: of('matter'),
    periods: line.periods ?? [],
  };
}

/** Puts back keyed hashes of rows that came after the copy was made, so that those stay away too. */
async function keepMarks(
  events: Events,
  all: readonly { erasure: string; table: string; marks: string[] }[],
): Promise<void> {
  for (const { erasure, table, marks } of all) {
    for (let i = 0; i < marks.length; i += 1000) {
      await events.command(
        `INSERT INTO erased_mark SELECT {table:String}, CAST(base64Decode(mark) AS FixedString(16)), {erasure:String}
         FROM (SELECT arrayJoin({marks:Array(String)}) AS mark)`,
        { table, erasure, marks: marks.slice(i, i + 1000) },
      );
    }
  }
}

/** Makes the erasure one that is under way again. What the restored data does not know at all is done with that. */
async function enterAgain(
  records: Records,
  line: LedgerLine,
  target: string | undefined | null,
  plan: Held,
  at: Date,
): Promise<void> {
  // Nobody is called this: it finds nothing, and the erasure is then complete.
  const whom = target === undefined ? 'nobody' : target;
  await sql`insert into erasure (erasure_id, scope, kind, before, target, ground, asked_at, decided_at, status, plan)
    values (${line.erasure}, ${line.scope}, ${line.kind ?? null}, ${line.before ?? null}::date, ${line.scope === 'entry' ? (target ?? '-1') : whom},
      ${line.ground}, ${line.at}::timestamptz, ${at}, 'running', ${JSON.stringify(plan)}::text::jsonb)
    on conflict (erasure_id) do update set status = 'running', target = excluded.target, plan = excluded.plan`.execute(
    records,
  );
}
