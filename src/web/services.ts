import type { TlsOptions } from 'node:tls';
import type { Clock } from '../kernel/clock.ts';
import type { Events } from '../stores/events/events.ts';
import type { Records } from '../stores/records/records.ts';
import type { Identity } from '../trust/identity-file.ts';
import type { Retention } from '../trust/retention/open.ts';
import type { Scanner } from '../trust/scanner/scanner.ts';
import type { ImportJob } from './data/import-jobs.ts';
import type { LimitName } from './limits.ts';

/** What the pages stand on, built by hand in `compose.ts`. */
export interface WebServices {
  records: Records;
  events: Events;
  clock: Clock;
  /** The address that readers type in, without a path: passkeys are made for it, and cookies keep to it. */
  origin(): string;
  /** Addresses of proxies that are believed about where a request comes from; none when absent. */
  proxies?: readonly string[];
  /** Key, certificates and bounds of TLS, where the server speaks it itself. */
  tls?: TlsOptions;
  /** How often a minute, where it is not what `LIMITS` says. */
  limits?: Partial<Record<LimitName, number>>;
  /** How the force's own provider signs people in; undefined for passkeys alone. */
  identity?: Identity | undefined;
  /** The data folder: uploads are put below it. */
  home: string;
  /**
   * Begins to take in files or folders of this machine, and detection after it, on behalf of `by`. Returns the
   * identifier of the job; `importJob` says how it goes.
   */
  startImport(paths: string[], mapping: string | undefined, by: string): Promise<string>;
  importJob(id: string): ImportJob | undefined;
  /** What looks uploads through before anything reads them; undefined when the force runs none. */
  scanner?: Scanner | undefined;
  /** How long things are kept, and erasing them from both stores. */
  retention: Retention;
  /** Where the request log and faults go; silent when absent. Neither ever names a person. */
  log?: (line: Record<string, unknown>) => void;
}
