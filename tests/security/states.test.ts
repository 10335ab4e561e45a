import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { may } from '../../src/trust/policy/may.ts';
import { type Action, ruleOf } from '../../src/trust/policy/table.ts';
import { ROLES } from '../../src/trust/roles.ts';
import { attacks, LONG, THOROUGH } from '../support/attacks.ts';
import { PURPOSES, type Stated, state } from '../support/make-things.ts';
import { openWorld, type Reader, type World } from '../support/open-world.ts';
import { filled, type Situation, situationsOf, THINGS } from '../support/things.ts';

const FAMILY = 'somebody without the role, or a thing in the wrong state';

interface Route {
  method: string;
  url: string;
  action: Action;
}

let world: World;
let routes: Route[];
const readers = new Map<string, Reader>();

beforeAll(async () => {
  world = await openWorld();
  routes = world.bench.app
    .everyRoute()
    .filter((route): route is typeof route & { action: Action } => !route.open && route.action !== undefined)
    .filter(({ method, url }) => method !== 'HEAD' && url.includes(':'));
  for (const role of ROLES) {
    for (const tied of [false, true]) readers.set(`${role} ${tied}`, await world.reader([role], tied));
  }
}, LONG);
afterAll(() => world?.close());

/** Words that are right for every form there is. */
const FORM = {
  verdict: 'benign',
  reason: 'Known to me',
  why: 'Because',
  decision: 'refuse',
  review: 'Right',
  right: 'yes',
  name: 'A name',
  officer: 'E-5008',
  roles: 'analyst',
};

/** What the answer must be, from the policy table alone, and that what is not there for a reader is as if it did not exist. */
function expected(
  route: Route,
  role: (typeof ROLES)[number],
  reader: Reader,
  one: Situation,
  stated: Stated,
) {
  const who = { roles: [role], accountId: reader.accountId };
  if (!may(who, route.action)) return 'refused';
  const rule = ruleOf(route.action);
  if (rule.purpose && ['none', 'ended', 'run out'].includes(stated)) return 'purpose';
  // Beyond the purpose is what does not exist: the page that asks why, for whoever is asked for by name.
  const named = rule.purpose && /:(officer|person)/.test(route.url);
  if (
    one.absent ||
    one.absentTo?.includes(role) ||
    (rule.purpose && stated === 'another officer’s authority')
  )
    return named && stated !== 'glass broken' ? 'purpose' : 'absent';
  const by = one.own ? reader.accountId : 'somebody else';
  const asked = rule.states.length > 0 || one.own;
  if (asked && !may(who, route.action, { state: one.state ?? '', by })) return 'wrong state';
  return 'opened';
}

const ANSWERS = {
  refused: (status: number) => status === 403,
  purpose: (status: number) => status === 428,
  absent: (status: number) => status === 404,
  // What a page says of a thing that is over differs; that it cannot be done does not.
  'wrong state': (status: number) => [403, 404, 422].includes(status),
  // A form may be refused for what it says; a page has nothing to be refused for.
  opened: (status: number, location: string, method: string) =>
    [200, 303, method === 'POST' ? 422 : 200].includes(status) && !location.startsWith('/sign-in'),
};

async function ask({ method, url }: Route, reader: Reader, params: Record<string, string>) {
  const there = filled(url, params);
  return method === 'POST' ? reader.visitor.post(there, FORM) : reader.visitor.get(there);
}

