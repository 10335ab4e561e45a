import path from 'node:path';
import { Failure } from './kernel/failure.ts';
import { type KeySource, readKeySource } from './stores/vault/master-key.ts';
import { type ClamdPlace, clamdPlace } from './trust/scanner/clamav.ts';
import { readProxy } from './web/proxies.ts';
import type { TlsFiles } from './web/tls.ts';

/** What the environment says. Everything else a force may set is versioned configuration in the stores. */
export interface Config {
  /** The data folder, absolute. */
  home: string;
  /** Port of the web application on 127.0.0.1. */
  port: number;
  /** Address to listen on. */
  host: string;
  /** Certificate and key, where the program ends TLS itself. */
  tls: TlsFiles | undefined;
  /** Proxies that are believed about who asks and how: addresses, or several as `10.0.0.0/28`. */
  proxies: readonly string[];
  /** The address that readers type in, where it is not this machine's own: that of what ends TLS. */
  origin: string | undefined;
  /** How people sign in and which group gives which roles: `identity.yaml`. */
  identityFile: string;
  /** PostgreSQL, or undefined for the embedded PGlite in the data folder. */
  databaseUrl: string | undefined;
  /** Which force's records these are, where several share the database of `databaseUrl`; undefined for one alone. */
  force: string | undefined;
  /** ClickHouse over HTTP, or undefined for the embedded chDB in the data folder. */
  clickhouseUrl: string | undefined;
  /** The virus scanner that uploads go through, or undefined for none. */
  clamd: ClamdPlace | undefined;
  /** Where the key comes from that everything at rest is sealed under. */
  keySource: KeySource;
  /** The force says that the disks of its ClickHouse server are encrypted below the server. */
  eventsDiskBelow: boolean;
}

/**
 * Reads UPSTANDER_HOME, UPSTANDER_ORIGIN, UPSTANDER_TLS_CERT, UPSTANDER_TLS_KEY, UPSTANDER_PROXY, UPSTANDER_PLAIN_HTTP,
 * UPSTANDER_IDENTITY, UPSTANDER_CLAMD, UPSTANDER_FORCE, PORT, HOST, DATABASE_URL, CLICKHOUSE_URL, UPSTANDER_EVENTS_DISK, and UPSTANDER_KEY,
 * UPSTANDER_KEY_FILE or UPSTANDER_KEY_COMMAND.
 * @throws Failure naming the variable that cannot be used.
 */
export function readConfig(env: NodeJS.ProcessEnv, cwd: string): Config {
  const port = Number(env.PORT ?? '3000');
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Failure('PORT is not a port number', { todo: 'Give a whole number from 0 to 65535' });
  }
  if (env.CLICKHOUSE_CLUSTER) {
    throw new Failure('CLICKHOUSE_CLUSTER is set, but this version works with one ClickHouse node', {
      todo: 'Unset it and give one node in CLICKHOUSE_URL; see docs/known-gaps.md',
    });
  }
  const force = env.UPSTANDER_FORCE || undefined;
  if (force !== undefined && !(/^[a-z][a-z0-9_]{0,39}$/.test(force) && env.DATABASE_URL)) {
    throw new Failure('UPSTANDER_FORCE is not the name of a force in a shared database', {
      todo: 'Give up to 40 small letters, digits and _, together with DATABASE_URL; without it leave UPSTANDER_FORCE away',
    });
  }
  const home = path.resolve(cwd, env.UPSTANDER_HOME || 'data');
  const host = env.HOST || '127.0.0.1';
  const tls = tlsFiles(env, cwd);
  const typed = origin(env, tls);
  refusePlain(env, host, tls);
  return {
    home,
    port,
    host,
    tls,
    proxies: proxies(env, typed, tls),
    origin: typed,
    identityFile: path.resolve(cwd, env.UPSTANDER_IDENTITY || path.join(home, 'identity.yaml')),
    databaseUrl: address(env, 'DATABASE_URL', ['postgres:', 'postgresql:']),
    force,
    clickhouseUrl: address(env, 'CLICKHOUSE_URL', ['http:', 'https:']),
    clamd: env.UPSTANDER_CLAMD ? clamdPlace(env.UPSTANDER_CLAMD) : undefined,
    keySource: readKeySource(env, cwd, home),
    eventsDiskBelow: env.UPSTANDER_EVENTS_DISK === 'encrypted-below',
  };
}

