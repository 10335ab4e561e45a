import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { type Identity, putIdentityInForce } from '../../src/trust/identity-file.ts';
import { buildServer } from '../../src/web/server.ts';
import { CLIENT, type LocalProvider, ProviderVisit, startProvider } from '../support/openid-provider.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
let provider: LocalProvider;
let app: FastifyInstance;
let base = 'http://127.0.0.1';

const identity = (
  issuer: string,
  groups: [string, Identity['groups'] extends ReadonlyMap<string, infer R> ? R : never][],
): Identity => ({
  passkeys: false,
  openid: {
    issuer,
    client_id: CLIENT.id,
    clientSecret: CLIENT.secret,
    label: 'Sign in with your force account',
    scopes: ['openid', 'profile', 'groups'],
    name_claim: 'name',
    groups_claim: 'groups',
    officer_claim: 'employee',
    scim_claim: 'oid',
  },
  groups: new Map(groups),
  text: JSON.stringify(groups),
  digest: JSON.stringify(groups),
});

beforeAll(async () => {
  [bench, provider] = await Promise.all([openWorkbench(), startProvider()]);
  const services = { ...bench.services, origin: () => base };
  const who = identity(provider.issuer, [
    ['g-analysts', ['analyst']],
    ['g-heads', ['ccu_head']],
  ]);
  app = await buildServer({ ...services, identity: who });
  base = await app.listen({ port: 0, host: '127.0.0.1' });
  provider.serve(base);
  provider.people.set('ann', { name: 'Ann Mock', groups: ['g-analysts', 'g-other'], employee: 'E77' });
});
afterEach(() => {
  provider.lie = undefined;
  provider.badSignature = false;
});
afterAll(async () => {
  await app?.close();
  await provider?.close();
  await bench?.close();
});

/** Goes to the provider, signs in there, and comes back; `bend` may change the way there or back. */
async function signIn(
  login: string,
  bend: {
    there?: (url: URL) => void;
    back?: (url: URL) => void;
    visitor?: Visitor;
    from?: string;
    visit?: ProviderVisit;
  } = {},
) {
  const visitor = bend.visitor ?? new Visitor(app);
  const visit = bend.visit ?? new ProviderVisit();
  const sent = await visitor.get(bend.from ?? '/sign-in/openid');
  expect(sent.statusCode).toBe(303);
  const there = new URL(String(sent.headers.location));
  bend.there?.(there);
  const back = await visit.signIn(there.href, login, base);
  bend.back?.(back);
  const answer = await visitor.get(back.pathname + back.search);
  return { visitor, visit, answer, there, back };
}

const account = async (name: string) =>
  (
    await sql<{ roles: string[]; officer_id: string | null; made_by: string; account_id: string }>`
      select roles, officer_id, made_by, account_id from account where name = ${named(name)}`.execute(
      bench.stores.records,
    )
  ).rows[0];

