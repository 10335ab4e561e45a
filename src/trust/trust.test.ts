import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { emptyStores, openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { look, looksOf, refusedLook } from './look.ts';
import type { Role } from './roles.ts';
import { endSession, type Session, touchSession } from './session.ts';
import { milliseconds, SIGN_IN } from './settings.ts';
import { createSignInLink, spendSignInLink } from './sign-in.ts';
import { newToken, tokenHash } from './token.ts';

const NOON = new Date('2026-03-21T12:00:00Z');
const BROWSER = 'Mock/1.0';
const later = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
beforeEach(() => emptyStores(stores));
afterAll(() => stores.close());

async function linkToken(name = 'Ana Mock', role: Role = 'analyst'): Promise<string> {
  const link = await createSignInLink(stores.records, {
    name,
    roles: [role],
    clock: () => NOON,
    baseUrl: 'http://127.0.0.1:3000',
  });
  return new URL(link).pathname.replace('/sign-in/', '');
}

async function session(name?: string, role?: Role): Promise<{ token: string; who: Session }> {
  const token = (await spendSignInLink(stores.records, await linkToken(name, role), BROWSER, NOON)) ?? '';
  return { token, who: (await touchSession(stores.records, token, BROWSER, NOON))?.session as Session };
}

describe('tokens', () => {
  it('have 256 bits and are never the same', () => {
    const many = Array.from({ length: 1000 }, newToken);
    expect(new Set(many).size).toBe(1000);
    for (const token of many) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(tokenHash(many[0] ?? '')).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('a sign-in link', () => {
  it('opens one session, once', async () => {
    const token = await linkToken();
    const both = await Promise.all(
      [1, 2].map(() => spendSignInLink(stores.records, token, BROWSER, later(1))),
    );
    expect(both.filter((one) => one !== undefined)).toHaveLength(1);
    expect(await spendSignInLink(stores.records, token, BROWSER, later(2))).toBeUndefined();
  });

  it('lasts 15 minutes', async () => {
    const [one, other] = [await linkToken(), await linkToken()];
    expect(
      await spendSignInLink(stores.records, one, BROWSER, new Date(later(15).getTime() - 1)),
    ).toBeDefined();
    expect(await spendSignInLink(stores.records, other, BROWSER, later(15))).toBeUndefined();
  });

  it('is refused for other tokens, whatever stands in them', async () => {
    await linkToken();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect(
          await spendSignInLink(stores.records, text.replaceAll('\0', ''), BROWSER, NOON),
        ).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  it('needs a name and a role that exists', async () => {
    await expect(linkToken(' ')).rejects.toThrow('needs a name');
    await expect(linkToken('x'.repeat(101))).rejects.toThrow('needs a name');
    await expect(linkToken('Ana Mock', 'chief' as 'analyst')).rejects.toThrow('no such role');
  });

  it('gives the roles it was made with, also to somebody known', async () => {
    expect((await session('Ana Mock', 'administrator')).who.roles).toEqual(['administrator']);
    expect((await session('Ana Mock', 'analyst')).who.roles).toEqual(['analyst']);
  });
});

describe('a session', () => {
  it('goes on while it is used, ends after half an hour without, and after twelve hours at the latest', async () => {
    const { token } = await session();
    for (let minutes = 25; minutes < 720; minutes += 25) {
      expect(await touchSession(stores.records, token, BROWSER, later(minutes)), `${minutes}`).toBeDefined();
    }
    expect(await touchSession(stores.records, token, BROWSER, later(720))).toBeUndefined();
    const { token: other } = await session();
    expect(await touchSession(stores.records, other, BROWSER, later(30))).toBeUndefined();
  });

  it('ends for good when it is ended', async () => {
    const { token, who } = await session();
    await endSession(stores.records, who.sessionId, later(1));
    expect(await touchSession(stores.records, token, BROWSER, later(2))).toBeUndefined();
  });

  it('keeps its times within their bounds', () => {
    for (const setting of [SIGN_IN.linkLasts, SIGN_IN.idleEnds, SIGN_IN.sessionEnds]) {
      expect(setting.value).toBeGreaterThanOrEqual(setting.min);
      expect(setting.value).toBeLessThanOrEqual(setting.max);
      expect(milliseconds(setting)).toBeGreaterThan(0);
    }
  });
});

describe('a look', () => {
  const one = { action: 'view', what: 'officer', officerId: 'E1' } as const;

  it('is written down with what was read, or neither happens', async () => {
    const { who } = await session();
    const value = await look(stores.records, who, NOON, async () => ({ value: 42, look: one }));
    expect(value).toBe(42);
    await expect(
      look(stores.records, who, NOON, async () => {
        throw new Error('the page failed');
      }),
    ).rejects.toThrow('the page failed');
    await sql`alter table audit_entry add constraint shut check (what <> 'officer') not valid`.execute(
      stores.records,
    );
    await expect(
      look(stores.records, who, NOON, async () => ({ value: 'secret', look: one })),
    ).rejects.toThrow();
    await sql`alter table audit_entry drop constraint shut`.execute(stores.records);
    expect((await looksOf(stores.records, who.name, 0, 10)).total).toBe(1);
  });

  it('is not possible for a session that has ended in the meantime', async () => {
    const { who } = await session();
    await endSession(stores.records, who.sessionId, NOON);
    await expect(look(stores.records, who, NOON, async () => ({ value: 1, look: one }))).rejects.toThrow(
      'ended',
    );
  });

  it('is kept as it was written, refused ones too, newest first, everybody’s apart', async () => {
    const { who } = await session();
    const { who: other } = await session('Bo Mock');
    await look(stores.records, who, NOON, async () => ({
      value: 1,
      look: { action: 'search', what: 'search', found: { officers: ['E1'], people: ["P'1"] } },
    }));
    await refusedLook(stores.records, who, later(1), { ...one, personId: 'P2' });
    await look(stores.records, other, NOON, async () => ({ value: 1, look: one }));
    const { looks, total } = await looksOf(stores.records, who.name, 0, 10);
    expect(total).toBe(2);
    expect(looks).toMatchObject([
      { outcome: 'refused', officerId: 'E1', personId: 'P2', at: later(1) },
      { outcome: 'shown', action: 'search', found: { officers: ['E1'], people: ["P'1"] } },
    ]);
    await expect(sql`update look set name = 'x'`.execute(stores.records)).rejects.toThrow('kept');
    await expect(sql`delete from look`.execute(stores.records)).rejects.toThrow('kept');
  });
});
