import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/trust/roles.ts';
import { createScimToken } from '../../src/trust/scim/token.ts';
import { uploadsFolder } from '../../src/web/data/upload.ts';
import { attacks, LONG } from '../support/attacks.ts';
import { expectPlain } from '../support/corpus.ts';
import { fitsHeader, typeIn } from '../support/type-in.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
let reader: Visitor;
beforeAll(async () => {
  bench = await openWorkbench({
    limits: { anything: 1e9, anythingOfOne: 1e9, signIn: 1e9, stepUp: 1e9, directory: 1e9, upload: 1e9 },
  });
  reader = await bench.signedIn('Programs Mock', ROLES);
});
afterAll(() => bench?.close());

/** Folders of uploads that are not taken in, and yet are there. */
function uploadsLeft(): string[] {
  const folder = uploadsFolder(bench.stores.folder);
  return existsSync(folder) ? readdirSync(folder) : [];
}

describe('what programs send', () => {
  it(
    'does nothing of its own in a directory’s requests',
    () =>
      attacks(async (attack) => {
        const token = await createScimToken(bench.stores.records, 'corpora', bench.clock());
        const visitor = new Visitor(bench.app);
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' };
        const ask = (method: 'GET' | 'POST' | 'PATCH' | 'PUT', url: string, body?: object) =>
          visitor.send({
            method,
            url: `/scim/v2${url}`,
            headers,
            ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
          });
        const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
        const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
        const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
        const { id } = (await ask('POST', '/Users', { schemas: [USER], userName: 'scim.mock' })).json();
        const ways: [string, (value: string) => ReturnType<typeof ask>][] = [
          [
            'userName',
            (v) =>
              ask('POST', '/Users', {
                schemas: [USER],
                userName: v,
                displayName: v,
                externalId: v,
                name: { familyName: v },
              }),
          ],
          [
            'put',
            (v) =>
              ask('PUT', `/Users/${id}`, {
                schemas: [USER],
                userName: 'scim.mock',
                displayName: v,
                emails: [{ value: v, type: v }],
              }),
          ],
          [
            'displayName',
            (v) =>
              ask('POST', '/Groups', {
                schemas: [GROUP],
                displayName: v,
                externalId: v,
                members: [{ value: v }],
              }),
          ],
          [
            'value',
            (v) =>
              ask('PATCH', `/Users/${id}`, {
                schemas: [PATCH],
                Operations: [{ op: 'replace', path: 'displayName', value: v }],
              }),
          ],
          [
            'path',
            (v) =>
              ask('PATCH', `/Users/${id}`, {
                schemas: [PATCH],
                Operations: [{ op: 'replace', path: v, value: 'x' }],
              }),
          ],
          [
            'name',
            (v) =>
              ask('PATCH', `/Users/${id}`, {
                schemas: [PATCH],
                Operations: [{ op: v, value: { [v]: 'x' } }],
              }),
          ],
          ['filter', (v) => ask('GET', `/Users?filter=${encodeURIComponent(`userName eq "${v}"`)}`)],
          ['whole filter', (v) => ask('GET', `/Users?filter=${encodeURIComponent(v)}`)],
          [
            'sortBy',
            (v) =>
              ask(
                'GET',
                `/Users?sortBy=${encodeURIComponent(v)}&attributes=${encodeURIComponent(v)}&startIndex=${encodeURIComponent(v)}`,
              ),
          ],
        ];
        for (const [what, send] of ways) {
          // Where a directory finds what it made is a whole address of ours.
          await typeIn(attack, `directory, ${what}`, async (value) => {
            const answer = await send(value);
            expect(answer.body).not.toContain(token);
            return Object.assign(answer, { headers: { ...answer.headers, location: undefined } });
          });
        }
        for (const text of [
          '{"__proto__":{"roles":["administrator"]}}',
          '{"schemas":["x"],"constructor":{"prototype":{"x":1}}}',
          `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
          `{"userName":"\\ud800"}`,
          '"x"',
          '7',
          'null',
          '[]',
          `{"schemas":${JSON.stringify(Array(30_000).fill('x'))}}`,
        ]) {
          await attack('wrong shape or size', `directory: ${text.slice(0, 50)}`, async () => {
            const answer = await visitor.send({
              method: 'POST',
              url: '/scim/v2/Users',
              headers,
              payload: text,
            });
            expectPlain(answer);
            expect(answer.statusCode).toBeGreaterThanOrEqual(400);
            expect(({} as { roles?: unknown }).roles, 'every object has it now').toBe(undefined);
          });
        }
      }),
    LONG,
  );

  it(
    'does nothing of its own in what scripts send',
    () =>
      attacks(async (attack) => {
        for (const { method, url, open, takes } of bench.app.everyRoute()) {
          if (method !== 'POST' || takes !== 'script') continue;
          const visitor = open ? new Visitor(bench.app) : reader;
          await visitor.get(open ? '/sign-in' : '/account');
          await typeIn(attack, `POST ${url}`, (value) =>
            visitor.send({
              method: 'POST',
              url,
              payload: {
                _csrf: visitor.token,
                name: value,
                on: value,
                way: `to=${value}`,
                response: {
                  id: value,
                  rawId: value,
                  type: value,
                  response: { clientDataJSON: value, userHandle: value },
                },
              },
            }),
          );
        }
      }),
    LONG,
  );

  it(
    'does nothing of its own in the names of files',
    () =>
      attacks(async (attack) => {
        const home = bench.stores.folder;
        const before = readdirSync(path.dirname(home));
        await reader.get('/data');
        const part = (head: string, body: string) =>
          `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
        const send = (value: string) =>
          reader.send({
            method: 'POST',
            url: '/data/upload',
            headers: { 'content-type': 'multipart/form-data; boundary=b' },
            payload: `${part('name="_csrf"', reader.token)}${part(`name="files"; filename="${value.replaceAll('"', '%22')}.csv"`, 'person_id,name\nP1,Zed Mock\n')}--b--\r\n`,
          });
        await typeIn(attack, 'a file called', send, reader, fitsHeader);
        const whole = `${part('name="_csrf"', reader.token)}${part('name="files"; filename="people.csv"', 'person_id\nP1\n')}`;
        const broken: [string, string, string][] = [
          ['no boundary', 'multipart/form-data', `${whole}--b--\r\n`],
          ['a boundary of nothing', 'multipart/form-data; boundary=""', whole],
          ['a boundary too long', `multipart/form-data; boundary=${'b'.repeat(300)}`, whole],
          ['another boundary', 'multipart/form-data; boundary=c', `${whole}--b--\r\n`],
          ['cut off in a file', 'multipart/form-data; boundary=b', whole.slice(0, -10)],
          ['cut off before a file', 'multipart/form-data; boundary=b', whole.slice(0, 120)],
          ['nothing', 'multipart/form-data; boundary=b', ''],
          ['no heads', 'multipart/form-data; boundary=b', '--b\r\n\r\nx\r\n--b--\r\n'],
          [
            'many fields',
            'multipart/form-data; boundary=b',
            `${part('name="_csrf"', reader.token)}${part('name="x"', 'y').repeat(60)}--b--\r\n`,
          ],
          [
            'a long field',
            'multipart/form-data; boundary=b',
            `${part('name="_csrf"', reader.token)}${part('name="x"', 'y'.repeat(9000))}--b--\r\n`,
          ],
        ];
        for (const [what, type, payload] of broken) {
          await attack('wrong shape or size', `an upload: ${what}`, async () => {
            const answer = await reader.send({
              method: 'POST',
              url: '/data/upload',
              headers: { 'content-type': type },
              payload,
            });
            expectPlain(answer);
            expect(answer.statusCode).toBeGreaterThanOrEqual(400);
          });
        }
        await expect.poll(uploadsLeft, { timeout: 60_000 }).toEqual([]);
        expect(readdirSync(path.dirname(home))).toEqual(expect.arrayContaining(before));
        expect(existsSync('/etc/passwd.csv')).toBe(false);
      }),
    LONG,
  );
});
