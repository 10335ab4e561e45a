import type { LightMyRequestResponse } from 'fastify';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/trust/roles.ts';
import { attacks, LONG, THOROUGH } from '../support/attacks.ts';
import { expectPlain } from '../support/corpus.ts';
import { discover, type Form, filledIn, type Inputs } from '../support/forms.ts';
import { state } from '../support/make-things.ts';
import { openWorld, type Reader, type World } from '../support/open-world.ts';
import { filled, situationsOf } from '../support/things.ts';
import { fitsHeader, typeIn } from '../support/type-in.ts';
import { Visitor } from '../support/workbench.ts';

let world: World;
let reader: Reader;
let inputs: Inputs;
const HEADERS = [
  'user-agent',
  'referer',
  'accept-language',
  'x-forwarded-host',
  'x-forwarded-for',
  'forwarded',
  'if-none-match',
  'x-csrf-token',
  'origin',
];
/** All of them; in the sample every third. */
const some = <T>(all: readonly T[]) => all.filter((_, n) => THOROUGH || n % 3 === 0);
/** Forms that end the session of who sends them, and have nothing to fill in. */
const ENDS = ['/sign-out'];

beforeAll(async () => {
  world = await openWorld();
  reader = await world.reader(ROLES);
  await state(world, reader, 'in force');
  inputs = await discover(world, reader);
}, LONG);
afterAll(() => world?.close());

/** Sends it again with a purpose where there was none any more. */
async function withPurpose(send: () => Promise<LightMyRequestResponse>): Promise<LightMyRequestResponse> {
  const answer = await send();
  if (answer.statusCode !== 428) return answer;
  await state(world, reader, 'in force');
  return send();
}

async function addressOf(url: string, own: Record<string, string> = {}): Promise<string> {
  const [one] = situationsOf(url) ?? [];
  return filled(url, { ...(one === undefined ? {} : await one.make(world, reader)), ...own });
}

describe('what the pages let people send', () => {
  it('is known for every route that takes something', () => {
    const taking = world.bench.app
      .everyRoute()
      .filter(({ method, open, takes }) => method === 'POST' && !open && takes === 'form');
    const known = new Set(inputs.forms.map(({ url }) => url));
    const strange = taking.filter(({ url }) => !known.has(url)).map(({ url }) => url);
    // Shown only to whoever is signed in twice, or for an account that has ended; they have no fields.
    expect(
      strange.filter(
        (url) =>
          ![
            '/account/sessions/end-others',
            '/accounts/:account/sessions/end',
            '/accounts/:account/resume',
          ].includes(url),
      ),
    ).toEqual([]);
    expect(inputs.forms.flatMap(({ fields }) => fields).length).toBeGreaterThan(60);
    expect(inputs.pages.length).toBeGreaterThan(25);
  });

  it(
    'does nothing of its own in any field of any form or query',
    () =>
      attacks(async (attack) => {
        for (const form of inputs.forms) {
          if (ENDS.includes(form.url)) continue;
          for (const { name } of form.fields) {
            const where = `${form.method} ${form.url} ${name}`;
            const typed = (value: string) => withPurpose(() => send(form, { [name]: value }));
            await typeIn(attack, where, typed, reader.visitor, () => true, 1);
          }
        }
      }),
    LONG,
  );

  async function send(form: Form, own: Record<string, string>): Promise<LightMyRequestResponse> {
    const there = await addressOf(form.url);
    const fields: Record<string, string> = { ...filledIn(form), ...own };
    if (form.method === 'POST') return reader.visitor.post(there, fields);
    return reader.visitor.get(`${there}?${new URLSearchParams(fields)}`);
  }
});

