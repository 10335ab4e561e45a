import { sql } from 'kysely';
import { named } from '../../src/stores/vault/sealed.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { installationKey } from '../../src/trust/pseudonym/key.ts';
import { Mask } from '../../src/trust/pseudonym/mask.ts';
import type { Role } from '../../src/trust/roles.ts';
import { fauxham, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { csv, takeInFiles } from './import.ts';
import { openWorkbench, type Visitor, type Workbench } from './workbench.ts';

/** Somebody who looks, and who else there is to do what needs another person. */
export interface Reader {
  accountId: string;
  name: string;
  visitor: Visitor;
  /** Tied to an officer in whose circle the offender and the person are. */
  tied: boolean;
  /** Sees pseudonyms only. */
  masked: boolean;
}
/** A world in which everything can be made in every state, by the forms that people use, and dates be moved. */
export interface World {
  bench: Workbench;
  /** Does what needs somebody else: head, intelligence manager and administrator in one. */
  another: Visitor;
  anotherAnalyst: Visitor;
  /** As they stand in addresses. */
  signals: string[];
  encounter: string;
  quarantined: { waiting: string; hidden: string };
  reader(roles: readonly Role[], tied?: boolean): Promise<Reader>;
  /** The one value of a query. */
  one(query: ReturnType<typeof sql<{ id: string }>>): Promise<string>;
  run(query: ReturnType<typeof sql>): Promise<void>;
  /** A reference of this reader's task to an officer or a person, or who they are for readers who see names. */
  called(reader: Reader, kind: 'officer' | 'person', id: string): string;
  close(): Promise<void>;
}

const TIED_OFFICER = 'E-5003';
const OF_CIRCLE: Parameters<typeof saveCircles>[2] = [
  { officer_id: TIED_OFFICER, kind: 'unit', about: 'U', why: 'team' },
  { officer_id: OFFENDER, kind: 'unit', about: 'U', why: 'team' },
  { officer_id: TIED_OFFICER, kind: 'declared', about: PERSON, why: 'friend' },
];

/** The force of Fauxham after a run, with rows in quarantine, an import that ran and one that runs. */
export async function openWorld(options: Parameters<typeof openWorkbench>[0] = {}): Promise<World> {
  const job = { by: 'somebody', startedAt: new Date(), state: 'running', what: 'reading', percent: 5 };
  const plenty = {
    anything: 1e9,
    anythingOfOne: 1e9,
    search: 1e9,
    upload: 1e9,
    stepUp: 1e9,
    exported: 1e9,
    signIn: 1e9,
  };
  const bench = await openWorkbench({
    limits: plenty,
    importJob: (id) => (id === 'running' ? ({ ...job, id, ended: Promise.resolve() } as never) : undefined),
    ...options,
  });
  const { records, events } = bench.stores;
  await fauxham(events);
  await takeInFiles(bench.stores, {
    'duties.csv': csv('officer_id,from,to,kind', 'E-9001,not a time,,duty', `${OFFENDER},not a time,,duty`),
  });
  await bench.detect();
  const rows = await events.query<{ id: string; row: string }>(
    "SELECT lower(leftPad(hex(quarantine_id), 16, '0')) AS id, row FROM quarantine",
  );
  const quarantinedOf = (officer: string) => rows.find((one) => one.row.includes(officer))?.id ?? '';
  const one: World['one'] = async (query) => (await query.execute(records)).rows[0]?.id ?? '';
  const signals = await sql<{ id: string }>`select signal_id as id from signal join current_run using (run_id)
    where officer_id = ${OFFENDER} and person_id = ${PERSON} order by 1`.execute(records);
  const run = Number(await one(sql`select run_id::text as id from current_run`));
  await records.transaction().execute((trx) => saveCircles(trx, run, OF_CIRCLE));
  let readers = 0;
  const world: World = {
    bench,
    another: await bench.signedIn('Another Mock', ['ccu_head', 'intelligence_manager', 'administrator']),
    anotherAnalyst: await bench.signedIn('Another Analyst Mock', 'analyst'),
    signals: signals.rows.map(({ id }) => bench.addresses.signal(id)),
    encounter: bench.addresses.encounter(
      await one(sql`select evidence[1] as id from signal where signal_id = ${signals.rows[0]?.id}`),
    ),
    quarantined: { waiting: quarantinedOf('E-9001'), hidden: quarantinedOf(OFFENDER) },
    one,
    run: async (query) => void (await query.execute(records)),
    reader: async (roles, tied = false) => {
      const name = `Reader ${++readers} Mock`;
      const visitor = await bench.signedIn(name, roles);
      const accountId = await one(sql`select account_id as id from account where name = ${named(name)}`);
      if (tied)
        await sql`update account set officer_id = ${TIED_OFFICER} where account_id = ${accountId}`.execute(
          records,
        );
      // As if a passkey were shown for every act: stepping up has tests of its own.
      await sql`update session set stepped_up_at = now() + interval '1 day' where account_id = ${accountId}`.execute(
        records,
      );
      const sees: readonly Role[] = ['investigator', 'intelligence_manager', 'ccu_head'];
      return { accountId, name, visitor, tied, masked: !roles.some((role) => sees.includes(role)) };
    },
    called: (reader, kind, id) =>
      reader.masked
        ? new Mask(installationKey(bench.services.home), `triage ${signals.rows[0]?.id}`).reference(kind, id)
        : id,
    close: () => bench.close(),
  };
  await sql`update session set stepped_up_at = now() + interval '1 day'`.execute(records);
  await world.another.get('/looks');
  await world.anotherAnalyst.get('/looks');
  return world;
}
