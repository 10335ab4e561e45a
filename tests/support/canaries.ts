import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import type { Upstander } from '../../src/compose.ts';
import { type Indicator, readIndicators } from '../../src/detection/indicator.ts';
import { decideAbout, letChangedWait } from '../../src/detection/release.store.ts';
import { saveRun } from '../../src/detection/run.ts';
import { recordVerdict } from '../../src/detection/verdicts.ts';
import { discardRow, listQuarantine } from '../../src/extract/quarantine.ts';
import { releaseRow } from '../../src/extract/release.ts';
import { createAccount } from '../../src/trust/account.ts';
import { askForAccount } from '../../src/trust/account-request.ts';
import { endAuthority, enterAuthority } from '../../src/trust/authority/authority.store.ts';
import { cancelTargeted, grantTargeted } from '../../src/trust/authority/targeted.store.ts';
import { accountRecords } from '../../src/trust/gate/account-records.ts';
import { holdForm } from '../../src/trust/held-form.ts';
import { look } from '../../src/trust/look.ts';
import { changeMatter, openMatter } from '../../src/trust/matter/matter.store.ts';
import { renamePasskey } from '../../src/trust/passkey.ts';
import {
  askForNames,
  breakGlass,
  brokenGlass,
  decideUnmasking,
  reviewGlass,
  unmaskings,
} from '../../src/trust/purpose/names.store.ts';
import { beginPurpose, currentPurpose } from '../../src/trust/purpose/purpose.store.ts';
import type { Role } from '../../src/trust/roles.ts';
import { writeUser } from '../../src/trust/scim/users.ts';
import { openSession, type Session } from '../../src/trust/session.ts';

/** Every canary: a word that stands nowhere else, for one thing that somebody imports or types. */
export const canaries: string[] = [];
/** What all of them look like, in any letters. */
export const CANARY = /canary[a-z]+zq\d+x|7700900\d{3}|51\.7654/gi;

/** A word to look for in raw files. Upper and lower case, so that it survives being searched or sorted. */
function canary(what: string): string {
  const word = `Canary${what}Zq${canaries.length}x`;
  canaries.push(word);
  return word;
}

/** A phone number of the range kept for drama, to look for. */
function number(last: string): string {
  canaries.push(`7700900${last}`);
  return `07700900${last}`;
}

/** Fills an installation with canaries by the same functions that imports, pages and commands use. */
export async function fillWithCanaries(upstander: Upstander, folder: string, at: Date): Promise<void> {
  await importThem(upstander, folder);
  const head = await somebody(upstander, canary('HeadName'), ['ccu_head', 'analyst'], at);
  const second = await somebody(upstander, canary('SecondName'), ['ccu_head', 'administrator'], at);
  await decideThem(upstander, head, at);
  await aboutMatters(upstander, head, second, at);
  await aboutAuthorities(upstander, head, second, at);
  await aboutAccounts(upstander, head, second, at);
}

