import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../../tests/support/stores.ts';
import { newIdentifier } from '../../kernel/identifier.ts';
import { named } from '../../stores/vault/sealed.ts';
import { accountRecords } from '../../trust/gate/account-records.ts';
import type { Role } from '../../trust/roles.ts';
import type { Session } from '../../trust/session.ts';
import {
  agreeToShare,
  disseminate,
  logOf,
  type Moving,
  moveLog,
  originalOf,
  sanitisedOf,
  saveDraft,
} from './log.store.ts';
import type { Draft, LogAct, LogState } from './log.ts';

let stores: TestStores;
const NOW = new Date('2026-06-01T12:00:00Z');
const records = (who: string) => accountRecords(stores.records, { accountId: who, at: NOW });
const session = (who: string) => ({ accountId: who, name: who, sessionId: who }) as Session;

beforeAll(async () => {
  stores = await openTestStores();
  const accounts: [string, Role][] = [
    ['ana', 'analyst'],
    ['max', 'intelligence_manager'],
    ['una', 'ccu_head'],
    ['kim', 'ccu_head'],
  ];
  for (const [id, role] of accounts)
    await sql`insert into account (account_id, name, roles, created_at, changed_at)
      values (${id}, ${named(id)}, ${[role]}, ${NOW}, ${NOW})`.execute(stores.records);
});
afterAll(() => stores?.close());

const paragraph = (number: number, more: object = {}) => ({
  number,
  text: `Paragraph ${number}`,
  source: '2' as const,
  assessment: 'C' as const,
  handling: 'P' as const,
  conditions: [],
  audiences: [],
  corroboration: '',
  ...more,
});
const DRAFT: Draft = {
  title: 'An invented log',
  provenance: 'complaint',
  sourceDetail: 'An invented letter',
  from: '2026-03-01',
  to: '',
  paragraphs: [paragraph(1), paragraph(2, { handling: 'C', conditions: ['S2'], audiences: ['this force'] })],
};
const save = (who: string, id: string) =>
  saveDraft(records(who), session(who), NOW, id, DRAFT, {
    matterId: null,
    signalId: null,
    officers: [],
    people: [],
  });
const act = (who: string, id: string, name: LogAct, was: LogState, more: Partial<Moving> = {}) =>
  moveLog(records(who), session(who), NOW, id, { act: name, was, ...more });
const SHARED = { sanitised: [1, 2].map((number) => ({ number, text: `Shared ${number}` })) };
const KEPT = { group: '3', reviewOn: '2032-06-01' } as const;

async function submitted(author = 'ana'): Promise<string> {
  const id = newIdentifier();
  expect(await save(author, id)).toBe(true);
  expect(await act(author, id, 'submit', 'draft')).toBe(true);
  return id;
}
async function live(): Promise<string> {
  const id = await submitted();
  expect(await act('max', id, 'sanitise', 'submitted', SHARED)).toBe(true);
  expect(await act('una', id, 'pass', 'sanitised', KEPT)).toBe(true);
  return id;
}

describe('the database', () => {
  it('lets nobody but its author write or submit a draft', async () => {
    const id = newIdentifier();
    expect(await save('ana', id)).toBe(true);
    expect(await save('max', id)).toBe(false);
    expect(await act('max', id, 'submit', 'draft')).toBe(false);
    expect(await act('ana', id, 'submit', 'draft')).toBe(true);
    expect(await save('ana', id)).toBe(false);
  });

  it('lets neither maker nor author check the sanitised version, nor anybody without the role', async () => {
    const id = await submitted('kim');
    expect(await act('ana', id, 'sanitise', 'submitted', SHARED)).toBe(false);
    expect(await act('max', id, 'sanitise', 'submitted', SHARED)).toBe(true);
    for (const who of ['max', 'kim', 'ana'])
      expect(await act(who, id, 'pass', 'sanitised', KEPT), who).toBe(false);
    expect((await logOf(records('kim'), id))?.state).toBe('sanitised');
    expect(await act('una', id, 'pass', 'sanitised', KEPT)).toBe(true);
    expect(await originalOf(records('ana'), id)).toBeUndefined();
    expect((await sanitisedOf(records('ana'), id)).map(({ text }) => text)).toEqual(['Shared 1', 'Shared 2']);
  });

  it('does no act to a log that is in another state than was thought', async () => {
    const id = await live();
    for (const [name, was] of [
      ['sanitise', 'submitted'],
      ['pass', 'sanitised'],
      ['reopen', 'closed'],
    ] as const)
      expect(await act('kim', id, name, was, KEPT), name).toBe(false);
    expect((await logOf(records('kim'), id))?.state).toBe('live');
  });

  it('writes down no sharing that the handling forbids, whatever a page has let through', async () => {
    const id = await live();
    const share = (audience: string, paragraphs: number[], who = 'una') =>
      disseminate(records(who), session(who), NOW, id, {
        audience,
        recipient: 'Somebody',
        purpose: 'To act',
        paragraphs,
      });
    expect(await share('partners', [1])).toBe(true);
    expect(await share('partners', [1], 'ana')).toBe(false);
    expect(await share('partners', [1, 2])).toBe(false);
    expect(await share('abroad', [1])).toBe(false);
    expect(await share('this force', [2])).toBe(false);
    expect(await share('this force', [3])).toBe(false);
    expect(await agreeToShare(records('una'), session('una'), NOW, id)).toBe(false);
    expect(await agreeToShare(records('ana'), session('ana'), NOW, id)).toBe(true);
    expect(await share('this force', [2])).toBe(true);
  });
});
