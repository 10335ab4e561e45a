import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { named } from '../stores/vault/sealed.ts';
import { PASSKEYS_ALONE, readIdentity, rolesOfGroups } from './identity-file.ts';
import { demonstrationDuring, isDemonstration, setDemonstration } from './installation.ts';
import { localPath } from './local-path.ts';
import { inOrder, ROLE_LIST, ROLES } from './roles.ts';
import { terminalLink } from './terminal-link.ts';

describe('a way back', () => {
  it('is only ever a path of this site', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `/${text}`),
        ),
        (text) => {
          const to = localPath(text);
          if (to === undefined) return;
          expect(new URL(to, 'https://here.invalid').origin).toBe('https://here.invalid');
          expect(to).not.toMatch(/^\/[/\\]|[\s\\]/);
        },
      ),
    );
    expect(localPath('/accounts/x?done=1')).toBe('/accounts/x?done=1');
    for (const bad of ['//x', '/\\x', 'https://x', '', undefined, '/.//x', '/a/..//x']) {
      expect(localPath(bad), String(bad)).toBeUndefined();
    }
  });
});

describe('roles', () => {
  it('are each explained, once, in one order', () => {
    expect(new Set(ROLES).size).toBe(14);
    for (const { label, description } of ROLE_LIST) {
      expect(label).not.toBe('');
      expect(description).toMatch(/^[A-Z].*\.$/);
    }
    expect(inOrder(['administrator', 'analyst', 'analyst'])).toEqual(['analyst', 'administrator']);
  });
});

describe('identity.yaml', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'upstander-identity-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const read = (text: string, env: NodeJS.ProcessEnv = {}) => {
    const file = path.join(folder, 'identity.yaml');
    writeFileSync(file, text);
    return readIdentity(file, env);
  };
  const openid = 'openid: { issuer: "https://login.example/t/v2.0", client_id: abc }\n';

  it('is not needed', () => {
    expect(readIdentity(path.join(folder, 'none.yaml'), {})).toEqual(PASSKEYS_ALONE);
  });

  it('maps groups to roles, and an unknown group to none', () => {
    const identity = read(`${openid}groups:\n  g1: [analyst, auditor]\n  g2: [ccu_head]\n`, {
      UPSTANDER_OPENID_SECRET: 's',
    });
    expect(rolesOfGroups(identity, ['g2', 'other', 'g1'])).toEqual(['analyst', 'ccu_head', 'auditor']);
    expect(rolesOfGroups(identity, ['__proto__', 'constructor'])).toEqual([]);
    expect(identity.openid?.clientSecret).toBe('s');
    expect(identity.passkeys).toBe(true);
    expect(read(`passkeys: off\n${openid}groups: { g1: [analyst] }`).passkeys).toBe(false);
  });

  it.each([
    ['a: [', /not YAML/],
    ['passkeys: off', /no other way/],
    [openid, /no group gives a role/],
    [`${openid}groups: { g: [chief] }`, /groups\.g/],
    ['openid: { issuer: "http://login.example", client_id: a }\ngroups: { g: [analyst] }', /https/],
    ['openid: { issuer: "https://x.example" }', /client_id/],
    ['passwords: on', /passwords/],
    [
      `${openid.replace('abc', 'abc, client_secret_file: /nowhere')}groups: { g: [analyst] }`,
      /names no file/,
    ],
  ])('is refused with what is wrong: %s', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('the link of the terminal', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());
  const ask = (name: string) =>
    terminalLink(stores.records, { name, clock: () => new Date(), baseUrl: 'http://localhost' });
  const rolesOf = async (name: string) =>
    (
      await sql<{ roles: string[] }>`select roles from account where name = ${named(name)}`.execute(
        stores.records,
      )
    ).rows[0]?.roles;
  const passkeyFor = (name: string) =>
    sql`insert into passkey (credential_id, account_id, public_key, counter, name, backed_up, created_at)
      select ${name}, account_id, '', 0, 'x', false, now() from account where name = ${named(name)}`.execute(
      stores.records,
    );

  it('makes an administrator only, until there is one, and then helps only one who is alone', async () => {
    await ask('Ada Mock');
    expect(await rolesOf('Ada Mock')).toEqual(['administrator']);
    await ask('Ben Mock');
    await passkeyFor('Ada Mock');
    await expect(ask('Cat Mock')).rejects.toThrow('gives no way in');
    await expect(ask('Ben Mock')).rejects.toThrow('gives no way in');
    expect(await ask('Ada Mock')).toContain('/sign-in/');
    await passkeyFor('Ben Mock');
    await expect(ask('Ada Mock')).rejects.toThrow('gives no way in');
  });

  it('lets the reader of the demonstration look around', async () => {
    await setDemonstration(stores.records, true);
    await ask('Dot Mock');
    expect(await rolesOf('Dot Mock')).toEqual(['analyst', 'ccu_head', 'administrator']);
  });

  it('closes for the reader of the demonstration when a force’s own records come in', async () => {
    const own = (stored: boolean) =>
      demonstrationDuring(stores.records, false, new Date(), async () => ({ report: 1, stored }));
    await own(false);
    expect(await isDemonstration(stores.records), 'nothing was stored').toBe(true);
    const broken = demonstrationDuring(stores.records, false, new Date(), async () => {
      expect(await isDemonstration(stores.records), 'while they come in').toBe(false);
      throw new Error('unreadable');
    });
    await expect(broken).rejects.toThrow('unreadable');
    expect(await isDemonstration(stores.records)).toBe(true);
    await own(true);
    expect(await isDemonstration(stores.records)).toBe(false);
    await expect(ask('Dot Mock')).rejects.toThrow('has ended');
    await demonstrationDuring(stores.records, true, new Date(), async () => ({ report: 1, stored: true }));
    const left = await sql<{ name: string }>`select name from account where ended_at is null`.execute(
      stores.records,
    );
    expect(left.rows.map(({ name }) => name).sort()).toEqual(['Ada Mock', 'Ben Mock']);
  });
});
