import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ensureRiskSeen } from '../detection/risk-seen.ts';
import { currentRun, type Run } from '../detection/runs.ts';
import { localDay } from '../kernel/local-time.ts';
import type { Records } from '../stores/records/records.ts';
import { registered, reviewsOverdue } from '../trust/authority/authority.store.ts';
import { hiddenFrom } from '../trust/circle/circle.store.ts';
import type { Circle } from '../trust/circle/circle.ts';
import { accountRecords } from '../trust/gate/account-records.ts';
import { type EventsGate, gate } from '../trust/gate/events-gate.ts';
import { matterOf } from '../trust/matter/matter.store.ts';
import { may } from '../trust/policy/may.ts';
import { ruleOf } from '../trust/policy/table.ts';
import { installationKey } from '../trust/pseudonym/key.ts';
import { Mask } from '../trust/pseudonym/mask.ts';
import { namesGranted, waitingGlass } from '../trust/purpose/names.store.ts';
import { currentPurpose, type Purpose } from '../trust/purpose/purpose.store.ts';
import { reachNow } from '../trust/purpose/reach.store.ts';
import { NOBODY, opens, type Reach } from '../trust/purpose/reach.ts';
import type { Session } from '../trust/session.ts';
import { Addresses } from './addresses.ts';
import { signedIn } from './door.ts';
import type { WebServices } from './services.ts';

/** Why this reader sees names, or that they do not. */
export type Names = 'by role' | 'granted' | 'broken glass' | 'pseudonyms';

/** Records and events in one scope. */
export interface Scope {
  /** Records under row-level security, with the reader's account; with pseudonyms where the reader works on them. */
  records: Records;
  /** Records with identifiers as they are, under the same row-level security: to begin a purpose or a matter. */
  unmasked: Records;
  /** Events through the gate. */
  events: EventsGate;
}

/** The stores as one reader sees them: pages about officers and people get nothing else. Of these, what the purpose opens. */
export interface View extends Scope {
  session: Session;
  /** Everybody but the reader's circle, for lists: the queue, a search for a matter, what one is asked to decide. */
  lists: Scope;
  /** Whom the purpose in force opens. */
  reach: Reach;
  /** Of whom the reader must learn nothing. */
  hidden: Circle;
  /** The run that is shown; undefined before the first, and while the reader's circle is not that of the current one. */
  run: Run | undefined;
  /** When the request came in. */
  at: Date;
  purpose: Purpose | undefined;
  names: Names;
  /** The pseudonyms of the purpose in force; undefined for readers who see names. */
  mask: Mask | undefined;
  /** Pseudonyms of another scope: the queue and files show each signal under its own. */
  maskOf(scope: { kind: Purpose['kind']; about: string }): Mask;
  /** References of signals and encounters. */
  addresses: Addresses;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The stores as the reader may see them. The same for the whole of a request, unless `again`. */
    view(again?: 'again'): Promise<View>;
    /** Why the reader looks; undefined before anybody has asked. */
    purpose: Purpose | undefined;
    names: Names | undefined;
    /** Authorities for monitoring whose review is overdue, for readers who may enter the next version. */
    reviews: ReturnType<typeof reviewsOverdue>;
    /** Broken glass that waits for this reader's review. */
    alarms: { waiting: number; overdue: number } | undefined;
  }
}

/** The page shows officers or people, and no purpose is in force that opens them, should they exist. */
export class PurposeNeeded extends Error {}

const kept = new WeakMap<FastifyRequest, Promise<View>>();

/** Gives every request its view, and lets nobody look at an officer or a person without a purpose. */
export function views(app: FastifyInstance, services: WebServices): void {
  const addresses = new Addresses(services.home);
  const key = installationKey(services.home);
  app.decorateRequest('purpose', undefined);
  app.decorateRequest('names', undefined);
  app.decorateRequest('alarms', undefined);
  app.decorateRequest('reviews');
  app.decorateRequest('view', function view(this: FastifyRequest, again?: 'again'): Promise<View> {
    const before = again === undefined ? kept.get(this) : undefined;
    if (before !== undefined) return before;
    const made = makeView(this, services, key, addresses);
    kept.set(this, made);
    return made;
  });
  app.addHook('preHandler', async (request) => {
    const { action } = request.routeOptions.config;
    const { session } = request;
    if (session === null || request.is404 || action === undefined) return;
    if (may(session, 'review broken glass')) {
      request.alarms = await waitingGlass(services.records, session.accountId, request.arrivedAt);
    }
    if (may(session, 'put monitoring in force')) {
      const { arrivedAt } = request;
      request.reviews = reviewsOverdue(await registered(services.records), localDay(arrivedAt));
    }
    if (!LOOKING.includes(ruleOf(action).room)) return;
    const { purpose, mask, reach } = await request.view();
    if (!ruleOf(action).purpose) return;
    if (purpose === undefined) throw new PurposeNeeded();
    const asked = whomAsked(request, mask);
    if (!opens(reach, asked)) throw new PurposeNeeded();
  });
}

