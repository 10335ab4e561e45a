import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScimToken } from '../../src/trust/scim/token.ts';
import { LIMITS, type LimitName } from '../../src/web/limits.ts';
import { buildServer } from '../../src/web/server.ts';
import { attacks } from '../support/attacks.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

const FAMILY = 'too many requests';
let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench?.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
let hosts = 0;
const newAddress = () => `198.51.100.${++hosts}`;

/** Asks until it is refused, and gives after how many that was; one more than `most` when it never was. */
async function refusedAfter(
  most: number,
  ask: (n: number) => Promise<{ statusCode: number }>,
): Promise<number> {
  for (let n = 0; n <= most; n++) if ((await ask(n)).statusCode === 429) return n;
  return most + 1;
}

const ROUTES: [LimitName, string, string][] = [
  ['signIn', 'POST', '/sign-in'],
  ['signIn', 'POST', '/sign-in/passkey'],
  ['signIn', 'POST', '/sign-in/passkey/options'],
  ['directoryRefused', 'GET', '/scim/v2/Users'],
];

describe('whoever asks too often', () => {
  it('from one address is told when to come back, whatever it says of itself, and others are not kept out', () =>
    attacks(async (attack) => {
      for (const [limit, method, url] of ROUTES) {
        const remoteAddress = newAddress();
        const ask = (n: number, from = remoteAddress) =>
          bench.app.inject({
            method: method as 'POST',
            url,
            remoteAddress: from,
            headers: {
              ...(method === 'POST' ? FORM : {}),
              'x-forwarded-for': `203.0.113.${n}`,
              forwarded: `for=203.0.113.${n}`,
              'x-real-ip': `203.0.113.${n}`,
              authorization: `Bearer ${'a'.repeat(30)}${n}`,
            },
          });
        const { aMinute } = LIMITS[limit];
        await attack(FAMILY, `${method} ${url}`, async () => {
          expect(await refusedAfter(aMinute + 5, ask)).toBe(aMinute);
          const refused = await ask(99);
          expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
          expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
          if (!url.startsWith('/scim/'))
            expect(refused.body).toContain(`Wait ${refused.headers['retry-after']} second`);
          expect((await ask(0, newAddress())).statusCode, 'somebody else').not.toBe(429);
        });
      }
    }));

  it('of IPv6 is one address with its whole network', () =>
    attacks((attack) =>
      attack(FAMILY, 'a new address of one /64 each time', async () => {
        const after = await refusedAfter(25, (n) =>
          bench.app.inject({
            method: 'POST',
            url: '/sign-in',
            headers: FORM,
            remoteAddress: `2001:db8::${n + 1}`,
          }),
        );
        expect(after).toBe(LIMITS.signIn.aMinute);
      }),
    ));

  it('with one account is counted wherever it comes from', () =>
    attacks(async (attack) => {
      const app = await buildServer({
        ...bench.services,
        limits: { search: 5, upload: 3, stepUp: 4, exported: 3, anythingOfOne: 40 },
      });
      const cases: [string, 'GET' | 'POST', string, number][] = [
        ['searches', 'GET', '/search?q=x', 5],
        ['uploads', 'POST', '/data/upload', 3],
        ['passkeys shown again', 'POST', '/step-up/passkey', 4],
        ['files', 'GET', '/signals.csv', 3],
        ['pages', 'GET', '/account', 40],
      ];
      for (const [what, method, url, most] of cases) {
        const reader = await bench.signedIn(`Many ${what} Mock`, ['analyst', 'ccu_head']);
        const ask = () =>
          app.inject({
            method,
            url,
            remoteAddress: newAddress(),
            cookies: reader.cookies,
            headers:
              method === 'POST' && url.startsWith('/step') ? { 'content-type': 'application/json' } : {},
            ...(method === 'POST' ? { payload: '{}' } : {}),
          });
        await attack(FAMILY, what, async () => expect(await refusedAfter(most + 2, ask)).toBe(most));
      }
      await app.close();
    }));

  it('before signing in is counted too, and nothing is looked up for them', () =>
    attacks(async (attack) => {
      const app = await buildServer({ ...bench.services, limits: { anything: 10 } });
      for (const [what, url] of [
        ['pages behind the door', '/signals'],
        ['addresses that do not exist', '/no/such/page'],
        ['files of style', '/assets/page.js'],
      ]) {
        const remoteAddress = newAddress();
        const cookies = { upstander_session: 'a'.repeat(43) };
        await attack(FAMILY, `${what}`, async () =>
          expect(await refusedAfter(12, () => app.inject({ url: url ?? '', remoteAddress, cookies }))).toBe(
            10,
          ),
        );
      }
      await app.close();
    }));
});

describe('the address that is counted', () => {
  it('is believed from a named proxy alone', () =>
    attacks(async (attack) => {
      const app = await buildServer({
        ...bench.services,
        proxies: ['192.0.2.10', '10.9.0.0/16'],
        limits: { signIn: 3 },
      });
      const from = (remoteAddress: string, seen: (n: number) => string) => (n: number) =>
        app.inject({
          method: 'POST',
          url: '/sign-in',
          remoteAddress,
          headers: { ...FORM, 'x-forwarded-for': seen(n) },
        });
      await attack(FAMILY, 'a forged address from somewhere else', async () =>
        expect(
          await refusedAfter(
            5,
            from(newAddress(), (n) => `203.0.113.${n}`),
          ),
        ).toBe(3),
      );
      await attack(FAMILY, 'a forged address put before the one the proxy saw', async () =>
        expect(
          await refusedAfter(
            5,
            from('192.0.2.10', (n) => `203.0.113.${n}, 198.51.100.250`),
          ),
        ).toBe(3),
      );
      // And readers behind the proxy are told apart.
      expect(
        await refusedAfter(
          5,
          from('192.0.2.10', (n) => `203.0.113.${100 + n}`),
        ),
      ).toBe(6);
      expect(
        await refusedAfter(
          5,
          from('::ffff:10.9.1.2', (n) => `203.0.113.${120 + n}`),
        ),
      ).toBe(6);
      await app.close();
    }));

  it('does not limit a directory whose token is right by those whose token is wrong', async () => {
    const token = await createScimToken(bench.stores.records, 'limits', bench.clock());
    const visitor = new Visitor(bench.app);
    const ask = (bearer: string) =>
      visitor.send({ url: '/scim/v2/Users', headers: { authorization: `Bearer ${bearer}` } });
    expect(await refusedAfter(30, () => ask(token))).toBe(31);
  });
});
