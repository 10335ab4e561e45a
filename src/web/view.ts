import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ensureRiskSeen } from '../detection/risk-seen.ts';
import { currentRun, type Run } from '../detection/runs.ts';
import type { Records } from '../stores/records/records.ts';
import { hiddenFrom } from '../trust/circle/circle.store.ts';
import type { Circle } from '../trust/circle/circle.ts';
import { accountRecords } from '../trust/gate/account-records.ts';
import { type EventsGate, gate } from '../trust/gate/events-gate.ts';
import type { Session } from '../trust/session.ts';
import { signedIn } from './door.ts';
import type { WebServices } from './services.ts';

/** The stores as one reader sees them: pages about officers and people get nothing else. */
export interface View {
  session: Session;
  /** Records under row-level security, with the reader's account. */
  records: Records;
  /** Events through the gate. */
  events: EventsGate;
  /** Of whom the reader must learn nothing. */
  hidden: Circle;
  /** The run that is shown; undefined before the first, and while the reader's circle is not that of the current one. */
  run: Run | undefined;
  /** When the request came in. */
  at: Date;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The stores as the reader may see them. The same for the whole of a request. */
    view(): Promise<View>;
  }
}

const kept = new WeakMap<FastifyRequest, Promise<View>>();

/** Gives every request its view. */
export function views(app: FastifyInstance, services: WebServices): void {
  app.decorateRequest('view', function view(this: FastifyRequest): Promise<View> {
    const before = kept.get(this);
    if (before !== undefined) return before;
    const made = makeView(this, services);
    kept.set(this, made);
    return made;
  });
}

async function makeView(request: FastifyRequest, services: WebServices): Promise<View> {
  const session = signedIn(request);
  const at = services.clock();
  const [run, hidden] = await Promise.all([
    currentRun(services.records),
    hiddenFrom(services.records, session.officerId),
  ]);
  // Before its circle is known an officer's account sees no run at all.
  const shown = hidden.ready ? run : undefined;
  if (shown !== undefined && session.officerId !== null) {
    await ensureRiskSeen(services.records, shown, session.officerId);
  }
  return {
    session,
    records: accountRecords(services.records, { accountId: session.accountId, at }),
    hidden,
    events: gate(services.events, { world: shown?.world ?? 'none', hidden, only: undefined }),
    run: shown,
    at,
  };
}
