import { sql } from 'kysely';
import { saveCandidates } from '../../src/encounters/mining/mined.store.ts';
import { candidatePaths } from '../../src/encounters/mining/path.ts';
import { named, sealed } from '../../src/stores/vault/sealed.ts';
import { nameable } from '../../src/trust/matter/matter.store.ts';
import { OFFENDER, PERSON } from '../journeys/fauxham.ts';
import type { Reader, World } from './open-world.ts';

let made = 0;
const fresh = (what: string) => `${what} ${++made}`;
const lastOf = (location: unknown) => String(location).split('?')[0]?.split('/').at(-1) ?? '';

/** A matter of the offender; `member` may see it. */
export async function matter(world: World, member: Reader | undefined, closed = false): Promise<string> {
  const { another } = world;
  const answer = await another.post('/matters', {
    signal: world.signals[0] ?? '',
    title: fresh('Operation Mock'),
  });
  const id = lastOf(answer.headers.location);
  if (member !== undefined) await another.post(`/matters/${id}/members`, { add: member.accountId });
  if (closed) await another.post(`/matters/${id}/close`, { why: 'Done' });
  return id;
}

/** A request for names that waits, by an analyst. */
export async function request(world: World): Promise<string> {
  await world.anotherAnalyst.get(`/signals/${world.signals[0]}`);
  await world.anotherAnalyst.post('/names', { necessity: fresh('Necessary'), proportionality: 'Yes' });
  return world.one(
    sql`select unmasking_id as id from unmasking order by asked_at desc, unmasking_id desc limit 1`,
  );
}

/** Glass that an analyst has broken. */
export async function glass(world: World): Promise<string> {
  await world.anotherAnalyst.post('/break-glass', { reason: fresh('At her door') });
  return world.one(
    sql`select glass_id as id from broken_glass order by broken_at desc, glass_id desc limit 1`,
  );
}

/** A targeted authority on an officer, in force; `member` works under it, if somebody of their roles can. */
export async function grant(world: World, member: Reader | undefined): Promise<string> {
  const { another } = world;
  const can = (await nameable(world.bench.stores.records)).some((one) => one.accountId === member?.accountId);
  const other = sql<{
    id: string;
  }>`select account_id as id from account where name = ${named('Another Analyst Mock')}`;
  const members = can && member ? member.accountId : await world.one(other);
  const answer = await another.post('/authorities', {
    officer: 'E-5006',
    necessity: fresh('n'),
    proportionality: 'p',
    collateral: 'c',
    grade: 'Superintendent',
    days: '20',
    members,
  });
  if (answer.statusCode !== 303) throw new Error(`no authority: ${answer.statusCode}`);
  return world.one(
    sql`select authority_id as id from targeted_authority order by granted_at desc, authority_id desc limit 1`,
  );
}

/** An authority for monitoring. */
export async function monitoring(world: World): Promise<string> {
  const title = fresh('Calls');
  const words = { what: 'w', legal_basis: 'l', purpose: 'p', told_how: 't', indicators: 'contact-volume' };
  await world.another.post('/monitoring', {
    title,
    ...words,
    begins_on: '2021-01-01',
    review_on: '2090-01-01',
  });
  return title.toLowerCase().replaceAll(' ', '-');
}

/** An account of somebody else. */
export async function account(world: World): Promise<string> {
  const answer = await world.another.post('/accounts', { name: fresh('Other Mock'), roles: 'supervisor' });
  return lastOf(answer.headers.location);
}

/** A way in that waits for a second person. */
export async function accountRequest(world: World): Promise<string> {
  const id = await account(world);
  await world.another.post(`/accounts/${id}/way-in`, { reason: 'New here' });
  return world.one(sql`select request_id as id from account_request where account_id = ${id}`);
}

/** Refuses it, as somebody else would. */
export const refused = (world: World, id: string) =>
  world.run(
    sql`update account_request set decision = 'refused', decided_at = now() where request_id = ${id}`,
  );

/** A passkey that an account holds. */
export async function passkey(world: World, accountId: string): Promise<string> {
  const id = fresh('key').replace(' ', '-');
  await world.run(sql`insert into passkey (credential_id, account_id, public_key, counter, name, backed_up, created_at)
    values (${id}, ${accountId}, '\\x00', 0, ${sealed('passkey.name', id, 'A key')}, false, now())`);
  return id;
}

/** Something mined that waits for a decision. */
export async function mined(world: World): Promise<void> {
  const held = { looks: 100, held: 10 };
  const candidate = {
    path: candidatePaths()[0]?.id ?? '',
    words: 'an invented way',
    first: { real: held, fake: held },
    bare: held,
    support: 0.1,
    lift: 3,
    least: 2,
    most: 4,
    verdict: 'earned',
  } as const;
  await saveCandidates(world.bench.stores.records, {
    run_id: Number(await world.one(sql`select run_id::text as id from current_run`)),
    at: world.bench.clock(),
    by: 'test',
    candidates: [{ ...candidate, examples: [] }],
  });
}

/** Purposes a reader may have stated: `in force` is triage of the first signal. */
export const PURPOSES = [
  'none',
  'in force',
  'ended',
  'run out',
  'glass broken',
  'another officer’s authority',
] as const;
export type Stated = (typeof PURPOSES)[number];

/** Gives a reader a purpose, in the place of the one before. */
export async function state(world: World, reader: Reader, stated: Stated): Promise<void> {
  const { accountId, visitor } = reader;
  await world.run(
    sql`update purpose set ended_at = now() where account_id = ${accountId} and ended_at is null`,
  );
  if (stated === 'none') return;
  if (stated === 'glass broken') {
    await visitor.post('/break-glass', { reason: 'He is at her door' });
    return;
  }
  if (stated === 'another officer’s authority') {
    const id = await grant(world, reader);
    await visitor.post('/purpose', { purpose: `authority ${id}` });
    return;
  }
  const id = `${accountId.slice(0, 18)}${Math.random().toString(36).slice(2, 10)}`;
  const words = sealed('purpose.words', id, 'Triage of a signal: mock', 'purposes');
  const about = world.bench.addresses.opened(world.signals[0] ?? '');
  await world.run(sql`insert into purpose (purpose_id, account_id, kind, about, words, began_at, ends_at, ended_at)
    values (${id}, ${accountId}, 'triage', ${about}, ${words},
      now() - interval '2 hours', now() + ${stated === 'run out' ? '-1 minute' : '2 hours'}::interval,
      ${stated === 'ended' ? new Date() : null})`);
  await world.run(sql`insert into purpose_subject (purpose_id, kind, subject_id, why, added_at) values
    (${id}, 'officer', ${OFFENDER}, 'Of the signal', now()), (${id}, 'person', ${PERSON}, 'Of the signal', now())`);
}
