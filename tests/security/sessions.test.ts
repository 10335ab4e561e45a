import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { buildServer } from '../../src/web/server.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench?.close());

const thiefOf = (visitor: Visitor) => {
  const thief = new Visitor(bench.app);
  thief.cookies = { ...visitor.cookies };
  return thief;
};
const opens = async (visitor: Visitor) => (await visitor.get('/looks')).statusCode === 200;
const whyEnded = async (name: string) =>
  (
    await sql<{ why: string }>`select ended_why as why from session join account using (account_id)
      where name = ${named(name)} and session.ended_at is not null`.execute(bench.stores.records)
  ).rows.map(({ why }) => why);

describe('the token of a session', () => {
  it('is the server’s own: one that was planted before signing in is worth nothing', async () => {
    const planted = 'A'.repeat(43);
    const link = new URL(await bench.link('Fix Mock')).pathname;
    const victim = new Visitor(bench.app);
    victim.cookies.upstander_session = planted;
    await victim.get(link);
    await victim.post('/sign-in', { token: link.split('/').at(-1) ?? '' });
    expect(victim.cookies.upstander_session).not.toBe(planted);
    expect(await opens(victim)).toBe(true);
    const attacker = new Visitor(bench.app);
    attacker.cookies.upstander_session = planted;
    expect(await opens(attacker)).toBe(false);
  });

  it('changes every ten minutes, and requests under way are not shut out', async () => {
    const visitor = await bench.signedIn('Rot Mock');
    await opens(visitor);
    const first = visitor.cookies.upstander_session;
    bench.pass(9);
    await opens(visitor);
    expect(visitor.cookies.upstander_session).toBe(first);
    bench.pass(2);
    const beside = thiefOf(visitor);
    const both = await Promise.all([opens(visitor), opens(beside)]);
    expect(both).toEqual([true, true]);
    const tokens = new Set([visitor.cookies.upstander_session, beside.cookies.upstander_session]);
    tokens.delete(first);
    expect(tokens.size, 'only one of them changed it').toBe(1);
  });

  it('used again when it is long replaced ends the session for both hands', async () => {
    const visitor = await bench.signedIn('Two Mock');
    await opens(visitor);
    const thief = thiefOf(visitor);
    bench.pass(11);
    expect(await opens(visitor)).toBe(true);
    expect(await opens(visitor), 'with its new one').toBe(true);
    bench.pass(2);
    expect(await opens(thief)).toBe(false);
    expect(await opens(visitor)).toBe(false);
    expect(await whyEnded('Two Mock')).toEqual(['an old token was used again']);
    const logged = await sql<{ n: number }>`select count(*) as n from audit_entry
      where action = 'session' and outcome = 'refused'`.execute(bench.stores.records);
    expect(logged.rows[0]?.n).toBeGreaterThan(0);
  });

  it('that was lost on its way is given anew, and the lost one is worth nothing', async () => {
    const visitor = await bench.signedIn('Los Mock');
    await opens(visitor);
    const old = { ...visitor.cookies };
    bench.pass(11);
    await opens(visitor);
    const lost = thiefOf(visitor);
    visitor.cookies = old;
    bench.pass(3);
    expect(await opens(visitor)).toBe(true);
    expect(await opens(visitor)).toBe(true);
    bench.pass(2);
    expect(await opens(lost), 'whoever caught it').toBe(false);
    expect(await opens(visitor), 'and it was noticed').toBe(false);
  });

  it('works in no other browser', async () => {
    const visitor = await bench.signedIn('Bro Mock');
    await opens(visitor);
    const answer = await bench.app.inject({
      url: '/looks',
      cookies: visitor.cookies,
      headers: { 'user-agent': 'Another/2.0' },
    });
    expect(answer.statusCode).toBe(303);
    expect(await opens(visitor)).toBe(false);
    expect(await whyEnded('Bro Mock')).toEqual(['came from another browser']);
  });
});