describe('what the router takes', () => {
  it(
    'does nothing of its own in any part of any address',
    () =>
      attacks(async (attack) => {
        for (const { method, url, open } of world.bench.app.everyRoute()) {
          if (method === 'HEAD' || open) continue;
          for (const [, name = ''] of url.matchAll(/:(\w+)/g)) {
            const send = async (value: string) => {
              const there = await addressOf(url, { [name]: value });
              return method === 'POST'
                ? reader.visitor.post(there, { why: 'x', reason: 'x' })
                : reader.visitor.get(there);
            };
            const typed = (value: string) => withPurpose(() => send(value));
            await typeIn(
              attack,
              `${method} ${url} ${name}`,
              typed,
              reader.visitor,
              (value) => value !== '',
              1,
            );
          }
        }
      }),
    LONG,
  );

  it(
    'does nothing of its own in a query that no page has',
    () =>
      attacks(async (attack) => {
        const names = [
          'next',
          'return',
          'to',
          'on',
          'held',
          'way',
          'redirect',
          'page',
          'sort',
          'q',
          'done',
          'callback',
        ];
        const pages = world.bench.app
          .everyRoute()
          .filter(({ method, url, open }) => method === 'GET' && (!open || url.startsWith('/sign-in')));
        for (const { url, open } of some(pages)) {
          const visitor = open ? new Visitor(world.bench.app) : reader.visitor;
          const get = async (value: string) => {
            const all = new URLSearchParams(names.map((name): [string, string] => [name, value]));
            return visitor.get(`${await addressOf(url, open ? { token: 'x' } : {})}?${all}`);
          };
          await typeIn(
            attack,
            `GET ${url} with many queries`,
            (value) => withPurpose(() => get(value)),
            visitor,
          );
        }
      }),
    LONG,
  );

  it(
    'does nothing of its own in headers and cookies',
    () =>
      attacks(async (attack) => {
        for (const name of HEADERS) {
          const send = (value: string) =>
            new Visitor(world.bench.app).send({ url: '/sign-in', headers: { [name]: value } });
          await typeIn(attack, `header ${name}`, send, undefined, fitsHeader);
        }
        for (const name of ['upstander_session', 'upstander_form', 'upstander_question', '__proto__']) {
          const send = async (value: string) => {
            const headers = {
              cookie: `${name}=${encodeURIComponent(value)}; ${name}=${value.replaceAll(/[;\s]/g, '')}`,
            };
            const answer = await world.bench.app.inject({ url: '/signals', headers });
            expect(answer.headers.location).toMatch(/^\/sign-in(\?ended=1)?$/);
            return world.bench.app.inject({ url: '/sign-in', headers });
          };
          await typeIn(attack, `cookie ${name}`, send, undefined, fitsHeader);
        }
      }),
    LONG,
  );

  it(
    'gives no file but those of style and script, and no address that is spelled wrongly',
    () =>
      attacks(async (attack) => {
        const up = ['..', '%2e%2e', '%2e.', '..%2f..', '..%5c..', '%c0%ae%c0%ae', '..;', '....'];
        const files = ['server.ts', 'rooms.ts', 'package.json', '..%2fserver.ts', 'etc/passwd', 'page.njk'];
        const raw = [
          ...up.flatMap((step) =>
            files.flatMap((file) => [`/assets/${step}/${file}`, `/assets/${step}/${step}/${step}/${file}`]),
          ),
          '/assets//etc/passwd',
          '/assets/%00',
          '/assets/page.js%00.css',
          '/assets/',
          '/assets',
          '//zqx.invalid',
          '/%2f%2fzqx.invalid',
          '/%ff',
          '/officers/%ff',
          '/officers/%ed%a0%80',
          '/search?q=%ff',
          '/search?q=%ed%a0%80',
          '/search?q=%00',
          '/search?%00=1',
          '/search?q[]=x&q[a]=y',
          '/search?__proto__=x',
          '/%',
          '/officers/%',
          `/officers/${'a'.repeat(5000)}`,
          '/.git/config',
          '/.env',
          '/src/main.ts',
        ];
        for (const url of raw) {
          await attack('path traversal', url, async () => {
            const answer = await withPurpose(() => reader.visitor.get(url));
            expectPlain(answer);
            expect(answer.statusCode, answer.body.slice(0, 200)).toBeGreaterThanOrEqual(
              url.startsWith('/search?') ? 200 : 300,
            );
            expect(answer.body).not.toMatch(/import \{|"dependencies"|\{% extends/);
          });
        }
      }),
    LONG,
  );
});

it('and nothing of it has come to life in the stores', async () => {
  const { records } = world.bench.stores;
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = current_schema() and table_type = 'BASE TABLE'`.execute(records);
  expect(tables.rows.length).toBeGreaterThan(30);
  for (const { name } of tables.rows) {
    const found =
      await sql`select 1 from ${sql.table(name)} t where t::text like '%zqxinj%' or t::text like '%7006652%' limit 1`.execute(
        records,
      );
    expect(found.rows, name).toEqual([]);
  }
});
