import { sql } from 'kysely';
import type { Config } from './config.ts';
import { checkRuns } from './detection/check-runs.ts';
import { type Detected, detect } from './detection/detect.ts';
import { exportTo } from './detection/export.ts';
import { mine } from './detection/mine.ts';
import type { Candidate } from './encounters/mining/mine.ts';
import { checkLoads } from './extract/check-loads.ts';
import { type ImportReport, recoverLoads, takeIn } from './extract/take-in.ts';
import { returnOf } from './intelligence/return/return.store.ts';
import type { Return } from './intelligence/return/return.ts';
import { OneAtATime } from './jobs/one-at-a-time.ts';
import type { Check } from './kernel/check.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import type { Progress } from './kernel/progress.ts';
import { checkDisk } from './stores/events/check-disk.ts';
import { type Events, openEvents } from './stores/events/events.ts';
import { migrateEvents } from './stores/events/migrate.ts';
import { holdHome } from './stores/home.ts';
import { migrateRecords } from './stores/records/migrate.ts';
import { openRecords, type Records } from './stores/records/records.ts';
import { sealWhatIsPlain } from './stores/vault/bring-along.ts';
import { checkSealed } from './stores/vault/check-sealed.ts';
import { checkMaster, eventsKey, rotateMaster } from './stores/vault/keys.store.ts';
import { type KeySource, masterKey } from './stores/vault/master-key.ts';
import { Vault } from './stores/vault/vault.ts';
import { type AuditLog, openAuditLog, readAuditPlaces } from './trust/audit/open.ts';
import { type Identity, putIdentityInForce, readIdentity } from './trust/identity-file.ts';
import { demonstrationDuring } from './trust/installation.ts';
import { installationKey } from './trust/pseudonym/key.ts';
import { openRetention, type Retention } from './trust/retention/open.ts';
import { clamav } from './trust/scanner/clamav.ts';
import type { Scanner } from './trust/scanner/scanner.ts';
import { terminalLink } from './trust/terminal-link.ts';

/** The opened program: the stores, and the work that commands and pages ask for. */
export interface Upstander {
  config: Config;
  clock: Clock;
  records: Records;
  events: Events;
  workFolder: string;
  /** What writes much runs one piece at a time. */
  queue: OneAtATime;
  /** Takes files in. Unless they are `invented`, this installation is from then on no demonstration any more. */
  takeIn(
    paths: string[],
    options: { mapping?: string; by: string; progress?: Progress; invented?: true },
  ): Promise<ImportReport>;
  detect(options: { asOf: Date | null; by?: string; progress?: Progress }): Promise<Detected>;
  /** Looks for explanations in the force's own data. */
  mine(options: { by: string }): Promise<Candidate[]>;
  exportTo(
    what: Parameters<typeof exportTo>[1],
    options: Pick<Parameters<typeof exportTo>[2], 'asOf' | 'format' | 'file' | 'by'>,
  ): ReturnType<typeof exportTo>;
  /** Counts by national corruption category, for other bodies. */
  returnOf(period: { from: string; to: string; by: string }): Promise<Return>;
  verify(): Promise<Check[]>;
  audit: AuditLog;
  /** How long things are kept, and erasing them from both stores. */
  retention: Retention;
  /** What uploads go through, if the environment names one. */
  scanner: Scanner | undefined;
  /** Wraps every data key with another master key: that of a source, or a new one in the place of the file in the data folder. */
  rotateMasterKey(to: KeySource | undefined): ReturnType<typeof rotateMaster>;
  /** The master key stands in the data folder: who steals the disk has both. */
  keyIsBesideData: boolean;
  /** A link that signs one person in, once. */
  signInLink(name: string, by?: string): Promise<string>;
  /** Tells other processes on which socket this one takes commands. */
  announce(socket: string): void;
  /** How people sign in. */
  identity: Identity;
  /** The address that readers type in; set when the workbench listens, unless the environment says it. */
  baseUrl: string;
  close(): Promise<void>;
}

/**
 * Opens the data folder and both stores, brings them to the newest migration and takes out what a killed import left.
 * The caller closes the result.
 */