describe('sign-in at the force’s provider', () => {
  it('asks with PKCE, state and nonce, makes the account, and gives the roles of its groups', async () => {
    const { visitor, answer, there } = await signIn('ann');
    expect(there.searchParams.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(there.searchParams.get(name)?.length, name).toBeGreaterThan(30);
    }
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('http-equiv="refresh"');
    expect(answer.cookies.find((one) => one.name === 'upstander_session')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    });
    expect(await account('Ann Mock')).toMatchObject({
      roles: ['analyst'],
      officer_id: 'E77',
      made_by: 'openid',
    });
    expect((await visitor.get('/looks')).statusCode).toBe(200);
    expect((await visitor.get('/account')).body).toContain('force’s own account');
    expect((await visitor.get('/sign-in')).body).not.toContain('Sign in with a passkey');
    expect(app.everyRoute().some(({ url }) => url === '/sign-in/passkey')).toBe(false);
  });

  it('takes roles away with the groups, from every open session', async () => {
    const before = await signIn('ann');
    provider.people.set('ann', { name: 'Ann Mock', groups: ['g-heads'] });
    await signIn('ann');
    expect(await account('Ann Mock')).toMatchObject({ roles: ['ccu_head'] });
    expect((await before.visitor.get('/accounts')).statusCode).toBe(200);
    provider.people.set('ann', { name: 'Ann Mock', groups: ['g-other'] });
    const { answer } = await signIn('ann');
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('None of your groups');
    expect((await before.visitor.get('/looks')).statusCode).toBe(303);
    provider.people.set('ann', { name: 'Ann Mock', groups: ['g-analysts'] });
  });

  it('refuses tokens of the wrong nonce, audience, issuer, time or signature', async () => {
    const wrong: [string, (claims: Record<string, unknown>) => Record<string, unknown>][] = [
      ['nonce', (claims) => ({ ...claims, nonce: 'another' })],
      ['audience', (claims) => ({ ...claims, aud: 'another-client' })],
      ['issuer', (claims) => ({ ...claims, iss: 'https://other.invalid' })],
      [
        'expired',
        (claims) => ({
          ...claims,
          exp: Math.floor(Date.now() / 1000) - 600,
          iat: Math.floor(Date.now() / 1000) - 900,
        }),
      ],
      ['no nonce', ({ nonce: _, ...claims }) => claims],
    ];
    for (const [what, lie] of wrong) {
      provider.lie = lie;
      const { answer, visitor } = await signIn('ann');
      expect(answer.statusCode, what).toBe(422);
      expect(answer.body, what).toContain('cannot be accepted');
      expect(visitor.cookies.upstander_session ?? '', what).toBe('');
    }
    provider.lie = undefined;
    provider.badSignature = true;
    expect((await signIn('ann')).answer.statusCode, 'signature').toBe(422);
    provider.badSignature = false;
    expect((await signIn('ann')).answer.statusCode, 'the truth').toBe(200);
  });

  it('ends at once when the provider ends it', async () => {
    const one = await signIn('ann');
    const two = await signIn('ann');
    await one.visit.signOut(`${provider.issuer}/session/end?client_id=${CLIENT.id}`);
    expect((await one.visitor.get('/looks')).statusCode, 'the session that was ended').toBe(303);
    expect((await two.visitor.get('/looks')).statusCode, 'one of another browser').toBe(200);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: provider.issuer,
      aud: CLIENT.id,
      iat: now,
      exp: now + 60,
      jti: 'j1',
      sub: 'ann',
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    };
    const send = (token: string) =>
      app.inject({
        method: 'POST',
        url: '/sign-in/openid/logout',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ logout_token: token }).toString(),
      });
    for (const bad of [
      { ...claims, aud: 'other' },
      { ...claims, iss: 'https://other.invalid' },
      { ...claims, nonce: 'x' },
      { ...claims, events: {} },
      { ...claims, sub: undefined },
      { ...claims, iat: now - 3600 },
      { ...claims, exp: now - 3600 },
    ]) {
      expect((await send(provider.signed(bad))).statusCode).toBe(400);
    }
    expect((await send(provider.signed(claims, { alg: 'none' }))).statusCode).toBe(400);
    expect((await send(`${provider.signed(claims).slice(0, -8)}AAAAAAAA`)).statusCode).toBe(400);
    expect((await two.visitor.get('/looks')).statusCode).toBe(200);
    expect((await send(provider.signed({ ...claims, iat: now + 30 }))).statusCode).toBe(200);
    expect((await two.visitor.get('/looks')).statusCode).toBe(303);
  });

  it('refuses a nonce or state that was changed on the way, another browser, and an answer brought twice', async () => {
    const nonce = await signIn('ann', { there: (url) => url.searchParams.set('nonce', 'x'.repeat(43)) });
    expect(nonce.answer.statusCode).toBe(422);
    const state = await signIn('ann', { back: (url) => url.searchParams.set('state', 'y'.repeat(43)) });
    expect(state.answer.statusCode).toBe(422);
    const right = await signIn('ann');
    expect(right.answer.statusCode).toBe(200);
    expect((await right.visitor.get(right.back.pathname + right.back.search)).statusCode).toBe(422);
    const thief = new Visitor(app);
    await thief.get('/sign-in/openid');
    expect((await thief.get(right.back.pathname + right.back.search)).statusCode).toBe(422);
    const other = new Visitor(app);
    expect((await other.get(right.back.pathname + right.back.search)).statusCode).toBe(422);
    const slow = new Visitor(app);
    const sent = await slow.get('/sign-in/openid');
    const back = await new ProviderVisit().signIn(String(sent.headers.location), 'ann', base);
    bench.pass(11);
    expect((await slow.get(back.pathname + back.search)).statusCode).toBe(422);
  });

  it('says so when the groups were too many to send, and when the account has ended', async () => {
    provider.people.set('ove', { name: 'Ove Mock', hasgroups: true });
    expect((await signIn('ove')).answer.body).toContain('left them out');
    provider.people.set('ove', { name: 'Ove Mock', _claim_names: { groups: 'src1' } });
    expect((await signIn('ove')).answer.body).toContain('left them out');
    expect(await account('Ove Mock')).toBeUndefined();
    provider.people.set('end', { name: 'End Mock', groups: ['g-analysts'] });
    await signIn('end');
    await sql`update account set ended_at = now() where name = ${named('End Mock')}`.execute(
      bench.stores.records,
    );
    expect((await signIn('end')).answer.body).toContain('Your account has ended');
  });

  it('shows again who one is at the provider, and only as oneself', async () => {
    const { visitor } = await signIn('ann');
    const from = '/step-up/openid?to=%2Flooks';
    bench.pass(6);
    const again = await signIn('ann', { visitor, from });
    expect(again.there.searchParams.get('max_age')).toBe('0');
    expect(again.answer.body).toContain('/step-up/go-on?to=%2Flooks');
    const stepped = await sql<{ n: number }>`select count(*) as n from session
      where stepped_up_at > ${new Date(bench.clock().getTime() - 60_000)}`.execute(bench.stores.records);
    expect(stepped.rows[0]?.n).toBe(1);
    provider.people.set('bea', { name: 'Bea Mock', groups: ['g-analysts'] });
    const other = await signIn('bea', { visitor, from });
    expect(other.answer.body).toContain('Somebody else signed in there');
    expect((await visitor.get('/step-up/openid?to=https://evil.invalid')).statusCode).toBe(303);
  });

  it('leads on to the provider’s own sign-out', async () => {
    const { visitor } = await signIn('ann');
    await visitor.get('/looks');
    const out = await visitor.post('/sign-out', {});
    expect(out.body).toContain('/sign-in/openid/out');
    expect((await visitor.get('/looks')).statusCode).toBe(303);
    const there = new URL(String((await visitor.get('/sign-in/openid/out')).headers.location));
    expect(there.origin).toBe(provider.issuer);
    expect(there.searchParams.get('post_logout_redirect_uri')).toBe(`${base}/sign-in`);
  });

  it('gives other roles with the next version of the mapping', async () => {
    const next = identity(provider.issuer, [['g-analysts', ['intelligence_manager']]]);
    expect(await putIdentityInForce(bench.stores.records, next, bench.clock())).toBe(true);
    expect(await putIdentityInForce(bench.stores.records, next, bench.clock())).toBe(false);
    expect(await account('Bea Mock')).toMatchObject({ roles: ['intelligence_manager'] });
  });
});
