import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { setDemonstration } from '../../src/trust/installation.ts';
import { makePasskey, SoftwarePasskey, sendJson } from '../support/software-passkey.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

const ORIGIN = 'http://localhost';
let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
  await setDemonstration(bench.stores.records, false);
});
afterAll(() => bench?.close());

async function options(visitor: Visitor) {
  await visitor.get('/sign-in');
  return (await sendJson(visitor, '/sign-in/passkey/options')).json();
}

async function signIn(passkey: SoftwarePasskey, visitor = new Visitor(bench.app)) {
  const response = passkey.get(await options(visitor));
  return { visitor, response, answer: await sendJson(visitor, '/sign-in/passkey', { response }) };
}

describe('a passkey', () => {
  it('signs in, with its holder checked, at this site, for the challenge of this browser, once', async () => {
    const passkey = await makePasskey(await bench.signedIn('Pia Mock'), ORIGIN);
    const { visitor, response, answer } = await signIn(passkey);
    expect(answer.json()).toEqual({ to: '/' });
    expect((await visitor.get('/looks')).statusCode).toBe(200);

    const replay = new Visitor(bench.app);
    await options(replay);
    expect((await sendJson(replay, '/sign-in/passkey', { response })).statusCode, 'replayed').toBe(422);

    const victim = new Visitor(bench.app);
    const asked = await options(victim);
    const held = { ...victim.cookies };
    const thief = new Visitor(bench.app);
    await options(thief);
    const good = passkey.get(asked);
    expect((await sendJson(thief, '/sign-in/passkey', { response: good })).statusCode, 'elsewhere').toBe(422);
    expect((await sendJson(victim, '/sign-in/passkey', { response: good })).statusCode).toBe(200);
    victim.cookies = held;
    expect((await sendJson(victim, '/sign-in/passkey', { response: good })).statusCode, 'twice').toBe(422);

    const late = new Visitor(bench.app);
    const old = passkey.get(await options(late));
    bench.pass(6);
    expect((await sendJson(late, '/sign-in/passkey', { response: old })).statusCode, 'too late').toBe(422);

    passkey.verified = false;
    expect((await signIn(passkey)).answer.statusCode, 'holder not checked').toBe(422);
    passkey.verified = true;
    expect((await signIn(passkey)).answer.statusCode).toBe(200);
  });

  it('made for another site is worth nothing here', async () => {
    const visitor = await bench.signedIn('Rex Mock');
    await expect(makePasskey(visitor, 'http://localhost.evil.invalid')).rejects.toThrow('422');
    const passkey = await makePasskey(visitor, ORIGIN);
    Object.assign(passkey, { origin: 'https://upstander.evil.invalid' });
    expect((await signIn(passkey)).answer.statusCode).toBe(422);
  });

  it('that was copied is noticed by its count', async () => {
    const passkey = await makePasskey(await bench.signedIn('Kai Mock'), ORIGIN);
    passkey.counter = 10;
    expect((await signIn(passkey)).answer.statusCode).toBe(200);
    passkey.counter = 5;
    expect((await signIn(passkey)).answer.statusCode, 'the copy lags behind').toBe(422);
  });

  it('of somebody else, or of an account that has ended, opens nothing', async () => {
    const passkey = await makePasskey(await bench.signedIn('Una Mock'), ORIGIN);
    passkey.userHandle = Buffer.from('another account').toString('base64url');
    expect((await signIn(passkey)).answer.statusCode).toBe(422);
    const stranger = new SoftwarePasskey(ORIGIN);
    expect((await signIn(stranger)).answer.statusCode).toBe(422);
    const ended = await makePasskey(await bench.signedIn('Eva Mock'), ORIGIN);
    await sql`update account set ended_at = now() where name = ${named('Eva Mock')}`.execute(
      bench.stores.records,
    );
    expect((await signIn(ended)).answer.statusCode).toBe(422);
    for (const response of [
      undefined,
      null,
      7,
      'x',
      {},
      { id: 'x' },
      { ...stranger.get({ challenge: 'x' }), id: 1 },
    ]) {
      const visitor = new Visitor(bench.app);
      await options(visitor);
      expect((await sendJson(visitor, '/sign-in/passkey', { response })).statusCode).toBe(422);
    }
  });

  it('once made, closes links, and is added to only by somebody who has just shown it', async () => {
    const visitor = await bench.signedIn('Lin Mock');
    const link = new URL(await bench.link('Lin Mock')).pathname;
    await makePasskey(visitor, ORIGIN);
    const other = new Visitor(bench.app);
    await other.get(link);
    const token = link.split('/').at(-1) ?? '';
    expect((await other.post('/sign-in', { token })).statusCode).toBe(422);
    expect((await sendJson(visitor, '/account/passkeys/options')).json().challenge).toBeTruthy();
    bench.pass(6);
    expect((await sendJson(visitor, '/account/passkeys/options')).json()).toEqual({
      to: '/step-up?to=%2Faccount',
    });
  });

  it('is needed before anything else opens', async () => {
    const visitor = await bench.signedIn('New Mock', 'administrator');
    for (const { url, method, open } of bench.app.everyRoute()) {
      if (open || method !== 'GET' || url === '/account/first-passkey') continue;
      const answer = await visitor.get(url.replaceAll(/:\w+/g, 'x'));
      expect(answer.headers.location, url).toBe('/account/first-passkey');
    }
  });
});

