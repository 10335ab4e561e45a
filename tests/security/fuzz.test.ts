import fc from 'fast-check';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES } from '../../src/trust/roles.ts';
import { createScimToken } from '../../src/trust/scim/token.ts';
import { type Attack, attacks, LONG, THOROUGH } from '../support/attacks.ts';
import { CORPUS, expectPlain } from '../support/corpus.ts';
import { discover, type Field, type Form, filledIn, type Inputs } from '../support/forms.ts';
import { state } from '../support/make-things.ts';
import { openWorld, type Reader, type World } from '../support/open-world.ts';
import { filled, situationsOf } from '../support/things.ts';
import { Visitor } from '../support/workbench.ts';
import { changed, written } from '../support/written.ts';

const FAMILY = 'bad input made from the forms (fuzz)';
/** The same in every `npm test`, another in every `npm run security`; a test that fails says which. */
const SEED = Number(process.env.SEED ?? (THOROUGH ? Date.now() % 2 ** 31 : 20));
const TIMES = THOROUGH ? 40 : 2;

let world: World;
let reader: Reader;
let inputs: Inputs;
beforeAll(async () => {
  process.stdout.write(`Seed of what is generated: ${SEED}\n`);
  world = await openWorld();
  reader = await world.reader(ROLES);
  await state(world, reader, 'in force');
  inputs = await discover(world, reader);
}, LONG);
afterAll(() => world?.close());

const typed: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 2, arbitrary: fc.constantFrom(...Object.values(CORPUS).flat()) },
  { weight: 1, arbitrary: fc.oneof(fc.bigInt(), fc.double(), fc.date({ noInvalidDate: true })).map(String) },
  { weight: 1, arbitrary: fc.integer({ min: 3990, max: 5000 }).map((length) => 'x'.repeat(length)) },
);

/** What may come as a field of a form: mostly what the form offers, or something of its kind, or anything. */
function fieldOf({ values }: Field, usual: string): fc.Arbitrary<string | string[]> {
  const offered = fc.constantFrom(usual, ...values);
  return fc.oneof(
    { weight: 6, arbitrary: offered },
    { weight: 4, arbitrary: typed },
    { weight: 1, arbitrary: fc.array(fc.oneof(offered, typed), { maxLength: 4 }) },
  );
}

function bodyOf(form: Form): fc.Arbitrary<[string, string][]> {
  const usual = filledIn(form);
  const own = Object.fromEntries(
    form.fields.map((field) => [field.name, fieldOf(field, usual[field.name] ?? '')]),
  );
  const more = fc.dictionary(
    fc.constantFrom('account_id', 'roles', 'granted', 'decided_by', 'matter_id', 'x[y]'),
    typed,
    { maxKeys: 2 },
  );
  return fc
    .tuple(fc.record(own, { requiredKeys: [] }), more)
    .map(([fields, others]) =>
      Object.entries({ ...others, ...fields }).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, String(one)]),
      ),
    );
}

/** A draft is kept whatever it lacks: what is refused is that it be submitted. */
const KEEPS = /^POST \/intelligence\/logs\/:id\/edit /;

/** Refused means that nothing was written; written means that the log tells of it. Nothing of it may be a fault. */
async function held(
  attack: Attack,
  attacked: string,
  send: () => Promise<LightMyRequestResponse>,
  plain = expectPlain,
) {
  const { records } = world.bench.stores;
  await attack(FAMILY, `${attacked} (seed ${SEED})`, async () => {
    const before = await written(records);
    const answer = await send();
    plain(answer, [reader.visitor.cookies.upstander_session ?? 'none']);
    const after = await written(records);
    const what = changed(before, after);
    if (answer.statusCode >= 400 && !KEEPS.test(attacked))
      expect(what, `refused with ${answer.statusCode}, and yet written`).toEqual([]);
    if (what.length > 0)
      expect(after.log, `written without a word in the log: ${what}`).toBeGreaterThan(before.log);
  });
}

const shown = (value: unknown) => JSON.stringify(value).slice(0, 160);

