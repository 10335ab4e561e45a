import { type Erasure, GROUNDS } from './erasure.store.ts';
import { isKind, kindOf } from './kinds.ts';

/** What a certificate says: that something was erased, how much, under what, by whose decision; nothing of what it was. */
export interface Certificate {
  version: 1;
  erasure: string;
  /** In words: `Looks at records, before 2019-01-01`, `One person`. */
  what: string;
  /** The rule by which it was due, or null where somebody decided outside a rule. */
  rule: { kind: string; version: number } | null;
  ground: string;
  /** Null: by standing approval. */
  askedBy: string | null;
  askedAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  carriedOutAt: string;
  /** How many rows or things, by table or name. */
  erased: Record<string, number>;
  /** Whether something that was asked for is kept. Why is not said. */
  somethingKept: boolean;
}

const SCOPES = {
  person: 'One member of the public',
  officer: 'One member of the workforce',
  matter: 'One matter',
  entry: 'Personal fields of one entry of the audit log',
} as const;

/** What an erasure is about, in words that name nobody. */
export function whatIsErased(one: Pick<Erasure, 'scope' | 'kind' | 'before'>): string {
  if (one.scope !== 'kind') return SCOPES[one.scope];
  const title = isKind(one.kind) ? kindOf(one.kind).title : (one.kind ?? '');
  return `${title}, before ${one.before ?? ''}`;
}

/** The certificate of an erasure that has been carried out. */
export function certificateOf(
  one: Erasure,
  erased: Record<string, number>,
  somethingKept: boolean,
  at: Date,
): Certificate {
  return {
    version: 1,
    erasure: one.erasureId,
    what: whatIsErased(one),
    rule: one.kind !== null && one.ruleVersion !== null ? { kind: one.kind, version: one.ruleVersion } : null,
    ground: GROUNDS[one.ground],
    askedBy: one.askedBy,
    askedAt: one.askedAt.toISOString(),
    decidedBy: one.decidedBy,
    decidedAt: one.decidedAt?.toISOString() ?? null,
    carriedOutAt: at.toISOString(),
    erased: Object.fromEntries(Object.entries(erased).sort(([a], [b]) => (a < b ? -1 : 1))),
    somethingKept,
  };
}