describe('stepping up', () => {
  it('is asked for by dangerous acts, keeps the form, and takes only one’s own passkey', async () => {
    const boss = await bench.signedIn('Bos Mock', 'administrator');
    const passkey = await makePasskey(boss, ORIGIN);
    const others = await makePasskey(await bench.signedIn('Oth Mock'), ORIGIN);
    const { rows } = await sql<{
      id: string;
    }>`select account_id as id from account where name = ${named('Oth Mock')}`.execute(bench.stores.records);
    const end = `/accounts/${rows[0]?.id}/end`;
    bench.pass(6);
    const asked = await boss.post(end, { note: 'kept <b>' });
    const step = String(asked.headers.location);
    expect(step).toMatch(/^\/step-up\?held=[a-z0-9]{26}$/);
    await boss.get(step);
    const way = step.split('?')[1] ?? '';
    const early = await boss.get(`/step-up/go-on?${way}`);
    expect(early.headers.location, 'not before it is shown').toBe(step);
    const options = async () => (await sendJson(boss, '/step-up/passkey/options')).json();
    const wrong = await sendJson(boss, '/step-up/passkey', { response: others.get(await options()), way });
    expect(wrong.statusCode).toBe(422);
    const before = boss.cookies.upstander_session;
    const right = await sendJson(boss, '/step-up/passkey', { response: passkey.get(await options()), way });
    expect(right.json()).toEqual({ to: `/step-up/go-on?${way}` });
    expect(boss.cookies.upstander_session, 'a new token').not.toBe(before);
    const page = await boss.get(`/step-up/go-on?${way}`);
    expect(page.body).toContain(`action="${end}"`);
    expect(page.body).toContain('value="kept &lt;b&gt;"');
    expect((await boss.get(`/step-up/go-on?${way}`)).body, 'once').toContain('no longer there');
    expect((await boss.post(end, {})).headers.location).toContain('done=ended');
  });

  it('leads to no other site', async () => {
    const visitor = await bench.signedIn('Red Mock');
    await makePasskey(visitor, ORIGIN);
    for (const to of [
      'https://evil.invalid',
      '//evil.invalid',
      '/\\evil.invalid',
      '/%5c..//evil.invalid\\',
      'javascript:alert(1)',
      '/\t/evil.invalid',
      ' //evil.invalid',
    ]) {
      const answer = await visitor.get(`/step-up/go-on?to=${encodeURIComponent(to)}`);
      const there = new URL(String(answer.headers.location ?? '/'), 'http://here.invalid');
      expect(there.origin, to).toBe('http://here.invalid');
      expect(answer.body, to).not.toContain('evil');
    }
    expect((await visitor.get('/step-up/go-on?to=%2Flooks%3Fpage%3D2')).headers.location).toBe(
      '/looks?page=2',
    );
  });
});
