import type { Role } from '../roles.ts';

/**
 * What one line of the policy says. `may` names roles, each with the states of the thing in which it may; `'any'` is every
 * state. A role that is not named may not. `another` means: never the person who asked for it or did it first.
 */
export interface Rule {
  /** What the thing is, and what doing this to it means, for the page that shows the policy. */
  readonly means: string;
  readonly room: Room;
  /** States that the thing can be in; none when it has no states. */
  readonly states: readonly string[];
  readonly may: { readonly [role in Role]?: 'any' | readonly string[] };
  readonly another?: true;
  /** Only while a purpose is in force: it shows an officer or a member of the public. */
  readonly purpose?: true;
}

/** Headings under which the page shows the lines. */
export const ROOMS = [
  'Signals',
  'Indicators',
  'Officers and people',
  'Names and purposes',
  'Matters',
  'Intelligence',
  'Authorities for monitoring',
  'Data',
  'Retention',
  'Accounts',
  'Watching the watchers',
  'Everybody',
] as const;
export type Room = (typeof ROOMS)[number];

/** A line of the policy: every role that is not named may not. */
export function rule(
  room: Room,
  means: string,
  may: Rule['may'],
  more: { states?: readonly string[]; another?: true; purpose?: true } = {},
): Rule {
  return { room, means, may, states: more.states ?? [], ...more };
}
