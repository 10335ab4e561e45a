import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = path.join(import.meta.dirname, '../../upstander');
const folder = mkdtempSync(path.join(tmpdir(), 'upstander-commands-'));
const home = path.join(folder, 'home');
const env = { ...process.env, UPSTANDER_HOME: home, DATABASE_URL: '', CLICKHOUSE_URL: '' };

function upstander(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(PROGRAM, words, { env, encoding: 'utf8', cwd: folder });
}

function put(name: string, content: string | Buffer): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const OFFICERS = 'officer_id,name,kind,joined_on\nO1,Testy Mockford,officer,2020-01-01\n';
const CALLS = `event_id,at,number,other_number,direction,kind\nE1,2026-03-01T10:00:00Z,07700900001,07700900002,out,sms\n`;

/** A server on the shared data folder, or the error with which it ended. */
async function serve(port: number): Promise<{ server: ChildProcess; line: string }> {
  const server = spawn(PROGRAM, ['serve', '--port', `${port}`], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  for await (const line of createInterface({ input: server.stdout })) return { server, line };
  throw new Error('the server said nothing');
}

describe('the command line', () => {
  beforeAll(() => mkdirSync(home));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('tells its usage', () => {
    const top = upstander('--help');
    expect(top.status).toBe(0);
    for (const command of ['import', 'detect', 'export', 'serve', 'verify', 'demo'])
      expect(top.stdout).toContain(command);
    const one = upstander('import', '--help');
    expect(one.status).toBe(0);
    expect(one.stdout).toContain('--mapping');
    expect(upstander('frobnicate').status).toBe(1);
    expect(upstander('export', 'nonsense').stderr).toContain('choose one of');
    expect(upstander('export', 'return').stderr).toContain('a return needs its period');
    const csv = upstander(
      'export',
      'return',
      '--from',
      '2026-01-01',
      '--to',
      '2026-12-31',
      '--format',
      'csv',
    );
    expect([csv.status, csv.stderr]).toEqual([1, expect.stringContaining('written as json')]);
    expect(upstander('export', 'signals', '--format', 'json').status).toBe(1);
  });

  it('ends with a clear message and status 1 where nothing can be read', () => {
    const wrong = upstander('import', path.join(folder, 'not-there'));
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringMatching(/not-there/)]);
    put('empty/notes.txt', 'nothing known');
    const unknown = upstander('import', path.join(folder, 'empty'));
    expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringMatching(/no file of a known table/)]);
    const gz = put('calls.csv.gz', gzipSync(Buffer.from(CALLS.repeat(50))).subarray(0, 60));
    const cut = upstander('import', gz);
    expect([cut.status, cut.stderr]).toEqual([1, expect.stringMatching(/calls\.csv\.gz/)]);
    const mapping = put(
      'mapping.yaml',
      'sources:\n  theirs:\n    tables:\n      calls:\n        columns: { at: nowhere }\n',
    );
    const mapped = upstander('import', put('theirs.csv', 'a,b\n1,2\n'), '--mapping', mapping);
    expect([mapped.status, mapped.stderr]).toEqual([1, expect.stringMatching(/nowhere/)]);
    expect(upstander('detect', '--as-of', 'yesterday').stderr).toContain('is not a moment');
  });

  it('takes in what is good beside what is not, and says which', () => {
    const extract = path.join(folder, 'extract');
    put('extract/officers.csv', OFFICERS);
    put('extract/calls.csv', `${CALLS}E2,not a time,07700900001,07700900002,out,sms\n`);
    put('extract/messages.csv.gz', gzipSync(Buffer.from('x'.repeat(5000))).subarray(0, 20));
    const taken = upstander('import', extract, '--json');
    expect(taken.status).toBe(3);
    const report = JSON.parse(taken.stdout);
    expect(report.tables.calls).toEqual({ read: 2, stored: 1, duplicate: 0, corrected: 0, quarantined: 1 });
    expect(report.tables.officers.stored).toBe(1);
    expect(report.files.find((file: { file: string }) => file.file.startsWith('messages')).status).toBe(
      'unreadable',
    );
    expect(upstander('export', 'quarantine').stdout).toContain('not a time');
    const counts = upstander(
      'export',
      'return',
      '--from',
      '2026-01-01',
      '--to',
      '2026-12-31',
      '--format',
      'json',
    );
    expect(JSON.parse(counts.stdout).logs.total).toBe(0);
    expect(upstander('verify').status).toBe(0);
  });

  it('goes through the server while one runs, and says so when it cannot start', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as net.AddressInfo;
    const refused = upstander('serve', '--port', `${port}`);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(/Port \d+ .* is in use/)]);
    taken.close();

    const { server, line } = await serve(0);
    expect(line).toMatch(/answers at http:\/\/localhost:\d+/);
    // The line comes when the server listens; its control socket was announced before.
    const detected = upstander('detect', '--json');
    expect([detected.status, detected.stderr]).toEqual([0, expect.not.stringMatching(/in use/)]);
    expect(upstander('export', 'risk').stdout).toContain('O1');
    const second = upstander('serve', '--port', '0');
    expect([second.status, second.stderr]).toEqual([1, expect.stringMatching(/in use by process \d+/)]);
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    expect(readdirSync(home)).not.toContain('lock');
  });
});
