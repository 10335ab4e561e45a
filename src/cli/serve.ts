import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Command } from 'commander';
import { sql } from 'kysely';
import { generateDemo } from '../../demo/generate.ts';
import { addressOf, openUpstander, type Upstander } from '../compose.ts';
import type { Config } from '../config.ts';
import { Failure } from '../kernel/failure.ts';
import { knownFault } from '../kernel/known-fault.ts';
import { isDemonstration, setDemonstration } from '../trust/installation.ts';
import { ImportJobs } from '../web/data/import-jobs.ts';
import { buildServer } from '../web/server.ts';
import type { WebServices } from '../web/services.ts';
import { readTls } from '../web/tls.ts';
import { socketPath, takeCommands } from './control.ts';
import { DEMO } from './demo.ts';
import { program, reportFailure, type Setting } from './program.ts';
import { progressBar, type Terminal } from './terminal.ts';
import { followHangup, isPlainOnTheNetwork, PLAIN } from './transport.ts';

interface Standing {
  terminal: Terminal;
  config: Config;
  stand: (run: () => Promise<number>) => void;
}

/** `upstander serve`, and `upstander start`, which fills an empty data folder with the demonstration force first. */
export function serveCommands(top: Command, { terminal, config, stand }: Standing): void {
  const port = ['--port <n>', 'port on which the workbench answers (default: PORT, else 3000)'] as const;
  const withPort = (options: { port?: string }) =>
    options.port === undefined ? config : { ...config, port: portNumber(options.port) };
  top
    .command('serve')
    .description('Run the workbench.')
    .option(...port)
    .action((options: { port?: string }) => stand(() => serve(terminal, withPort(options), false)));
  top
    .command('start')
    .description('Run the workbench; with an empty data folder, take in the demonstration force first.')
    .option(...port)
    .action((options: { port?: string }) => stand(() => serve(terminal, withPort(options), true)));
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Failure(`--port ${JSON.stringify(text)} is not a port number`, {
      todo: 'Give a whole number from 0 to 65535',
    });
  }
  return port;
}

/** Serves until it is told to stop (SIGINT, SIGTERM); gives the exit status. */
async function serve(terminal: Terminal, config: Config, demonstrate: boolean): Promise<number> {
  const upstander = await openUpstander(config, 'serve');
  try {
    if (demonstrate && (await isEmpty(upstander))) await fillWithDemo(upstander, terminal);
    await scannerAnswers(upstander, terminal);
    const server = await buildServer(webServices(upstander));
    const port = await listen(server, config);
    upstander.baseUrl = config.origin ?? addressOf(config, port);
    const socket = socketPath(config.home);
    const stopCommands = await takeCommands(socket, (argv, asker, cwd) =>
      runHere(upstander, argv, asker, cwd),
    );
    upstander.announce(socket);
    await terminal.out(`Upstander answers at ${upstander.baseUrl}\n`);
    if (isPlainOnTheNetwork(config)) terminal.err(PLAIN);
    if (config.tls !== undefined) followHangup(server, config.tls, upstander.clock, terminal);
    if (upstander.keyIsBesideData) {
      terminal.err(
        'The master key stands beside the data: who steals this disk has both. See docs/at-rest.md.\n',
      );
    }
    if (demonstrate && (await isDemonstration(upstander.records))) {
      await terminal.out(
        `Sign in, once, within 15 minutes:\n${await upstander.signInLink('Reader of the demonstration')}\n` +
          'The force is invented, so this account is administrator, head of the unit and analyst in one. On your own\n' +
          'installation the first link makes an administrator only, who then has to make a passkey.\n',
      );
      await terminal.out('Another link: ./upstander sign-in    Stop: Ctrl+C\n');
    } else
      await terminal.out('First administrator: ./upstander sign-in --name "Your name"    Stop: Ctrl+C\n');
    await toldToStop();
    await stopCommands();
    await server.close();
    return 0;
  } finally {
    await upstander.close();
  }
}

/** Imports asked for in the browser are followed by detection, so that the pages show what came in. */
function webServices(upstander: Upstander): WebServices {
  const { records, events, clock, config, retention } = upstander;
  const jobs = new ImportJobs(
    async (paths, mapping, by, progress) => {
      // Whoever tries an upload in the demonstration has been told to bring invented records only.
      const invented = (await isDemonstration(records)) ? { invented: true as const } : {};
      await upstander.takeIn(paths, {
        ...(mapping === undefined ? {} : { mapping }),
        ...invented,
        by,
        progress,
      });
      await upstander.detect({ asOf: null, by, progress });
    },
    clock,
    (problem) =>
      problem instanceof Failure ? problem.sentence() : (knownFault(problem) ?? 'A fault of the program'),
  );
  return {
    records,
    events,
    clock,
    home: config.home,
    retention,
    origin: () => upstander.baseUrl,
    proxies: config.proxies,
    ...(config.tls === undefined ? {} : { tls: readTls(config.tls, clock()) }),
    identity: upstander.identity,
    scanner: upstander.scanner,
    startImport: async (paths, mapping, by) => jobs.start(paths, mapping, by),
    importJob: (id) => jobs.get(id),
  };
}

/** A scanner that is down stops uploads and nothing else, so it is said and not more. */
async function scannerAnswers({ scanner }: Upstander, terminal: Terminal): Promise<void> {
  await scanner?.ping().catch(async (problem) => {
    if (!(problem instanceof Failure)) throw problem;
    await terminal.err(`${scanner.name}: ${problem.sentence()}. Uploads are refused until it answers.\n`);
  });
}

/** Begins to listen and gives the port. */
async function listen(server: Awaited<ReturnType<typeof buildServer>>, config: Config): Promise<number> {
  try {
    await server.listen({ port: config.port, host: config.host });
    return (server.server.address() as AddressInfo).port;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new Failure(`Port ${config.port} of ${config.host} is in use by another program`, {
      todo: 'Choose another with PORT or --port',
      cause,
    });
  }
}

async function isEmpty({ records }: Upstander): Promise<boolean> {
  const { rows } = await sql`select 1 from load limit 1`.execute(records);
  return rows.length === 0;
}

async function fillWithDemo(upstander: Upstander, terminal: Terminal): Promise<void> {
  await setDemonstration(upstander.records, true);
  const out = path.join(upstander.workFolder, 'demo-force');
  const bar = progressBar(terminal);
  await generateDemo({ out, ...DEMO }, (done, total) =>
    bar.progress(done, total, 'Making the demonstration force'),
  );
  bar.end();
  await upstander.takeIn([path.join(out, 'extract')], {
    by: 'demonstration',
    invented: true,
    progress: bar.progress,
  });
  bar.end();
  await upstander.detect({ asOf: null, progress: bar.progress });
  bar.end();
  await rm(out, { recursive: true, force: true });
}

/** A command line sent by another process, run with the stores that this one holds. */
async function runHere(
  upstander: Upstander,
  argv: string[],
  terminal: Terminal,
  cwd: string,
): Promise<number> {
  try {
    let run: ((setting: Omit<Setting, 'by'>) => Promise<number>) | undefined;
    await program(terminal, (_, one) => {
      run = one;
    }).parseAsync(argv, { from: 'user' });
    const status = run === undefined ? 0 : await run({ terminal, cwd, upstander });
    await upstander.audit.checkpoint();
    return status;
  } catch (problem) {
    return reportFailure(problem, terminal);
  }
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}