export async function openUpstander(
  config: Config,
  command: string,
  clock = systemClock,
): Promise<Upstander> {
  const identity = readIdentity(config.identityFile, process.env);
  const home = holdHome(config.home, command);
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const one of opened.reverse()) await one();
    home.release();
  };
  try {
    const tell = (words: string) => process.stderr.write(`upstander: ${words}\n`);
    const vault = new Vault(await masterKey(config.keySource, (file) => tell(keyWasMade(file))));
    const records = await openRecords({ ...config, vault });
    opened.push(() => records.destroy());
    await migrateRecords(records);
    await checkMaster(records, vault, config.keySource);
    await sealWhatIsPlain(records);
    const events = await openEvents({ ...config, key: await eventsKey(records, vault) });
    opened.push(() => events.close());
    await migrateEvents(events);
    if (config.clickhouseUrl !== undefined) {
      for (const problem of (await checkDisk(events, config.eventsDiskBelow)).problems) tell(problem);
    }
    const stores = { records, events, erasureKey: installationKey(config.home, 'erasures') };
    const audit = await openAuditLog(records, {
      ...readAuditPlaces(process.env, process.cwd()),
      home: config.home,
      clock,
      tell,
    });
    opened.push(() => audit.close());
    await recoverLoads(stores);
    await putIdentityInForce(records, identity, clock());

    const queue = new OneAtATime();
    const workFolder = home.workFolder;
    const retention = openRetention(stores, {
      home: config.home,
      copyTo: readAuditPlaces(process.env, process.cwd()).copyTo,
      clock,
      inTurn: (work) => queue.run(work),
      afterwards: async () => {
        await upstander.detect({ asOf: null, by: 'upstander, after an erasure' });
      },
    });
    const again = await retention.catchUp();
    if (again > 0) {
      process.stderr.write(
        `upstander: restored data contained ${again} things erased since; they were erased again\n`,
      );
    }
    const upstander: Upstander = {
      config,
      clock,
      records,
      events,
      workFolder,
      queue,
      takeIn: (paths, { invented, ...options }) =>
        queue.run(() =>
          demonstrationDuring(records, invented === true, clock(), async () => {
            const report = await takeIn(stores, paths, { ...options, clock, workFolder });
            return { report, stored: report.files.some((file) => file.status === 'taken') };
          }),
        ),
      detect: (options) => queue.run(() => detect(stores, { ...options, clock })),
      mine: (options) => queue.run(() => mine(stores, { ...options, clock })),
      exportTo: (what, options) => queue.run(() => exportTo(stores, what, { ...options, clock, workFolder })),
      returnOf: (period) => queue.run(() => returnOf(records, { ...period, at: clock() })),
      verify: () =>
        queue.run(async () => [
          await checkStores(records, events),
          await checkLoads(stores),
          await checkRuns(stores),
          await audit.verify(),
          await checkSealed(records),
          await checkDisk(events, config.eventsDiskBelow),
        ]),
      audit,
      retention,
      scanner: config.clamd && clamav(config.clamd),
      rotateMasterKey: (to) => queue.run(() => rotateMaster(records, vault, config.home, to)),
      keyIsBesideData: 'make' in config.keySource,
      signInLink: (name, by) => terminalLink(records, { name, by, clock, baseUrl: upstander.baseUrl }),
      announce: home.announce,
      identity,
      baseUrl: config.origin ?? addressOf(config, config.port),
      close,
    };
    return upstander;
  } catch (problem) {
    await close();
    throw problem;
  }
}

function keyWasMade(file: string): string {
  return (
    `a master key was made in ${file}. Everything stored is sealed under it: lose it, and all is lost. It stands ` +
    'beside the data, so it protects copies of the data that leave it out, and not this disk: see docs/at-rest.md'
  );
}

/** The address of this machine as readers type it in. Passkeys work with `localhost`, not with its number. */
export function addressOf({ host, tls }: Pick<Config, 'host' | 'tls'>, port: number): string {
  const scheme = tls === undefined ? 'http' : 'https';
  if (['127.0.0.1', '::1', 'localhost'].includes(host)) return `${scheme}://localhost:${port}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Both stores answer, and their migrations are this program's (opening them has compared the files). */
async function checkStores(records: Records, events: Events): Promise<Check> {
  const problems: string[] = [];
  const told = await sql<{ n: number }>`select count(*) as n from migration`.execute(records);
  const [kept] = await events.query<{ n: number }>('SELECT count() AS n FROM migration');
  if ((told.rows[0]?.n ?? 0) === 0) problems.push('The records store holds no migration');
  if ((kept?.n ?? 0) === 0) problems.push('The events store holds no migration');
  return { name: 'Both stores answer and stand at this program’s migrations', problems };
}
