import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EICAR, startClamd } from '../../../tests/support/clamd.ts';
import { clamav, clamdPlace } from './clamav.ts';

let clamd: Awaited<ReturnType<typeof startClamd>>;
const folder = mkdtempSync(path.join(tmpdir(), 'upstander-scan-'));
const file = (name: string, content: string | Buffer) => {
  const place = path.join(folder, name);
  writeFileSync(place, content);
  return place;
};

beforeAll(async () => {
  clamd = await startClamd();
});
afterAll(async () => {
  await clamd?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('a real clamd', () => {
  it('answers', async () => {
    await clamav({ path: clamd.socket }).ping();
  });

  it('names what it finds, also far down in a file', async () => {
    const scanner = clamav({ path: clamd.socket });
    expect(await scanner.scan(file('alone.txt', EICAR))).toMatch(/^Invented\.Test\.File/);
    const far = `${'officer_id,name\n'.repeat(40_000)}${EICAR}\n`;
    expect(await scanner.scan(file('far.csv', far))).toMatch(/^Invented\.Test\.File/);
  });

  it('passes clean files, an empty one too', async () => {
    const scanner = clamav({ path: clamd.socket });
    expect(await scanner.scan(file('clean.csv', 'officer_id,name\nE1,Bo Mock\n'))).toBeUndefined();
    expect(await scanner.scan(file('empty.csv', ''))).toBeUndefined();
  });

  it('says that a file is larger than it takes, and never that it is clean', async () => {
    const large = file('large.csv', Buffer.alloc(5 << 20, 'a'));
    await expect(clamav({ path: clamd.socket }).scan(large)).rejects.toThrow(/larger than the virus scanner/);
  });
});

describe('a scanner that is not well', () => {
  const answering = (answer: string) =>
    new Promise<net.Server>((resolve) => {
      const server: net.Server = net.createServer((link) => {
        link.on('error', () => {});
        link.once('data', () => link.end(answer));
      });
      server.listen(0, '127.0.0.1', () => resolve(server));
    });

  it.each([
    ['nothing', '', /does not answer/],
    ['half an answer', 'stream: O', /does not answer/],
    ['an error', 'stream: Can’t allocate memory ERROR\0', /could not look a file through/],
    ['something else', 'stream: OK, more or less\0', /could not look a file through/],
  ])('lets no file in after %s', async (_, answer, problem) => {
    const server = await answering(answer);
    const { port } = server.address() as net.AddressInfo;
    const clean = file('clean.csv', 'officer_id\nE1\n');
    await expect(clamav({ host: '127.0.0.1', port }).scan(clean)).rejects.toThrow(problem);
    server.close();
  });

  it('lets no file in when nothing listens there', async () => {
    const nowhere = clamav({ path: path.join(folder, 'nobody.ctl') });
    await expect(nowhere.scan(file('clean.csv', 'a\n'))).rejects.toThrow(/does not answer/);
    await expect(nowhere.ping()).rejects.toThrow(/does not answer/);
  });
});

describe('its place', () => {
  it('is a socket file or an address with a port', () => {
    expect(clamdPlace('unix:/run/clamav/clamd.ctl')).toEqual({ path: '/run/clamav/clamd.ctl' });
    expect(clamdPlace('tcp://127.0.0.1:3310')).toEqual({ host: '127.0.0.1', port: 3310 });
    expect(clamdPlace('tcp://[::1]:3310')).toEqual({ host: '::1', port: 3310 });
  });

  it.each(['', 'clamd', 'unix:clamd.ctl', 'tcp://127.0.0.1', 'http://127.0.0.1:3310', '/run/clamd'])(
    'is not %j',
    (text) => {
      expect(() => clamdPlace(text)).toThrow(/UPSTANDER_CLAMD/);
    },
  );
});