describe('sessions', () => {
  it('of one’s own are listed and the others ended', async () => {
    const [one, two, three] = [
      await bench.signedIn('Own Mock'),
      await bench.signedIn('Own Mock'),
      await bench.signedIn('Own Mock'),
    ];
    const page = (await one.get('/account')).body;
    expect(page.match(/>a link/g)).toHaveLength(3);
    expect((await one.post('/account/sessions/end-others', {})).statusCode).toBe(303);
    expect([await opens(one), await opens(two), await opens(three)]).toEqual([true, false, false]);
  });

  it('of anybody are ended by administrator and head, and with the account', async () => {
    const id = async (name: string) =>
      (
        await sql<{ id: string }>`select account_id as id from account where name = ${named(name)}`.execute(
          bench.stores.records,
        )
      ).rows[0]?.id;
    const analyst = await bench.signedIn('Sub Mock');
    const head = await bench.signedIn('Hed Mock', 'ccu_head');
    await head.get('/accounts');
    const path = `/accounts/${await id('Sub Mock')}`;
    expect((await head.post(`${path}/sessions/end`, {})).statusCode).toBe(303);
    expect(await opens(analyst)).toBe(false);
    const again = await bench.signedIn('Sub Mock');
    const administrator = await bench.signedIn('Adm Mock', 'administrator');
    await administrator.get('/accounts');
    expect((await administrator.post(`${path}/end`, {})).headers.location).toContain('done=ended');
    expect(await opens(again)).toBe(false);
    const own = await administrator.post(`/accounts/${await id('Adm Mock')}/roles`, { roles: 'analyst' });
    expect(own.statusCode).toBe(422);
    const link = new URL(await bench.link('Sub Mock')).pathname;
    const back = new Visitor(bench.app);
    await back.get(link);
    expect((await back.post('/sign-in', { token: link.split('/').at(-1) ?? '' })).statusCode).toBe(422);
  });

  it('over TLS have cookies that only this host gets, and only over TLS', async () => {
    const app = await buildServer({ ...bench.services, origin: () => 'https://upstander.example' });
    const link = new URL(await bench.link('Tls Mock')).pathname;
    const visitor = new Visitor(app);
    await visitor.get(link);
    const answer = await visitor.post('/sign-in', { token: link.split('/').at(-1) ?? '' });
    expect(answer.cookies).toMatchObject([
      { name: '__Host-upstander_session', secure: true, httpOnly: true, sameSite: 'Strict', path: '/' },
    ]);
    expect(answer.cookies[0]).not.toHaveProperty('domain');
    expect(Object.keys(visitor.cookies).every((name) => name.startsWith('__Host-'))).toBe(true);
    expect((await visitor.get('/looks')).statusCode).toBe(200);
    await app.close();
  });
});

describe('two people', () => {
  it('are two: nobody approves what they asked, or what is about them', async () => {
    const asker = await bench.signedIn('Ask Mock', 'administrator');
    const subject = await bench.signedIn('Sbj Mock', 'ccu_head');
    const other = await bench.signedIn('Oth Mock', 'ccu_head');
    const { rows } = await sql<{
      id: string;
    }>`select account_id as id from account where name = ${named('Sbj Mock')}`.execute(bench.stores.records);
    await asker.get('/accounts');
    const asked = await asker.post(`/accounts/${rows[0]?.id}/way-in`, { reason: 'Lost it' });
    expect(asked.headers.location).toContain('done=asked');
    const request = /\/accounts\/requests\/(\w+)/.exec((await other.get('/accounts')).body)?.[1];
    await subject.get('/accounts');
    const decide = (who: Visitor) => who.post(`/accounts/requests/${request}`, { decision: 'approved' });
    for (const who of [asker, subject]) {
      const answer = await decide(who);
      expect(answer.statusCode).toBe(422);
      expect(answer.body).toContain('A second person decides this');
    }
    expect((await decide(other)).body).toMatch(/\/sign-in\/[\w-]{43}/);
    expect((await decide(other)).statusCode, 'decided once').toBe(404);
    const audit = await sql<{ action: string }>`select distinct action from audit_entry`.execute(
      bench.stores.records,
    );
    const actions = audit.rows.map(({ action }) => action);
    for (const action of ['request', 'second person', 'sign-in', 'end']) expect(actions).toContain(action);
  });
});
