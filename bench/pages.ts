import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { measured } from './measured.ts';

const ROOT = path.join(import.meta.dirname, '..');
const PORT = 3987;
const GOES = 25;

/**
 * Median time of the workbench's pages, as a browser without a cache would ask for them one after the other: the queue, an
 * officer, a pair's timeline, a person. The server runs as a process of its own and is ended after.
 */
export async function measurePages(env: NodeJS.ProcessEnv): Promise<{ name: string; seconds: number }[]> {
  const server = spawn(
    process.execPath,
    ['--liftoff-only', path.join(ROOT, 'src/main.ts'), 'serve', '--port', `${PORT}`],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    for await (const line of createInterface({ input: server.stdout }))
      if (line.includes('answers at')) break;
    const cookie = await signIn(env);
    const signals = await measured('src/main.ts', ['export', 'signals', '--format', 'ndjson'], env);
    const pairs = signals.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { signal_id: string; officer_id: string; person_id: string })
      .filter((signal) => signal.person_id !== '')
      .slice(0, GOES);
    const pages: [string, (pair: (typeof pairs)[number]) => string][] = [
      ['page: signals', () => '/signals'],
      ['page: a signal', (pair) => `/signals/${pair.signal_id}`],
      ['page: an officer', (pair) => `/officers/${pair.officer_id}`],
      ['page: an officer and a person', (pair) => `/officers/${pair.officer_id}/people/${pair.person_id}`],
      ['page: a person', (pair) => `/people/${pair.person_id}`],
    ];
    const medians = [];
    for (const [name, address] of pages) {
      const times = [];
      for (const pair of pairs) {
        const began = performance.now();
        const answer = await fetch(`http://127.0.0.1:${PORT}${address(pair)}`, { headers: { cookie } });
        await answer.arrayBuffer();
        if (!answer.ok) throw new Error(`${name} answered ${answer.status}`);
        times.push((performance.now() - began) / 1000);
      }
      times.sort((a, b) => a - b);
      medians.push({ name: `${name} (median of ${times.length})`, seconds: times[times.length >> 1] ?? 0 });
    }
    return medians;
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
  }
}

async function signIn(env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await measured('src/main.ts', ['sign-in', '--name', 'Bench'], env);
  const link = stdout.trim();
  const page = await fetch(link);
  const cookies = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  const before = cookies(page);
  const html = await page.text();
  const fields = new URLSearchParams();
  for (const [tag] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    fields.set(/name="([^"]*)"/.exec(tag)?.[1] ?? '', /value="([^"]*)"/.exec(tag)?.[1] ?? '');
  }
  const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? link;
  const answer = await fetch(new URL(action, link), {
    method: 'POST',
    headers: {
      cookie: before,
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(link).origin,
    },
    body: fields,
    redirect: 'manual',
  });
  return [before, cookies(answer)].filter((text) => text !== '').join('; ');
}
