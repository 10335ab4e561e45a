import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import type { Identity } from '../../src/trust/identity-file.ts';
import { createScimToken, endScimToken } from '../../src/trust/scim/token.ts';
import { openSession } from '../../src/trust/session.ts';
import { buildServer } from '../../src/web/server.ts';
import { openWorkbench, Visitor, type Workbench } from '../support/workbench.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ERROR = 'urn:ietf:params:scim:api:messages:2.0:Error';
const LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

let bench: Workbench;
let app: FastifyInstance;
let base: string;
let token: string;

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into as they come
type Body = any;

beforeAll(async () => {
  bench = await openWorkbench();
  const identity: Identity = {
    passkeys: true,
    openid: undefined,
    groups: new Map([
      ['Upstander analysts', ['analyst']],
      ['object-id-of-heads', ['ccu_head']],
    ]),
    text: '',
    digest: '',
  };
  app = await buildServer({ ...bench.services, identity, origin: () => base ?? 'http://127.0.0.1' });
  base = await app.listen({ port: 0, host: '127.0.0.1' });
  token = await createScimToken(bench.stores.records, 'entra', bench.clock());
});
afterAll(async () => {
  await app?.close();
  await bench?.close();
});

/** A provisioning client: real HTTP, and every answer is held to what RFC 7644 says of it. */
async function scim(method: string, path: string, body?: object, bearer = token) {
  const answer = await fetch(`${base}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/scim+json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status !== 204) {
    expect(answer.headers.get('content-type'), path).toContain('application/scim+json');
  } else expect(text).toBe('');
  const json: Body = text === '' ? undefined : JSON.parse(text);
  if (answer.status >= 400) {
    expect(json.schemas).toEqual([ERROR]);
    expect(json.status).toBe(String(answer.status));
  } else if (json?.Resources) expect(json.schemas).toEqual([LIST]);
  else if (json?.id && json.meta) {
    expect(json.meta.location).toBe(`${base}/scim/v2/${json.meta.resourceType}s/${json.id}`);
  }
  return { status: answer.status, json, headers: answer.headers };
}

const joiner = (userName: string, more: object = {}) => ({
  schemas: [USER, ENTERPRISE],
  userName,
  externalId: `ext-${userName}`,
  name: { givenName: 'Jo', familyName: userName },
  emails: [{ value: `${userName}@fauxham.example`, primary: true, type: 'work' }],
  active: true,
  [ENTERPRISE]: { employeeNumber: `E-${userName}` },
  ...more,
});

const rolesOf = async (id: string) =>
  (
    await sql<{ roles: string[] }>`select roles from account where account_id = ${id}`.execute(
      bench.stores.records,
    )
  ).rows[0]?.roles;

describe('SCIM', () => {
  it('opens to its own token alone', async () => {
    for (const bearer of ['', 'x'.repeat(43), `${token}x`]) {
      const { status, headers } = await scim('GET', '/Users', undefined, bearer);
      expect(status).toBe(401);
      expect(headers.get('www-authenticate')).toContain('Bearer');
    }
    const analyst = await bench.signedIn('Ana Mock');
    const visitor = new Visitor(app);
    visitor.cookies = analyst.cookies;
    expect((await visitor.get('/scim/v2/Users')).statusCode).toBe(401);
    const kept = await sql`select * from scim_token`.execute(bench.stores.records);
    expect(JSON.stringify(kept.rows)).not.toContain(token);
    const workbench = await fetch(`${base}/signals`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'manual',
    });
    expect(workbench.status).toBe(303);
  });

  it('says what it can do', async () => {
    const { json } = await scim('GET', '/ServiceProviderConfig');
    expect(json.patch.supported).toBe(true);
    expect(json.filter).toMatchObject({ supported: true });
    expect(json.bulk.supported).toBe(false);
    expect(json.changePassword.supported).toBe(false);
    const types = (await scim('GET', '/ResourceTypes')).json;
    expect(types.Resources.map((one: Body) => one.id).sort()).toEqual(['Group', 'User']);
    const schemas = (await scim('GET', '/Schemas')).json;
    const ids = schemas.Resources.map((one: Body) => one.id);
    for (const id of [USER, GROUP, ENTERPRISE]) expect(ids).toContain(id);
    expect((await scim('GET', `/Schemas/${USER}`)).json.id).toBe(USER);
  });

  it('takes a joiner, a mover and a leaver', async () => {
    const made = await scim('POST', '/Users', joiner('jo.mock'));
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(made.json.meta.location);
    const { id } = made.json;
    expect(made.json).toMatchObject({ userName: 'jo.mock', active: true, externalId: 'ext-jo.mock' });
    expect(made.json.password).toBeUndefined();
    expect((await scim('GET', `/Users/${id}`)).json[ENTERPRISE].employeeNumber).toBe('E-jo.mock');
    expect(await rolesOf(id)).toEqual([]);
    expect((await scim('POST', '/Users', joiner('JO.mock'))).json.scimType).toBe('uniqueness');
    expect((await scim('POST', '/Users', joiner('JO.mock'))).status).toBe(409);

    const group = await scim('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'Upstander analysts',
      members: [{ value: id }],
    });
    expect(group.status).toBe(201);
    expect(await rolesOf(id)).toEqual(['analyst']);
    expect((await scim('GET', `/Users/${id}`)).json.groups).toMatchObject([{ value: group.json.id }]);
    const heads = await scim('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'Heads',
      externalId: 'object-id-of-heads',
    });
    const add = { op: 'Add', path: 'members', value: [{ value: id }] };
    const moved = await scim('PATCH', `/Groups/${heads.json.id}`, { schemas: [PATCH], Operations: [add] });
    expect([200, 204]).toContain(moved.status);
    expect(await rolesOf(id)).toEqual(['analyst', 'ccu_head']);
    await scim('PATCH', `/Groups/${group.json.id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'remove', path: `members[value eq "${id}"]` }],
    });
    expect(await rolesOf(id)).toEqual(['ccu_head']);

    const browser = 'lightMyRequest';
    const opened = { accountId: id, method: 'passkey', browser } as const;
    const visitor = new Visitor(app);
    visitor.cookies.upstander_session = await openSession(bench.stores.records, opened, bench.clock());
    expect((await visitor.get('/looks')).statusCode).toBe(200);
    const left = await scim('PATCH', `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    });
    expect([200, 204]).toContain(left.status);
    expect((await scim('GET', `/Users/${id}`)).json.active).toBe(false);
    expect((await visitor.get('/looks')).statusCode).toBe(303);
    const back = await scim('PATCH', `/Users/${id}`, {
      schemas: [PATCH],
      Operations: [{ op: 'replace', value: { active: true, displayName: 'Jo Again' } }],
    });
    expect([200, 204]).toContain(back.status);
    expect((await scim('GET', `/Users/${id}`)).json).toMatchObject({ active: true, displayName: 'Jo Again' });
    expect((await visitor.get('/looks')).statusCode, 'ended sessions stay ended').toBe(303);

    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(204);
    expect((await scim('GET', `/Users/${id}`)).status).toBe(404);
    expect((await scim('DELETE', `/Users/${id}`)).status).toBe(404);
    const { rows } = await sql<{ ended_at: Date | null; name: string }>`select ended_at, name from account
      where account_id = ${id}`.execute(bench.stores.records);
    expect(rows[0]?.ended_at, 'the name stays in what they did').not.toBeNull();
    expect((await scim('POST', '/Users', joiner('jo.mock'))).status, 'a name given back').toBe(201);
  });

  it('filters, pages, sorts, and leaves attributes out', async () => {
    for (const name of ['kim.mock', 'lee.mock', 'moe.mock']) await scim('POST', '/Users', joiner(name));
    const find = async (filter: string) =>
      (await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`)).json.Resources.map(
        (one: Body) => one.userName,
      );
    expect(await find('userName eq "lee.mock"')).toEqual(['lee.mock']);
    expect(await find('externalId eq "ext-moe.mock"')).toEqual(['moe.mock']);
    expect(await find('userName sw "k" and active eq true')).toEqual(['kim.mock']);
    expect(await find('userName eq "nobody"')).toEqual([]);
    const wrong = await scim('GET', `/Users?filter=${encodeURIComponent('userName eqq "x')}`);
    expect([wrong.status, wrong.json.scimType]).toEqual([400, 'invalidFilter']);
    const page = (await scim('GET', '/Users?startIndex=2&count=1&sortBy=userName')).json;
    expect(page.Resources).toHaveLength(1);
    expect(page.startIndex).toBe(2);
    expect(page.totalResults).toBeGreaterThan(3);
    const lean = (await scim('GET', '/Groups?excludedAttributes=members')).json;
    expect(lean.Resources.length).toBeGreaterThan(0);
    for (const one of lean.Resources) expect(one.members).toBeUndefined();
    const few = (await scim('GET', '/Users?attributes=userName')).json.Resources[0];
    expect(few.userName).toBeTruthy();
    expect(few.emails).toBeUndefined();
  });

  it('puts a whole user, and refuses what is not one', async () => {
    const { id } = (await scim('POST', '/Users', joiner('ned.mock'))).json;
    const put = await scim(
      'PUT',
      `/Users/${id}`,
      joiner('ned.mock', { displayName: 'Ned Put', active: false }),
    );
    expect(put.status).toBe(200);
    expect(put.json).toMatchObject({ displayName: 'Ned Put', active: false });
    expect((await scim('POST', '/Users', { schemas: [USER] })).json.scimType).toBe('invalidValue');
    expect((await scim('PUT', '/Users/none', joiner('x.mock'))).status).toBe(404);
    const bad = await scim('PATCH', `/Users/${id}`, { schemas: [PATCH], Operations: [{ op: 'shout' }] });
    expect(bad.status).toBe(400);
    const stranger = await scim('POST', '/Groups', {
      schemas: [GROUP],
      displayName: 'Strangers',
      members: [{ value: 'nobody' }],
    });
    expect(stranger.status).toBe(400);
    const broken = await fetch(`${base}/scim/v2/Users`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
      body: '{',
    });
    expect([broken.status, ((await broken.json()) as Body).scimType]).toEqual([400, 'invalidSyntax']);
    for (const nasty of ["' or 1=1 --", '../Groups', '%00', 'é🚓']) {
      expect((await scim('GET', `/Users/${encodeURIComponent(nasty)}`)).status, nasty).toBe(404);
    }
  });

  it('does not see accounts that no directory announced', async () => {
    const { json } = await scim('GET', '/Users?count=200');
    expect(json.Resources.map((one: Body) => one.displayName)).not.toContain('Ana Mock');
    const { rows } = await sql<{
      id: string;
    }>`select account_id as id from account where name = ${named('Ana Mock')}`.execute(bench.stores.records);
    expect((await scim('DELETE', `/Users/${rows[0]?.id}`)).status).toBe(404);
  });

  it('ends with its token', async () => {
    await endScimToken(bench.stores.records, 'entra', bench.clock());
    expect((await scim('GET', '/Users')).status).toBe(401);
  });
});