function address(env: NodeJS.ProcessEnv, name: string, protocols: string[]): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    throw new Failure(`${name} is not an address that can be used`, {
      todo: `Give one that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    });
  }
  return text;
}

function origin(env: NodeJS.ProcessEnv, tls: TlsFiles | undefined): string | undefined {
  const text = address(env, 'UPSTANDER_ORIGIN', ['http:', 'https:']);
  if (text === undefined) return undefined;
  const url = new URL(text);
  if (url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new Failure('UPSTANDER_ORIGIN is more than an origin', {
      todo: 'Give only scheme, host and port, such as https://upstander.example.police.uk',
    });
  }
  if (url.protocol === 'http:' && tls !== undefined) {
    throw new Failure('UPSTANDER_ORIGIN is without TLS, but the program is to speak TLS', {
      todo: 'Give the https:// address that readers type in',
    });
  }
  if (url.protocol === 'http:' && url.hostname !== 'localhost') {
    throw new Failure('UPSTANDER_ORIGIN without TLS works on localhost only', {
      todo: 'Give the https:// address that readers type in',
    });
  }
  return url.origin;
}

function tlsFiles(env: NodeJS.ProcessEnv, cwd: string): TlsFiles | undefined {
  const { UPSTANDER_TLS_CERT: certificate, UPSTANDER_TLS_KEY: key } = env;
  if (!certificate && !key) return undefined;
  if (!certificate || !key) {
    throw new Failure('UPSTANDER_TLS_CERT and UPSTANDER_TLS_KEY go together, and one is missing', {
      todo: 'Name the files of both, in PEM',
    });
  }
  return { certificate: path.resolve(cwd, certificate), key: path.resolve(cwd, key) };
}

/** Those that are named; where readers come in over TLS that something else ends, and none is named, those of this machine. */
function proxies(env: NodeJS.ProcessEnv, typed: string | undefined, tls: TlsFiles | undefined): string[] {
  const named = (env.UPSTANDER_PROXY ?? '').split(/[\s,]+/).filter((text) => text !== '');
  for (const text of named) {
    if (readProxy(text) !== undefined) continue;
    throw new Failure(`UPSTANDER_PROXY: ${JSON.stringify(text)} is no address of a proxy`, {
      todo: 'Give addresses such as 10.0.0.4, or few together such as 10.0.0.0/28',
    });
  }
  if (named.length > 0) return named;
  return tls === undefined && typed?.startsWith('https:') ? ['127.0.0.0/8', '::1'] : [];
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

/** Passwordless as it is, a session's cookie would be read by whoever hears the network. */
function refusePlain(env: NodeJS.ProcessEnv, host: string, tls: TlsFiles | undefined): void {
  const { UPSTANDER_PLAIN_HTTP: said } = env;
  if (said && said !== 'allow') {
    throw new Failure('UPSTANDER_PLAIN_HTTP is neither empty nor allow', { todo: 'Unset it, or say allow' });
  }
  if (tls !== undefined || LOOPBACK.includes(host) || said === 'allow') return;
  throw new Failure(`HOST is ${host}: without TLS the program listens on this machine only`, {
    todo: 'Give UPSTANDER_TLS_CERT and UPSTANDER_TLS_KEY, or leave HOST and put a proxy on this machine in front; where the network between proxy and program is trusted, set UPSTANDER_PLAIN_HTTP=allow',
  });
}
