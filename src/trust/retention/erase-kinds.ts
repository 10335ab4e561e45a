import { type RawBuilder, sql } from 'kysely';
import type { Records } from '../../stores/records/records.ts';
import { named, sealed, sealedJson } from '../../stores/vault/sealed.ts';
import { ABOUT_OTHERS } from '../audit/erase.ts';
import type { ErasedRecords, Tally } from './erase-records.ts';
import type { Held } from './hold.ts';
import { entriesNaming } from './naming.ts';
import { isSpared, isSparedEntry } from './spared.ts';
import { wipeDetails } from './wipe.ts';

/** What of a kind has come to its end in the records store: `where` over `from`, for counting and for taking out. */
function ended(
  kind: string,
  before: Date,
): { from: RawBuilder<unknown>; where: RawBuilder<unknown> } | undefined {
  switch (kind) {
    case 'imports':
      return { from: sql`import`, where: sql`ended_at < ${before} and not files_erased` };
    case 'runs':
      return {
        from: sql`run`,
        where: sql`ended_at < ${before} and world <> '' and run_id not in (select run_id from current_run)`,
      };
    case 'verdicts':
      return { from: sql`verdict`, where: sql`decided_at < ${before}` };
    case 'purposes':
      return { from: sql`purpose`, where: sql`coalesce(ended_at, ends_at) < ${before}` };
    case 'authorities':
      return { from: sql`targeted_authority`, where: sql`coalesce(cancelled_at, ends_at) < ${before}` };
    case 'accounts':
      return { from: sql`account`, where: sql`ended_at < ${before} and groups <> '{erased}'` };
    case 'looks':
      return { from: sql`audit_entry e`, where: logged(before, sql`e.act = 'look'`) };
    case 'acts':
      return { from: sql`audit_entry e`, where: logged(before, sql`e.act <> 'look'`) };
    default:
      return undefined;
  }
}

const logged = (
  before: Date,
  act: RawBuilder<unknown>,
) => sql`${act} and e.at < ${before} and not (e.act = 'erasure' and e.action = 'erase')
  and exists (select 1 from audit_detail d where d.entry_no = e.entry_no and d.value is not null and d.field in (${sql.join([...ABOUT_OTHERS])}))`;