describe('every route with a thing', () => {
  it('has states that are known here', () => {
    const strange = routes.filter(({ url }) => situationsOf(url) === undefined);
    expect(
      strange.map(({ method, url }) => `${method} ${url}`),
      'say in tests/support/things.ts what stands at such an address, and in which states',
    ).toEqual([]);
    for (const { url, action } of routes) {
      const known = new Set((situationsOf(url) ?? []).map((one) => one.state));
      for (const named of ruleOf(action).states) {
        if (action === 'approve unmasking' && named === 'ended') continue; // granted, and over: decided all the same
        expect(known, `${url}: the policy knows the state`).toContain(named);
      }
    }
  });

  it.each(THINGS.map(([pattern]) => pattern))(
    '%s opens to every role in every state as the policy says, and to no other',
    (pattern) =>
      attacks(async (attack) => {
        let turn = 0;
        for (const route of routes.filter(({ url }) => pattern.test(url))) {
          const allowed = ROLES.filter((role) => may({ roles: [role] }, route.action));
          const others = ROLES.filter((role) => !allowed.includes(role));
          for (const one of situationsOf(route.url) ?? []) {
            // The sample asks for every role that may and one that may not; tests/security/routes.test.ts has all of those.
            const roles = THOROUGH
              ? ROLES
              : [...allowed, ...others.slice(turn++ % others.length).slice(0, 1)];
            for (const role of roles) {
              const reader = readers.get(`${role} ${one.tied === true}`);
              if (reader === undefined) throw new Error(role);
              if (ruleOf(route.action).purpose) await state(world, reader, 'in force');
              const want = expected(route, role, reader, one, 'in force');
              await attack(FAMILY, `${role}: ${route.method} ${route.url} ${one.name}`, async () => {
                const answer = await ask(route, reader, await one.make(world, reader));
                const { location } = answer.headers;
                expect(
                  ANSWERS[want](answer.statusCode, String(location ?? ''), route.method),
                  `${want}, not ${answer.statusCode} ${location ?? ''}`,
                ).toBe(true);
              });
            }
          }
        }
      }),
    LONG,
  );

  it.each(PURPOSES)(
    'shows officers and people for a purpose in force only: %s',
    (stated) =>
      attacks(async (attack) => {
        for (const route of routes.filter(({ action }) => ruleOf(action).purpose)) {
          const [one] = situationsOf(route.url) ?? [];
          // People and incidents are nobody's: an authority says of which officer one may know.
          if (stated === 'another officer’s authority' && !route.url.includes(':officer')) continue;
          for (const role of THOROUGH ? ROLES : (['analyst', 'ccu_head', 'auditor'] as const)) {
            const reader = readers.get(`${role} false`);
            if (reader === undefined || one === undefined) throw new Error(role);
            await state(world, reader, 'none');
            if (may({ roles: [role] }, route.action)) await state(world, reader, stated);
            const names = stated === 'glass broken' ? { ...reader, masked: false } : reader;
            const want = expected(route, role, reader, one, stated);
            await attack(FAMILY, `${role}: ${route.url}, purpose ${stated}`, async () => {
              const answer = await ask(route, reader, await one.make(world, names));
              expect(
                ANSWERS[want](answer.statusCode, '', route.method),
                `${want}, not ${answer.statusCode}: ${answer.body.replaceAll(/\s+/g, ' ').slice(-700)}`,
              ).toBe(true);
            });
          }
        }
      }),
    LONG,
  );
});

describe('whoever has left', () => {
  it('finds every door shut: the account has ended, or the session', () =>
    attacks(async (attack) => {
      for (const how of ['account', 'session'] as const) {
        const reader = await world.reader(ROLES);
        await reader.visitor.get('/looks');
        const cookies = { ...reader.visitor.cookies };
        if (how === 'account') await world.another.post(`/accounts/${reader.accountId}/end`, {});
        else await world.another.post(`/accounts/${reader.accountId}/sessions/end`, {});
        for (const { method, url, open } of world.bench.app.everyRoute()) {
          if (open) continue;
          await attack('planted or stolen session', `${how} ended: ${method} ${url}`, async () => {
            reader.visitor.cookies = { ...cookies };
            const there = filled(url, {});
            const answer =
              method === 'POST'
                ? await reader.visitor.post(there, FORM)
                : await reader.visitor.send({ method: method as 'GET', url: there });
            expect([answer.statusCode, answer.headers.location]).toEqual([303, '/sign-in?ended=1']);
            expect(answer.body).toBe('');
          });
        }
      }
    }));
});
