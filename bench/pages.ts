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
    const queue = await fetch(`http://127.0.0.1:${PORT}/signals?sort=score`, { headers: { cookie } });
    const signals = [...(await queue.text()).matchAll(/class="queue__text"><a[^>]* href="([^"]+)"/g)];
    const times = new Map<string, number[]>();
    const open = async (name: string, address: string): Promise<string> => {
      const began = performance.now();
      const answer = await fetch(`http://127.0.0.1:${PORT}${address}`, { headers: { cookie } });
      const html = await answer.text();
      if (!answer.ok) throw new Error(`${name} answered ${answer.status}`);
      times.set(name, [...(times.get(name) ?? []), (performance.now() - began) / 1000]);
      return html;
    };
    // Each signal states the purpose that opens its officer and person, as for somebody at work.
    for (const [, signal = ''] of signals.slice(0, GOES)) {
      await open('page: signals', '/signals');
      const page = await open('page: a signal', signal);
      const pair = /href="(\/officers\/[^"/]+)(\/people\/[^"/]+)"/.exec(page);
      if (pair === null) continue;
      const [, officer = '', person = ''] = pair;
      await open('page: an officer', officer);
      await open('page: an officer and a person', `${officer}${person}`);
      await open('page: a person', person);
    }
    const medians = [...times].map(([name, each]) => {
      each.sort((a, b) => a - b);
      return { name: `${name} (median of ${each.length})`, seconds: each[each.length >> 1] ?? 0 };
    });
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