/** How many things of a kind of the records store have come to their end before a moment. */
export async function countEnded(records: Records, kind: string, before: Date): Promise<number> {
  const one = ended(kind, before);
  if (one === undefined) return 0;
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${one.from} where ${one.where}`.execute(
    records,
  );
  return rows[0]?.n ?? 0;
}

/** SQL: whether something of a kind is held. */
async function sparedOf(trx: Records, kind: string, held: Held): Promise<RawBuilder<unknown>> {
  const [officer, person] = [sql`officer_id`, sql`person_id`];
  switch (kind) {
    case 'verdicts':
      return isSpared(held, { officer, person, from: sql`decided_at` });
    case 'authorities':
      return isSpared(held, { officer, from: sql`begins_at`, to: sql`coalesce(cancelled_at, ends_at)` });
    case 'accounts':
      return isSpared(held, { officer, from: sql`created_at`, to: sql`ended_at` });
    case 'looks':
    case 'acts':
      return isSparedEntry(
        held,
        await entriesNaming(trx, [...held.matters, ...held.officers, ...held.people]),
      );
    case 'purposes': {
      const { officers, people } = held;
      return sql`(${isSpared(held, { thing: sql`about`, from: sql`began_at`, to: sql`coalesce(ended_at, ends_at)` })}
        or purpose_id in (select purpose_id from purpose_subject where
          kind = 'officer' and subject_id = any(${[...officers]}::text[]) or kind = 'person' and subject_id = any(${[...people]}::text[])))`;
    }
    default:
      return isSpared(held, { from: sql`ended_at` });
  }
}

/** Takes out what of a kind ended before a moment and is not held; nothing for kinds of the events store. */
export async function eraseKind(
  trx: Records,
  tally: Tally,
  { kind, before }: { kind: string; before: Date },
  held: Held,
): Promise<ErasedRecords> {
  const one = ended(kind, before);
  let wiped: ErasedRecords['wiped'] = [];
  if (one === undefined) return { counts: {}, wiped, spared: false };
  const isHeld = await sparedOf(trx, kind, held);
  const where = sql`${one.where} and not ${isHeld}`;
  const { rows: left } =
    await sql`select 1 from ${one.from} where ${one.where} and ${isHeld} limit 1`.execute(trx);
  const spared = left.length > 0;
  switch (kind) {
    case 'imports':
      await eraseReports(trx, tally, where);
      break;
    case 'runs':
      await eraseSignals(tally, sql`run_id in (select run_id from run where ${where})`);
      await tally.take(
        undefined,
        sql`delete from risk where run_id in (select run_id from run where ${where})`,
      );
      await tally.take('runs of detection', sql`update run set world = '' where ${where}`);
      break;
    case 'verdicts':
      await tally.take('verdicts', sql`delete from verdict where ${where}`);
      break;
    case 'purposes':
      await tally.take(
        'requests for names',
        sql`delete from unmasking where coalesce(ends_at, decided_at, asked_at) < ${before}
          and not ${isSpared(held, { thing: sql`about`, from: sql`asked_at`, to: sql`coalesce(ends_at, decided_at, asked_at)` })}`,
      );
      await tally.take(
        'broken glass',
        sql`delete from broken_glass where reviewed_at < ${before} and ends_at < ${before}
          and not ${isSpared(held, { from: sql`broken_at`, to: sql`ends_at` })}`,
      );
      await tally.take(
        undefined,
        sql`delete from purpose_subject where purpose_id in (select purpose_id from purpose where ${where})`,
      );
      await tally.take('purposes', sql`delete from purpose where ${where}`);
      break;
    case 'authorities':
      // One that goes on an older one stays when that goes.
      await sql`update targeted_authority set renews = null where renews in
        (select authority_id from targeted_authority where ${where})`.execute(trx);
      await tally.take(
        undefined,
        sql`delete from targeted_member where authority_id in (select authority_id from targeted_authority where ${where})`,
      );
      await tally.take('authorities', sql`delete from targeted_authority where ${where}`);
      break;
    case 'accounts':
      await eraseAccounts(trx, tally, where);
      break;
    case 'looks':
    case 'acts':
      wiped = await wipeDetails(trx, where, ABOUT_OTHERS);
      tally.wiped(wiped);
      break;
  }
  return { counts: tally.counts, wiped, spared };
}

/**
 * Signals, also of indicators in shadow. A hold keeps no signals, but what they are made from: detection drops and makes them by
 * itself, and the verdict on one has its words.
 */
export async function eraseSignals(tally: Tally, where: RawBuilder<unknown>): Promise<void> {
  await tally.take('signals', sql`delete from signal where ${where}`);
  await tally.take('signals in shadow', sql`delete from shadow_signal where ${where}`);
}

/** Names of files and reports on them stand sealed, each for its row: nothing is put in their place by the program, row by row. */
async function eraseReports(trx: Records, tally: Tally, where: RawBuilder<unknown>): Promise<void> {
  const { rows: loads } = await sql<{ id: number; sha256: string; table: string }>`
    select load_id as id, sha256, table_name as table from load
    where import_id in (select import_id from import where ${where})`.execute(trx);
  for (const { id, sha256, table } of loads) {
    const file = sealed('load.file', [sha256, table], 'erased');
    await tally.take(
      'names of files',
      sql`update load set file = ${file}, notes = '[]' where load_id = ${id}`,
    );
  }
  const { rows: imports } = await sql<{
    id: string;
  }>`select import_id as id from import where ${where}`.execute(trx);
  for (const { id } of imports) {
    await tally.take(
      'reports of imports',
      sql`update import set files = ${sealedJson('import.files', id, [])}, files_erased = true where import_id = ${id}`,
    );
  }
}

/** Acts of others name the account for ever, so its row stays, without anything of who it was. */
async function eraseAccounts(trx: Records, tally: Tally, where: RawBuilder<unknown>): Promise<void> {
  const theirs = sql`(select account_id from account where ${where})`;
  const sessions = sql`(select session_id from session where account_id in ${theirs})`;
  for (const table of ['session_token', 'sign_in_question', 'held_form']) {
    await tally.take(undefined, sql`delete from ${sql.table(table)} where session_id in ${sessions}`);
  }
  await tally.take('sessions', sql`delete from session where account_id in ${theirs}`);
  for (const table of ['passkey', 'sign_in_link', 'scim_group_member']) {
    await tally.take(undefined, sql`delete from ${sql.table(table)} where account_id in ${theirs}`);
  }
  // Names stand sealed, so each is put in place by the program.
  const { rows } = await sql<{ id: string }>`select account_id as id from account where ${where}`.execute(
    trx,
  );
  for (const { id } of rows) {
    await tally.take(
      'accounts',
      sql`update account set name = ${named(`Account erased ${id.slice(0, 12)}`)}, officer_id = null, email = null, user_name = null,
        user_key = null, external_id = null, issuer = null, subject = null, groups = '{erased}' where account_id = ${id}`,
    );
  }
}
