import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { may } from '../../src/trust/policy/may.ts';
import type { Action } from '../../src/trust/policy/table.ts';
import { ROLES } from '../../src/trust/roles.ts';
import { buildServer } from '../../src/web/server.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { attacks } from '../support/attacks.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

const FAMILY = 'somebody without the role, or a thing in the wrong state';
let bench: Workbench;
const routes: ReturnType<Workbench['app']['everyRoute']> = [];

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
  await bench.app.ready();
  routes.push(...bench.app.everyRoute());
});
afterAll(() => bench.close());

const fill = (url: string, value: string) => url.replaceAll(/:\w+/g, encodeURIComponent(value));
const isForm = (method: string) => method === 'POST';

describe('the door', () => {
  it('is the only thing open: every other route sends those who are not signed in to it', async () => {
    const open = routes.filter((route) => route.open).map((route) => `${route.method} ${route.url}`);
    // Directories bring a token of their own; tests/security/scim.test.ts has them.
    expect(open.filter((route) => !/\/assets\/|\/scim\/v2\//.test(route)).sort()).toEqual([
      'GET /health',
      'GET /sign-in',
      'GET /sign-in/:token',
      'HEAD /health',
      'HEAD /sign-in',
      'HEAD /sign-in/:token',
      'POST /sign-in',
      'POST /sign-in/passkey',
      'POST /sign-in/passkey/options',
    ]);
    expect(routes.length).toBeGreaterThan(30);
    for (const { method, url } of routes.filter((route) => !route.open)) {
      const answer = await bench.app.inject({ method: method as 'GET', url: fill(url, OFFENDER) });
      expect([answer.statusCode, answer.headers.location], `${method} ${url}`).toEqual([303, '/sign-in']);
      expect(answer.body).toBe('');
    }
    const unknown = await bench.app.inject('/no/such/page');
    expect(unknown.statusCode).toBe(303);
  });

  it('shuts when a session was idle for half an hour, is older than twelve hours, or was ended', async () => {
    const idle = await bench.signedIn('Idle Mock');
    expect((await idle.get('/looks')).statusCode).toBe(200);
    bench.pass(31);
    for (const { method, url } of routes.filter((route) => !route.open && route.method === 'GET')) {
      const answer = await idle.send({ method: method as 'GET', url: fill(url, OFFENDER) });
      expect(answer.statusCode, url).toBe(303);
    }
    const long = await bench.signedIn('Long Mock');
    for (let n = 0; n < 35; n++) {
      expect((await long.get('/looks')).statusCode).toBe(200);
      bench.pass(20);
    }
    bench.pass(21);
    expect((await long.get('/looks')).statusCode).toBe(303);
    const out = await bench.signedIn('Out Mock');
    const stolen = { ...out.cookies };
    await out.get('/looks');
    expect((await out.post('/sign-out', {})).headers.location).toBe('/sign-in');
    const thief = new Visitor(bench.app);
    thief.cookies = stolen;
    expect((await thief.get('/looks')).statusCode).toBe(303);
  });

  it('opens each page to the roles that the policy names, and to no other, for every role and every route', async () => {
    await attacks(async (attack) => {
      for (const role of ROLES) {
        const visitor = await bench.signedIn(`${role} Mock`, role);
        for (const { method, url, action } of routes.filter((route) => !route.open)) {
          if (url === '/sign-out') continue;
          const there = url.includes(':person')
            ? url.replace(':officer', OFFENDER).replace(':person', encodeURIComponent(PERSON))
            : fill(url, OFFENDER);
          const allowed = may({ roles: [role] }, action as Action);
          await attack(FAMILY, `${role}: ${method} ${url}`, async () => {
            const answer = isForm(method)
              ? await visitor.post(there, {})
              : await visitor.send({ method: method as 'GET', url: there });
            expect(answer.statusCode === 403, String(answer.statusCode)).toBe(!allowed);
            expect(answer.statusCode).toBeLessThan(500);
          });
        }
      }
    });
    const refused = await sql<{ what: string; officer_id: string }>`select what, officer_id from look
      where name = ${named('administrator Mock')} and outcome = 'refused'`.execute(bench.stores.records);
    expect(refused.rows.map((row) => row.what)).toContain('encounter timeline');
    expect(refused.rows.find((row) => row.what === 'officer')?.officer_id).toBe(OFFENDER);
  });

  it('does not open at all with a route that names no action', async () => {
    const app = await buildServer({ ...bench.services });
    app.get('/forgotten', async () => 'x');
    await expect(app.ready()).rejects.toThrow('GET /forgotten');
    await app.close();
  });
});

describe('a sign-in link', () => {
  it('is not spent by opening it, and works once, for 15 minutes', async () => {
    const link = new URL(await bench.link('Once Mock'));
    const token = link.pathname.split('/').at(-1) ?? '';
    for (let n = 0; n < 3; n++) {
      const page = await bench.app.inject(link.pathname);
      expect(page.statusCode).toBe(200);
      expect(page.headers['referrer-policy']).toBe('no-referrer');
    }
    const first = new Visitor(bench.app);
    await first.get(link.pathname);
    const spent = await first.post('/sign-in', { token });
    expect(spent.headers.location).toBe('/');
    const cookie = spent.cookies.find((one) => one.name === 'upstander_session');
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
    const again = new Visitor(bench.app);
    await again.get(link.pathname);
    expect((await again.post('/sign-in', { token })).statusCode).toBe(422);

    const late = new URL(await bench.link('Late Mock')).pathname;
    bench.pass(16);
    const visitor = new Visitor(bench.app);
    await visitor.get(late);
    expect((await visitor.post('/sign-in', { token: late.split('/').at(-1) ?? '' })).statusCode).toBe(422);
  });

  it('and its session are kept as hashes only, and stand in no log', async () => {
    const link = new URL(await bench.link('Hash Mock'));
    const token = link.pathname.split('/').at(-1) ?? '';
    const visitor = await bench.signedIn('Hash Mock');
    await visitor.get(`/officers/${OFFENDER}`);
    const kept = JSON.stringify([
      (await sql`select * from sign_in_link`.execute(bench.stores.records)).rows,
      (await sql`select * from session`.execute(bench.stores.records)).rows,
    ]);
    for (const secret of [token, visitor.cookies.upstander_session ?? '?']) {
      expect(kept).not.toContain(secret);
      expect(JSON.stringify(bench.log)).not.toContain(secret);
    }
    expect(JSON.stringify(bench.log)).not.toContain(OFFENDER);
  });
});

describe('answers', () => {
  it('carry a policy that lets nothing run but our own files, and are never kept by others', async () => {
    const analyst = await bench.signedIn('Head Mock');
    for (const url of ['/signals', `/officers/${OFFENDER}`, '/data', '/no/such/page', '/sign-in']) {
      const answer = await analyst.get(url);
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['cache-control']).toContain('no-store');
      expect(answer.body).not.toMatch(/<script(?![^>]*src=)|\sstyle="|\son\w+="/);
    }
  });

  it('escape what the force’s own records say', async () => {
    const analyst = await bench.signedIn('Escape Mock', ['analyst', 'ccu_head']);
    await analyst.triage();
    for (const url of [
      `/officers/${OFFENDER}`,
      `/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`,
      '/search?q=Mock',
      `/incidents/${INCIDENT}`,
    ]) {
      const answer = await analyst.get(url);
      expect(answer.statusCode, url).toBe(200);
      expect(answer.body).not.toContain('<b>');
      expect(answer.body).toContain('&lt;b&gt;');
    }
  });
});