const LOOKING: readonly string[] = [
  'Signals',
  'Officers and people',
  'Names and purposes',
  'Matters',
  'Intelligence',
];

/**
 * The officer and person of the address. Who works on pseudonyms asks by pseudonyms: a true identifier is as one that does not
 * exist.
 */
export function whomAsked(
  request: FastifyRequest,
  mask: Mask | undefined,
): { officer: string | undefined; person: string | undefined } {
  const params = request.params as Record<string, string | undefined>;
  const id = (text: string | undefined) =>
    text === undefined || mask === undefined ? text : (mask.identifier(text) ?? '');
  return { officer: id(params.officer), person: id(params.person) };
}

async function makeView(
  request: FastifyRequest,
  services: WebServices,
  key: Buffer,
  addresses: Addresses,
): Promise<View> {
  const session = signedIn(request);
  const { records } = services;
  const at = request.arrivedAt;
  const [run, hidden, stated] = await Promise.all([
    currentRun(records),
    hiddenFrom(records, session.officerId),
    currentPurpose(records, session.accountId, at),
  ]);
  // Before its circle is known an officer's account sees no run at all.
  const shown = hidden.ready ? run : undefined;
  if (shown !== undefined && session.officerId !== null)
    await ensureRiskSeen(records, shown, session.officerId);
  const purpose = await standing(accountRecords(records, { accountId: session.accountId, at }), stated);
  const names = await namesFor(records, session, purpose, at);
  const maskOf = (scope: { kind: string; about: string }) =>
    new Mask(key, `${KEPT[scope.kind] ?? scope.kind} ${scope.about}`);
  const mask =
    names === 'pseudonyms' ? maskOf(purpose ?? { kind: 'account', about: session.accountId }) : undefined;
  const reach =
    purpose === undefined
      ? NOBODY
      : await reachNow(accountRecords(records, { accountId: session.accountId, at }));
  const scoped = (scope: 'list' | undefined, reach: Reach): Scope => {
    const who = { accountId: session.accountId, at, ...(scope && { scope }) };
    return {
      records: accountRecords(records, { ...who, mask }),
      unmasked: accountRecords(records, who),
      events: gate(services.events, { world: shown?.world ?? 'none', hidden, reach, mask }),
    };
  };
  request.purpose = purpose;
  request.names = names;
  return {
    session: {
      ...session,
      purpose: purpose && `${purpose.words} (${purpose.kind} ${purpose.about})`,
      unmask: mask && ((id) => mask.inward(id)),
    },
    ...scoped(undefined, reach),
    // Under a targeted authority lists too show its officer alone, as `reach_is_everybody` has it.
    lists: scoped('list', purpose?.kind === 'authority' ? reach : 'everybody'),
    reach,
    hidden,
    run: shown,
    at,
    purpose,
    names,
    mask,
    maskOf,
    addresses,
  };
}

// A search for a matter goes on under the matter's pseudonyms.
const KEPT: Readonly<Record<string, string>> = { search: 'matter' };

/** The purpose, unless its matter is closed or one that the reader may know nothing of any more. */
async function standing(records: Records, stated: Purpose | undefined): Promise<Purpose | undefined> {
  if (stated?.kind !== 'matter' && stated?.kind !== 'search') return stated;
  const matter = await matterOf(records, stated.about);
  return matter === undefined || matter.closedAt !== null ? undefined : stated;
}

async function namesFor(
  records: Records,
  session: Session,
  purpose: Purpose | undefined,
  at: Date,
): Promise<Names> {
  if (may(session, 'see names')) return 'by role';
  if (purpose?.kind === 'broken_glass') return 'broken glass';
  if (purpose !== undefined) {
    const kind = (KEPT[purpose.kind] ?? purpose.kind) as Purpose['kind'];
    if (await namesGranted(records, session.accountId, { ...purpose, kind }, at)) return 'granted';
  }
  return 'pseudonyms';
}
