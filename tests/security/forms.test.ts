import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/trust/roles.ts';
import { attacks } from '../support/attacks.ts';
import { expectPlain } from '../support/corpus.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';
import { changed, written } from '../support/written.ts';

let bench: Workbench;
let reader: Visitor;
let routes: { method: string; url: string; open: boolean; takes: string }[];
const MANY = { anything: 1e9, anythingOfOne: 1e9, signIn: 1e9, stepUp: 1e9, upload: 1e9 };

beforeAll(async () => {
  bench = await openWorkbench({ limits: MANY });
  reader = await bench.signedIn('Forms Mock', ROLES);
  routes = bench.app.everyRoute().filter(({ method, takes }) => method === 'POST' && takes !== 'program');
});
afterAll(() => bench?.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const fill = (url: string) => url.replaceAll(/:\w+/g, 'none');
const parts = (token: string) =>
  `--b\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n${token}\r\n--b\r\nContent-Disposition: form-data; name="files"; filename="people.csv"\r\n\r\nperson_id\r\nP1\r\n--b--\r\n`;

/** Sends a form with a token, as its route takes it. */
function send(
  route: { url: string; takes: string },
  who: Visitor,
  token: string,
  headers: Record<string, string> = {},
) {
  const url = fill(route.url);
  if (route.takes === 'parts')
    return who.send({
      method: 'POST',
      url,
      payload: parts(token),
      headers: { 'content-type': 'multipart/form-data; boundary=b', ...headers },
    });
  if (route.takes === 'script') return who.send({ method: 'POST', url, payload: { _csrf: token }, headers });
  return who.send({
    method: 'POST',
    url,
    payload: new URLSearchParams({ _csrf: token }).toString(),
    headers: { ...FORM, ...headers },
  });
}

describe('a forged form', () => {
  it('changes nothing: without a token, with somebody else’s, or from another site', () =>
    attacks(async (attack) => {
      const other = await bench.signedIn('Other Forms Mock', ROLES);
      const before = await written(bench.stores.records);
      const cookies = { ...reader.cookies };
      const own = reader.token;
      // The same browser, somebody else signed in: their form's token, with the secret of this very browser.
      const sameBrowser = await (async () => {
        const second = new Visitor(bench.app);
        second.cookies = { ...other.cookies, upstander_form: cookies.upstander_form ?? '' };
        await second.get('/account');
        return second.token;
      })();
      const stranger = new Visitor(bench.app);
      stranger.cookies = { upstander_form: cookies.upstander_form ?? '' };
      await stranger.get('/sign-in');
      for (const route of routes) {
        const forged: [string, string, Record<string, string>?][] = [
          ['no token', ''],
          ['a made-up token', 'x'.repeat(60)],
          ['a token of another browser', other.token],
          ['another site', own, { origin: 'https://zqx.invalid' }],
          ['another site, says the browser', own, { 'sec-fetch-site': 'cross-site' }],
          ['a site beside ours', own, { 'sec-fetch-site': 'same-site' }],
          ['another port of this machine', own, { origin: 'http://localhost:9999' }],
          // An open form belongs to nobody, so nobody else's can be brought there.
          ...(route.open
            ? []
            : ([
                ['a token of another session in this browser', sameBrowser],
                ['a token from before signing in', stranger.token],
              ] as [string, string][])),
        ];
        for (const [what, token, headers] of forged) {
          await attack('forged form (CSRF)', `${route.url}: ${what}`, async () => {
            reader.cookies = { ...cookies };
            const answer = await send(route, reader, token, headers);
            expect(answer.statusCode).toBe(403);
          });
        }
      }
      reader.cookies = { ...cookies };
      expect(changed(before, await written(bench.stores.records))).toEqual([]);
      // And the token is good where it belongs: what is refused there is refused for other reasons.
      reader.token = own;
      expect(
        (await send({ url: '/purpose/end', takes: 'form' }, reader, own, { origin: 'null' })).statusCode,
      ).toBe(303);
      expect(
        (
          await send({ url: '/purpose/end', takes: 'form' }, reader, own, {
            origin: 'http://localhost:80',
            'sec-fetch-site': 'same-origin',
          })
        ).statusCode,
      ).toBe(303);
    }));
});

describe('a body of another shape', () => {
  const SHAPES: [string, string, string][] = [
    ['JSON', 'application/json', '{"reason":{"a":1},"name":["x",{"y":1}],"roles":{"0":"administrator"}}'],
    ['JSON that is called text', 'text/plain', '{"a":1}'],
    ['XML', 'application/xml', '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'],
    ['nothing known', 'application/octet-stream', '\0\0\0'],
    ['parts', 'multipart/form-data; boundary=b', parts('x')],
    ['parts without their boundary', 'multipart/form-data', 'x'],
    ['a name that is every object’s', FORM['content-type'], '__proto__=x&constructor=y&prototype=z'],
    ['too many fields', FORM['content-type'], 'a=1&'.repeat(25_000)],
    ['too long', FORM['content-type'], `reason=${'x'.repeat(1_100_000)}`],
    ['half characters', FORM['content-type'], 'reason=%ed%a0%80&name=%ff'],
    ['NUL in a name', FORM['content-type'], 'rea%00son=x'],
    ['no such character set', 'application/x-www-form-urlencoded; charset=utf-7', 'reason=+ADw-script+AD4-'],
    ['two types', 'application/x-www-form-urlencoded, application/json', '{"a":1}'],
    ['nested fields', FORM['content-type'], 'reason[a][b]=x&reason[]=y&roles[0]=administrator'],
    ['JSON with the names of all objects', 'application/json', '{"_csrf":"x","__proto__":{"a":1}}'],
    ['JSON without end', 'application/json', '{"a":'],
    ['JSON too deep', 'application/json', `${'[['.repeat(3000)}${']]'.repeat(3000)}`],
    ['JSON with half a character', 'application/json', '{"_csrf":"\\ud800"}'],
  ];

  it('is refused by every route before anything is done', () =>
    attacks(async (attack) => {
      const before = await written(bench.stores.records);
      for (const { url, open } of routes) {
        for (const [what, type, payload] of SHAPES) {
          await attack('wrong shape or size', `${url}: ${what}`, async () => {
            const visitor = open ? new Visitor(bench.app) : reader;
            const answer = await visitor.send({
              method: 'POST',
              url: fill(url),
              headers: { 'content-type': type },
              payload,
            });
            expectPlain(answer);
            expect(answer.statusCode).toBeGreaterThanOrEqual(400);
          });
        }
      }
      expect(({} as { a?: unknown }).a).toBe(undefined);
      expect(changed(before, await written(bench.stores.records))).toEqual([]);
    }));
});
