import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followHangup } from '../../src/cli/transport.ts';
import { readConfig } from '../../src/config.ts';
import { buildServer } from '../../src/web/server.ts';
import { readTls } from '../../src/web/tls.ts';
import { attacks } from '../support/attacks.ts';
import { makeCertificate } from '../support/certificate.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

const FAMILY = 'transport';
let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench?.close());

/** Shakes hands and gives what was agreed and whose certificate was shown; throws when there is no agreement. */
function handshake(
  port: number,
  options: ConnectionOptions = {},
): Promise<{ protocol: string; serial: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      rejectUnauthorized: false,
      ...options,
    });
    socket.once('secureConnect', () => {
      const agreed = {
        protocol: socket.getProtocol() ?? '',
        serial: socket.getPeerCertificate().serialNumber,
      };
      socket.destroy();
      resolve(agreed);
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function ask(port: number, options: https.RequestOptions = {}) {
  return new Promise<{ status: number; headers: Record<string, string | string[] | undefined> }>(
    (resolve, reject) => {
      https
        .get(
          {
            port,
            host: '127.0.0.1',
            servername: 'localhost',
            rejectUnauthorized: false,
            path: '/sign-in',
            ...options,
          },
          (answer) => {
            answer.resume();
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers });
          },
        )
        .once('error', reject);
    },
  );
}

