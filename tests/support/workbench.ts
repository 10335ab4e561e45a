import path from 'node:path';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { detect } from '../../src/detection/detect.ts';
import { takeIn } from '../../src/extract/take-in.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { Failure } from '../../src/kernel/failure.ts';
import { named } from '../../src/stores/vault/sealed.ts';
import { setDemonstration } from '../../src/trust/installation.ts';
import { installationKey } from '../../src/trust/pseudonym/key.ts';
import { openRetention } from '../../src/trust/retention/open.ts';
import type { Role } from '../../src/trust/roles.ts';
import { createSignInLink } from '../../src/trust/sign-in.ts';
import { Addresses } from '../../src/web/addresses.ts';
import { ImportJobs } from '../../src/web/data/import-jobs.ts';
import { buildServer } from '../../src/web/server.ts';
import type { WebServices } from '../../src/web/services.ts';
import { openTestStores, type TestStores } from './stores.ts';

/** The web application on fresh stores, with a clock that a test can move. */
export interface Workbench {
  app: FastifyInstance;
  services: WebServices;
  stores: TestStores;
  clock: Clock;
  /** Says under which address the readers come in. */
  setOrigin(address: string): void;
  /** Lets time pass. */
  pass(minutes: number): void;
  /** What stands in addresses for signals and encounters. */
  addresses: Addresses;
  /** What was logged. */
  log: Record<string, unknown>[];
  /** A link that signs somebody in, as an analyst unless other roles are given. */
  link(name: string, roles?: Role | readonly Role[], baseUrl?: string): Promise<string>;
  /** Signs somebody in and gives a browser without a screen: it keeps cookies and sends forms with their token. */
  signedIn(name: string, roles?: Role | readonly Role[]): Promise<Visitor>;
  detect(): Promise<void>;
  close(): Promise<void>;
}

/** Opens one. `more` replaces what the pages stand on, such as how often a minute something may be asked. */
export async function openWorkbench(more: Partial<WebServices> = {}): Promise<Workbench> {
  const stores = await openTestStores();
  let origin = 'http://localhost';
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const log: Record<string, unknown>[] = [];
  const run = () => detect(stores, { asOf: null, clock });
  const jobs = new ImportJobs(
    async (paths, mapping, by, progress) => {
      const workFolder = path.join(stores.folder, 'work');
      await takeIn({ ...stores, erasureKey: installationKey(stores.folder, 'erasures') }, paths, {
        mapping,
        by,
        clock,
        progress,
        workFolder,
      });
      await run();
    },
    clock,
    (problem) => (problem instanceof Failure ? problem.sentence() : 'A fault of the program'),
  );
  const services: WebServices = {
    records: stores.records,
    events: stores.events,
    clock,
    home: stores.folder,
    retention: openRetention(stores, {
      home: stores.folder,
      clock,
      afterwards: async () => void (await run()),
    }),
    origin: () => origin,
    startImport: async (paths, mapping, by) => jobs.start(paths, mapping, by),
    importJob: (id) => jobs.get(id),
    log: (line) => log.push(line),
    ...more,
  };
  const app = await buildServer(services);
  await setDemonstration(stores.records, true); // where a link is enough to come in
  const link = (name: string, roles: Role | readonly Role[] = 'analyst', baseUrl = 'http://127.0.0.1') =>
    createSignInLink(stores.records, { name, roles: [roles].flat(), clock, baseUrl });
  return {
    app,
    services,
    stores,
    clock,
    setOrigin: (address) => {
      origin = address;
    },
    pass: (minutes) => {
      ahead += minutes * 60_000;
    },
    addresses: new Addresses(stores.folder),
    log,
    link,
    signedIn: async (name, roles) => {
      const visitor = new Visitor(app);
      const token = new URL(await link(name, roles)).pathname.split('/').at(-1) ?? '';
      await visitor.get(`/sign-in/${token}`);
      await visitor.post('/sign-in', { token });
      // Forms belong to a session: this gives the token of theirs.
      if ((await visitor.get('/looks')).statusCode === 303) await visitor.get('/account/first-passkey');
      // As if they had just shown a passkey; tests of stepping up take this back.
      await sql`update session set stepped_up_at = ${clock()} where ended_at is null
        and account_id = (select account_id from account where name = ${named(name)})`.execute(
        stores.records,
      );
      return visitor;
    },
    detect: async () => {
      await run();
    },
    close: async () => {
      await app.close();
      await stores.close();
    },
  };
}

/** A browser without a screen. */
export class Visitor {
  static #made = 0;
  readonly app: FastifyInstance;
  /** Each browser stands somewhere else: limits count by address. */
  readonly #address = `127.1.${Math.floor(++Visitor.#made / 250)}.${(Visitor.#made % 250) + 1}`;
  cookies: Record<string, string> = {};
  /** The token of the last form seen. */
  token = '';

  constructor(app: FastifyInstance) {
    this.app = app;
  }

  async send(options: InjectOptions): Promise<LightMyRequestResponse> {
    const answer = await this.app.inject({
      remoteAddress: this.#address,
      ...options,
      cookies: this.cookies,
    });
    for (const cookie of answer.cookies) this.cookies[cookie.name] = cookie.value;
    this.token = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.token;
    return answer;
  }

  /** Breaks the glass: everybody opens but the circle of the account. */
  async breakGlass(): Promise<void> {
    await this.get('/break-glass');
    await this.post('/break-glass', { reason: 'A test' });
  }

  /** Opens the first signal of the queue, which states a purpose. */
  async triage(): Promise<void> {
    const signal = /\/signals\/(s_[\w-]+)"/.exec((await this.get('/signals')).body)?.[1];
    if (signal !== undefined) await this.get(`/signals/${signal}`);
  }

  get(url: string): Promise<LightMyRequestResponse> {
    return this.send({ method: 'GET', url });
  }

  /** Sends a form with its token, unless `fields` gives another. */
  post(url: string, fields: Record<string, string>): Promise<LightMyRequestResponse> {
    return this.send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ _csrf: this.token, ...fields }).toString(),
    });
  }
}
