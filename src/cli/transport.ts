import type { Server } from 'node:https';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config.ts';
import { Failure } from '../kernel/failure.ts';
import { readTls, type TlsFiles } from '../web/tls.ts';
import type { Terminal } from './terminal.ts';

/** What is said when whoever hears the network could read along. */
export const PLAIN =
  'upstander: WARNING: this listens on the network without TLS (UPSTANDER_PLAIN_HTTP=allow). Whoever hears that network can\n' +
  'read every page and take over every session. Let nothing but the proxy reach this port.\n';

/** Whether the program is reached from other machines without TLS, because somebody allowed it. */
export function isPlainOnTheNetwork({ host, tls }: Pick<Config, 'host' | 'tls'>): boolean {
  return tls === undefined && !['127.0.0.1', '::1', 'localhost'].includes(host);
}

/**
 * Takes up a new certificate at SIGHUP, for connections that begin from then on. One that cannot be used is said and left:
 * the one in use stays. Returns what ends this.
 */
export function followHangup(
  server: FastifyInstance,
  files: TlsFiles,
  now: () => Date,
  terminal: Pick<Terminal, 'err'>,
): () => void {
  const again = () => {
    try {
      (server.server as unknown as Server).setSecureContext(readTls(files, now()));
      terminal.err('upstander: the certificate was read again\n');
    } catch (problem) {
      const said = problem instanceof Failure ? problem.sentence() : 'it cannot be used';
      terminal.err(`upstander: the certificate in use stays: ${said}\n`);
    }
  };
  process.on('SIGHUP', again);
  return () => process.off('SIGHUP', again);
}
