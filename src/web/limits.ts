import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How often something may be asked. */
export interface Limit {
  /** Requests within a minute. */
  readonly aMinute: number;
  /** Whether each address counts on its own, or each account wherever it comes from. */
  readonly each: 'address' | 'account';
  readonly source: string;
}

/** Whatever is asked for: counted before anything is looked up. Versioned: a change of any value is a new version. */
export const LIMITS = {
  version: '1',
  anything: {
    aMinute: 1200,
    each: 'address',
    source: 'own default: a page with its files is eight requests; several readers may share an address',
  },
  anythingOfOne: { aMinute: 600, each: 'account', source: 'own default: ten pages a second' },
  signIn: {
    aMinute: 20,
    each: 'address',
    source:
      'own default, far below NIST SP 800-63B, 5.2.2 (100 failures): a shift may sign in behind one address',
  },
  stepUp: { aMinute: 20, each: 'account', source: 'own default: as for signing in' },
  directory: {
    aMinute: 600,
    each: 'address',
    source: 'own default: Entra ID sends up to some tens of changes a second for a short time',
  },
  directoryRefused: { aMinute: 20, each: 'address', source: 'own default: a token is right or wrong' },
  signOutThere: { aMinute: 300, each: 'address', source: 'own default: a provider ends a shift at once' },
  search: { aMinute: 60, each: 'account', source: 'own default: one search a second, which nobody types' },
  upload: { aMinute: 10, each: 'account', source: 'own default: each begins an import' },
  exported: { aMinute: 20, each: 'account', source: 'own default: each file is the whole list' },
} as const satisfies Record<string, string | Limit>;

export type LimitName = Exclude<keyof typeof LIMITS, 'version'>;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How often this may be asked, besides what holds for everything. */
    limit?: LimitName;
  }
  interface FastifyInstance {
    /** Counts a request under a limit. Throws `TooMany` when it is one too many. */
    countUnder(name: LimitName, request: FastifyRequest): Promise<void>;
  }
}

/** Asked too often; `wait` are the seconds until it is let in again. */
export class TooMany extends Error {
  readonly statusCode = 429;
  readonly wait: number;
  constructor(wait: number) {
    super('too many requests');
    this.wait = wait;
  }
}

/**
 * Counts requests. Addresses are those of the connection; one that a proxy reports counts only from a proxy that the
 * configuration names. Of IPv6 a whole /64 is one address, since one reader has as many as they like. Counts live in this process.
 */
export function limits(app: FastifyInstance, allowed: (name: LimitName) => number): void {
  const counters = new Map<LimitName, ReturnType<FastifyInstance['createRateLimit']>>();
  const counterOf = (name: LimitName) => {
    const made =
      counters.get(name) ??
      app.createRateLimit({
        max: allowed(name),
        timeWindow: '1 minute',
        ...(LIMITS[name].each === 'account' ? { keyGenerator: accountOf } : {}),
      });
    counters.set(name, made);
    return made;
  };
  app.decorate('countUnder', async (name: LimitName, request: FastifyRequest) => {
    const counted = await counterOf(name)(request);
    if (!counted.isAllowed && counted.isExceeded) throw new TooMany(Math.max(1, counted.ttlInSeconds));
  });

  app.addHook('onRequest', async (request) => {
    await app.countUnder('anything', request);
    const name = request.routeOptions.config.limit;
    if (name !== undefined && LIMITS[name].each === 'address') await app.countUnder(name, request);
  });
}

/** Counts what an account asks for, once it is known who asks. */
export async function countAccount(app: FastifyInstance, request: FastifyRequest): Promise<void> {
  await app.countUnder('anythingOfOne', request);
  const name = request.routeOptions.config.limit;
  if (name !== undefined && LIMITS[name].each === 'account') await app.countUnder(name, request);
}

function accountOf(request: FastifyRequest): string {
  return request.session?.accountId ?? request.ip;
}