describe('whatever is sent', () => {
  it(
    'in a form or a query is either done whole, with an entry in the log, or not at all',
    () =>
      attacks(async (attack) => {
        for (const form of inputs.forms.filter(
          ({ url, fields }) => url !== '/sign-out' && fields.length > 0,
        )) {
          for (const body of fc.sample(bodyOf(form), { numRuns: TIMES, seed: SEED })) {
            const [one] = situationsOf(form.url) ?? [];
            const there = filled(form.url, one === undefined ? {} : await one.make(world, reader));
            if (form.url.startsWith('/signals/') || THOROUGH) await state(world, reader, 'in force');
            const fields = new URLSearchParams(body);
            const send = () =>
              form.method === 'GET'
                ? reader.visitor.get(`${there}?${fields}`)
                : reader.visitor.send({
                    method: 'POST',
                    url: there,
                    headers: { 'content-type': 'application/x-www-form-urlencoded' },
                    payload: `_csrf=${encodeURIComponent(reader.visitor.token)}&${fields}`,
                  });
            await held(attack, `${form.method} ${form.url} ${shown(body)}`, send);
          }
        }
      }),
    LONG,
  );

  it(
    'by a script is the same',
    () =>
      attacks(async (attack) => {
        const text = fc.oneof(typed, fc.jsonValue({ maxDepth: 3 }));
        const body = fc.record(
          {
            name: text,
            on: text,
            way: text,
            response: fc.oneof(
              text,
              fc.record(
                {
                  id: text,
                  rawId: text,
                  type: text,
                  clientExtensionResults: text,
                  response: fc.oneof(
                    text,
                    fc.record(
                      {
                        clientDataJSON: text,
                        attestationObject: text,
                        authenticatorData: text,
                        signature: text,
                        userHandle: text,
                      },
                      { requiredKeys: [] },
                    ),
                  ),
                },
                { requiredKeys: [] },
              ),
            ),
          },
          { requiredKeys: [] },
        );
        for (const { method, url, open, takes } of world.bench.app.everyRoute()) {
          if (method !== 'POST' || takes !== 'script') continue;
          const visitor = open ? new Visitor(world.bench.app) : reader.visitor;
          for (const one of fc.sample(body, { numRuns: TIMES * 2, seed: SEED })) {
            await visitor.get(open ? '/sign-in' : '/account');
            // With a question of its own, so that what is sent is looked at.
            if (!url.endsWith('/options'))
              await visitor.send({
                method: 'POST',
                url: `${url}/options`,
                payload: { _csrf: visitor.token },
              });
            await held(attack, `POST ${url} ${shown(one)}`, () =>
              visitor.send({ method: 'POST', url, payload: { ...one, _csrf: visitor.token } }),
            );
          }
        }
      }),
    LONG,
  );

  it(
    'by a directory is the same',
    () =>
      attacks(async (attack) => {
        const token = await createScimToken(world.bench.stores.records, 'fuzz', world.bench.clock());
        const visitor = new Visitor(world.bench.app);
        const ask = (method: 'POST' | 'PATCH' | 'PUT', url: string, body: unknown) =>
          visitor.send({
            method,
            url: `/scim/v2${url}`,
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/scim+json' },
            payload: JSON.stringify(body),
          });
        const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
        const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
        const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
        const text = fc.oneof(
          { weight: 3, arbitrary: typed },
          { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
        );
        const [id, group] = [
          (await ask('POST', '/Users', { schemas: [USER], userName: 'fuzz.mock' })).json().id,
          (await ask('POST', '/Groups', { schemas: [GROUP], displayName: 'Fuzz' })).json().id,
        ];
        const user = fc.record(
          {
            schemas: fc.constant([USER]),
            userName: text,
            displayName: text,
            externalId: text,
            active: fc.oneof(fc.boolean(), text),
            name: text,
            emails: fc.oneof(text, fc.array(fc.record({ value: text, primary: text }))),
            roles: text,
            groups: text,
            id: text,
            meta: text,
            password: text,
          },
          { requiredKeys: ['schemas'] },
        );
        const team = fc.record(
          {
            schemas: fc.constant([GROUP]),
            displayName: text,
            externalId: text,
            members: fc.oneof(text, fc.array(fc.record({ value: fc.oneof(fc.constant(id), text) }))),
          },
          { requiredKeys: ['schemas'] },
        );
        const change = fc.record({
          schemas: fc.constant([PATCH]),
          Operations: fc.oneof(
            text,
            fc.array(
              fc.record(
                {
                  op: fc.oneof(fc.constantFrom('add', 'replace', 'remove', 'Replace'), text),
                  path: fc.oneof(
                    fc.constantFrom(
                      'userName',
                      'active',
                      'members',
                      'members[value eq "x"]',
                      'name.familyName',
                      'emails[type eq "work"].value',
                    ),
                    text,
                  ),
                  value: text,
                },
                { requiredKeys: ['op'] },
              ),
              { maxLength: 3 },
            ),
          ),
        });
        const ways = [
          ['POST', '/Users', user],
          ['PUT', `/Users/${id}`, user],
          ['PATCH', `/Users/${id}`, change],
          ['POST', '/Groups', team],
          ['PUT', `/Groups/${group}`, team],
          ['PATCH', `/Groups/${group}`, change],
        ] as const;
        for (const [method, url, body] of ways) {
          for (const one of fc.sample(body as fc.Arbitrary<unknown>, { numRuns: TIMES * 3, seed: SEED })) {
            await held(
              attack,
              `${method} ${url} ${shown(one)}`,
              () => ask(method, url, one),
              (answer) => {
                expect(answer.statusCode, answer.body.slice(0, 300)).toBeLessThan(500);
                expect(answer.body).not.toContain(token);
              },
            );
          }
        }
      }),
    LONG,
  );
});
