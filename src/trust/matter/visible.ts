import type { Circle } from '../circle/circle.ts';

/** What decides who sees a matter. */
export interface MatterFacts {
  closed: boolean;
  /** Accounts that are members now. */
  members: readonly string[];
  subjects: readonly { kind: 'officer' | 'person'; id: string }[];
}

/**
 * Whether an account sees a matter: a member of it, of whose circle nobody is concerned in it, named by mistake or not. No role
 * helps. The database works out the same (`visible_matters`); a test holds the two equal.
 */
export function seesMatter(accountId: string, circle: Circle, matter: MatterFacts): boolean {
  return (
    matter.members.includes(accountId) &&
    !matter.subjects.some(({ kind, id }) => (kind === 'officer' ? circle.officers : circle.people).has(id))
  );
}