async function importThem(upstander: Upstander, folder: string): Promise<void> {
  const write = (name: string, ...lines: string[]) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`);
  };
  write(
    'officers.csv',
    'officer_id,collar_number,name,kind,joined_on,home_lat,home_lon',
    `E1,${canary('Collar')},${canary('OfficerName')},officer,2010-01-01,51.7654321,-1.2345678`,
  );
  canaries.push('51.7654,-1.2346');
  write(
    'people.csv',
    'person_id,name,date_of_birth',
    `P1,${canary('PersonName')},1990-01-02`,
    'P2,x,not-a-day',
  );
  write('person_phones.csv', 'person_id,number', `P1,${number('123')}`);
  write(
    'accesses.csv',
    'event_id,at,officer_id,system,action,record_kind,record_id,person_id,reference,reason,terminal',
    `a1,2026-03-01T10:00:00Z,E1,pnc,view,person,${canary('RecordId')},P1,${canary('Reference')},${canary('Reason')},${canary('Terminal')}`,
  );
  write(
    `messages/${canary('FileName')}.csv`,
    'event_id,at,number,other_number,channel,direction,text',
    `m1,2026-03-01T11:00:00Z,${number('456')},${number('123')},sms,out,"${canary('MessageText')}"`,
    `m2,${canary('BadTime')},${number('789')},,sms,out,"${canary('QuarantinedText')}"`,
    `m3,${canary('OtherBadTime')},${number('789')},,sms,out,"${canary('DiscardedText')}"`,
  );
  await upstander.takeIn([folder], { by: canary('ImporterName') });
  await upstander.detect({ asOf: null, by: canary('DetectorName') });
}

async function somebody({ records }: Upstander, name: string, roles: Role[], at: Date): Promise<Session> {
  const accountId = await createAccount(records, { name, roles: ['analyst'], officerId: null }, at);
  await sql`update account set roles = ${roles} where account_id = ${accountId}`.execute(records);
  await openSession(records, { accountId, method: 'passkey', browser: canary('Browser') }, at);
  const { rows } = await sql<{ id: string }>`select session_id as id from session
    where account_id = ${accountId}`.execute(records);
  return { sessionId: rows[0]?.id ?? '', accountId, name, roles, officerId: null, steppedUpAt: at };
}

async function decideThem(upstander: Upstander, head: Session, at: Date): Promise<void> {
  const { records, events, clock, workFolder } = upstander;
  const stores = { records, events };
  const { rows } = await listQuarantine(stores, {}, { offset: 0, limit: 10 });
  const of = (text: string) =>
    rows.find((row) => JSON.stringify(row.row).includes(text))?.quarantine_id ?? '';
  const by = { by: head.name, clock };
  await discardRow(stores, of('DiscardedText'), canary('DiscardReason'), by);
  const repaired = { at: '2026-03-02T10:00:00Z', text: canary('RepairedText') };
  await releaseRow(stores, of('QuarantinedText'), repaired, canary('RepairReason'), { ...by, workFolder });
  await saveRun(records, {
    by: head.name,
    run_id: 900,
    as_of: null,
    horizon: at,
    started_at: at,
    ended_at: at,
    world: '',
    stored: '',
    settings: {},
    signals: [
      {
        signal_id: 'a'.repeat(32),
        indicator: 'contact-volume',
        officer_id: 'E1',
        person_id: 'P1',
        first_at: at,
        last_at: at,
        raised_at: at,
        score: 0.5,
        encounters: 1,
        evidence: ['00'],
        claims: ['00'],
        text: `${canary('SignalSentence')} made many calls`,
        facts: { words: canary('SignalFact') },
      },
    ],
    outcomes: [
      {
        indicator: readIndicators()[0] as Indicator,
        state: 'shadow',
        failure: null,
        signals: [
          {
            signal_id: 'b'.repeat(32),
            indicator: 'contact-volume',
            officer_id: 'E1',
            person_id: 'P1',
            first_at: at,
            last_at: at,
            raised_at: at,
            score: 0.5,
            encounters: 1,
            evidence: ['00'],
            claims: ['00'],
            text: `${canary('ShadowSentence')} made many calls`,
            facts: { words: canary('ShadowFact') },
          },
        ],
      },
    ],
    risk: [
      {
        officer_id: 'E1',
        rank: 1,
        score: 1,
        band: 'low',
        signals: 1,
        people: 1,
        top_indicators: ['contact-volume'],
        contributions: [],
      },
    ],
    titles: new Map(),
    circles: [],
  });
  const [indicator] = readIndicators() as [Indicator];
  const reason = canary('IndicatorReason');
  await decideAbout(records, head, at, { indicator, state: 'shadow', reason });
  await letChangedWait(records, head, at, { wait: true, reason: canary('WaitReason'), indicators: [] });
  await recordVerdict(records, {
    signalId: 'a'.repeat(32),
    decidedBy: head.name,
    verdict: 'refer',
    reason: canary('VerdictReason'),
    clock: () => at,
  });
  await look(records, head, at, async () => ({
    value: undefined,
    look: {
      action: 'view',
      what: 'a page',
      officerId: 'E1',
      why: canary('LookWhy'),
      more: { words: canary('LookMore') },
    },
  }));
}

async function aboutMatters({ records }: Upstander, head: Session, second: Session, at: Date): Promise<void> {
  const seen = accountRecords(records, { accountId: head.accountId, at });
  const wanted = { title: canary('MatterTitle'), signalId: null, officers: ['E1'], people: ['P1'] };
  const matter = await openMatter(seen, head, at, wanted);
  if (matter === undefined) throw new Error('the matter was not opened');
  await beginPurpose(records, head, at, { kind: 'matter', about: matter, words: canary('PurposeWords') });
  const purpose = await currentPurpose(records, head.accountId, at);
  if (purpose === undefined) throw new Error('no purpose was begun');
  const words = { necessity: canary('Necessity'), proportionality: canary('Proportionality') };
  await askForNames(records, head, at, purpose, words);
  const [request] = await unmaskings(records, 'own', head.accountId, at);
  const decision = { granted: true, why: canary('DecisionWhy') };
  await decideUnmasking(records, second, at, request?.unmaskingId ?? '', decision);
  await breakGlass(records, head, at, canary('GlassReason'));
  const [glass] = await brokenGlass(records);
  await reviewGlass(records, second, at, glass?.glassId ?? '', {
    wasRight: true,
    words: canary('GlassReview'),
  });
  await changeMatter(seen, head, at, matter, { close: canary('ClosedWhy') });
}

async function aboutAuthorities(
  { records }: Upstander,
  head: Session,
  second: Session,
  at: Date,
): Promise<void> {
  await enterAuthority(records, head, at, {
    authority_id: 'of-canaries',
    title: canary('AuthorityTitle'),
    what: canary('AuthorityWhat'),
    legal_basis: canary('LegalBasis'),
    purpose: canary('AuthorityPurpose'),
    indicators: ['contact-volume'],
    told_how: canary('ToldHow'),
    begins_on: '2026-01-01',
    review_on: '2026-12-01',
  });
  await endAuthority(records, head, at, 'of-canaries', canary('EndedWhy'));
  const seen = accountRecords(records, { accountId: head.accountId, at });
  const days = (n: number) => new Date(at.getTime() + n * 86_400_000);
  const granted = await grantTargeted(seen, head, at, {
    officerId: 'E1',
    urgent: false,
    grade: 'Superintendent',
    necessity: canary('GrantNecessity'),
    proportionality: canary('GrantProportionality'),
    collateral: canary('Collateral'),
    beginsAt: at,
    endsAt: days(30),
    reviewAt: days(7),
    members: [second.accountId],
  });
  if (granted === undefined) throw new Error('the authority was not granted');
  await cancelTargeted(seen, head, at, granted, canary('CancelledWhy'));
}

async function aboutAccounts(upstander: Upstander, head: Session, second: Session, at: Date): Promise<void> {
  const { records, identity } = upstander;
  const { accountId } = head;
  const asked = { accountId: second.accountId, kind: 'way_in' as const, askedBy: accountId };
  await askForAccount(records, { ...asked, reason: canary('RequestReason') }, at);
  await holdForm(records, head.sessionId, { action: '/x', fields: { why: [canary('HeldForm')] } }, at);
  await sql`insert into passkey (credential_id, account_id, public_key, counter, name, backed_up, created_at)
    values ('cred', ${accountId}, '', 0, '', false, ${at})`.execute(records);
  await renamePasskey(records, accountId, 'cred', canary('PasskeyName'));
  await writeUser({ records, identity, now: at, directory: 'the directory' }, undefined, {
    userName: canary('UserName'),
    externalId: canary('ExternalId'),
    displayName: canary('DisplayName'),
    emails: [{ value: `${canary('Email')}@invented.example`, primary: true }],
  });
}