describe('TLS of our own', () => {
  it('speaks 1.2 and 1.3 with ciphers that keep the past secret, nothing older or weaker, and says so to browsers', () =>
    attacks(async (attack) => {
      const files = makeCertificate(bench.stores.folder);
      const app = await buildServer({
        ...bench.services,
        origin: () => 'https://localhost',
        tls: readTls(files, new Date()),
      });
      const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
      expect((await handshake(port)).protocol).toBe('TLSv1.3');
      expect((await handshake(port, { maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2');
      const weak: [string, ConnectionOptions][] = [
        ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }],
        ['TLS 1.0', { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }],
        ['CBC', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
        ['SHA-1', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' }],
        ['no forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
        ['no encryption', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' }],
      ];
      for (const [what, options] of weak) {
        await attack(FAMILY, what, () => expect(handshake(port, options)).rejects.toThrow());
      }
      await attack(FAMILY, 'plain HTTP at the port of TLS', () =>
        expect(fetch(`http://127.0.0.1:${port}/sign-in`)).rejects.toThrow(),
      );
      await attack(FAMILY, 'a browser sent back to plain HTTP', async () => {
        const { status, headers } = await ask(port);
        expect(status).toBe(200);
        expect(headers['strict-transport-security']).toBe('max-age=31536000');
        for (const cookie of [headers['set-cookie'] ?? []].flat())
          expect(cookie).toMatch(/^__Host-.*; Secure/);
        expect(headers['set-cookie']).toHaveLength(1);
      });
      await app.close();
    }));

  it('takes up a new certificate at SIGHUP, and keeps the old one where the new cannot be used', async () => {
    const files = makeCertificate(bench.stores.folder);
    const app = await buildServer({
      ...bench.services,
      origin: () => 'https://localhost',
      tls: readTls(files, new Date()),
    });
    const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port);
    const said: string[] = [];
    const stop = followHangup(app, files, () => new Date(), { err: (text: string) => void said.push(text) });
    const hangUp = async () => {
      process.kill(process.pid, 'SIGHUP');
      await once(process, 'SIGHUP');
    };
    const first = await handshake(port);
    const next = makeCertificate(bench.stores.folder);
    copyFileSync(next.certificate, files.certificate);
    await hangUp(); // the key is not there yet
    expect(said.at(-1)).toContain('the certificate in use stays');
    expect((await handshake(port)).serial).toBe(first.serial);
    copyFileSync(next.key, files.key);
    await hangUp();
    expect(said.at(-1)).toContain('was read again');
    expect((await handshake(port)).serial).not.toBe(first.serial);
    stop();
    await app.close();
  });

  it('does not begin with a certificate that is of no use', () => {
    const [one, other] = [makeCertificate(bench.stores.folder), makeCertificate(bench.stores.folder)];
    const now = new Date();
    const nonsense = path.join(bench.stores.folder, 'nonsense.pem');
    writeFileSync(nonsense, 'x');
    expect(() => readTls({ ...one, key: other.key }, now)).toThrow('is not the one of the certificate');
    expect(() => readTls({ ...one, key: nonsense }, now)).toThrow('is no private key');
    expect(() => readTls({ ...one, certificate: nonsense }, now)).toThrow('is no certificate');
    expect(() => readTls({ ...one, key: '/no/such/file' }, now)).toThrow('UPSTANDER_TLS_KEY');
    expect(() => readTls(one, new Date(now.getTime() + 3 * 86_400_000))).toThrow('is valid from');
  });
});

describe('a proxy', () => {
  it('that is named is believed about the way readers came, and nobody else is', () =>
    attacks(async (attack) => {
      const app = await buildServer({
        ...bench.services,
        origin: () => 'https://upstander.example',
        proxies: ['192.0.2.10'],
      });
      const came = (remoteAddress: string, by: string, url = '/signals?band=High') =>
        app.inject({
          url,
          remoteAddress,
          headers: { 'x-forwarded-proto': by, 'x-forwarded-host': 'evil.example' },
        });
      await attack(FAMILY, 'plain HTTP at the proxy', async () => {
        const answer = await came('192.0.2.10', 'http');
        expect([answer.statusCode, answer.headers.location]).toEqual([
          308,
          'https://upstander.example/signals?band=High',
        ]);
      });
      await attack(FAMILY, 'a forged report of how one came', async () => {
        const answer = await came('198.51.100.7', 'http');
        expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in']);
      });
      const over = await came('192.0.2.10', 'https', '/sign-in');
      expect(over.statusCode).toBe(200);
      expect(over.headers['strict-transport-security']).toBe('max-age=31536000');
      expect(over.cookies[0]).toMatchObject({ name: '__Host-upstander_form', secure: true });
      await app.close();
    }));
});

describe('the environment', () => {
  const read = (env: Record<string, string>) => () => readConfig(env, '/');
  it('lets nothing listen on the network without TLS by mistake', () =>
    attacks(async (attack) => {
      for (const HOST of ['0.0.0.0', '::', '10.0.0.5']) {
        await attack(FAMILY, `plain HTTP on ${HOST}`, () =>
          expect(read({ HOST })).toThrow('without TLS the program listens on this machine only'),
        );
        expect(read({ HOST, UPSTANDER_PLAIN_HTTP: 'allow' })).not.toThrow();
        expect(read({ HOST, UPSTANDER_TLS_CERT: 'c', UPSTANDER_TLS_KEY: 'k' })).not.toThrow();
      }
      for (const wrong of ['0.0.0.0/0', '::/0', 'proxy.example', '10.0.0.0/33', '10.0.0.1 everybody']) {
        await attack(FAMILY, `the proxy ${wrong}`, () =>
          expect(read({ UPSTANDER_PROXY: wrong })).toThrow('UPSTANDER_PROXY'),
        );
      }
      await attack(FAMILY, 'half of a certificate', () =>
        expect(read({ UPSTANDER_TLS_KEY: 'k' })).toThrow('go together'),
      );
      await attack(FAMILY, 'an address without TLS for a program with TLS', () =>
        expect(
          read({ UPSTANDER_TLS_CERT: 'c', UPSTANDER_TLS_KEY: 'k', UPSTANDER_ORIGIN: 'http://localhost' }),
        ).toThrow('UPSTANDER_ORIGIN'),
      );
      expect(read({ UPSTANDER_ORIGIN: 'https://x.example' })().proxies).toEqual(['127.0.0.0/8', '::1']);
      expect(read({ UPSTANDER_PROXY: '10.0.0.4, fd00::/64' })().proxies).toEqual(['10.0.0.4', 'fd00::/64']);
      expect(read({})().proxies).toEqual([]);
    }));
});
