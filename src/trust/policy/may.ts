import type { Role } from '../roles.ts';
import { type Action, isAction, ruleOf } from './table.ts';

/** Who asks: the roles held, and the account for rules that want somebody else. */
export interface Who {
  readonly roles: readonly Role[];
  readonly accountId?: string;
}

/** The thing it is done to. */
export interface Thing {
  /** One of the states that the table names for the action. */
  readonly state?: string;
  /** The account that asked for it, or did it first. */
  readonly by?: string | null;
}

/**
 * Whether somebody may do this to a thing in that state. Denied unless the table says otherwise: an unknown action, role or
 * state, an action that has states without one, and a second person who is the first are all refused.
 * Without `thing` the question is whether they may ever: that is what a route asks before it has read the thing.
 */
export function may(who: Who, action: Action, thing?: Thing): boolean {
  if (!isAction(action)) return false;
  const rule = ruleOf(action);
  if (thing !== undefined && rule.another) {
    if (who.accountId === undefined || thing.by === undefined || thing.by === who.accountId) return false;
  }
  if (thing !== undefined && rule.states.length > 0 && !rule.states.includes(thing.state ?? '')) return false;
  return who.roles.some((role) => {
    const granted = Object.hasOwn(rule.may, role) ? rule.may[role] : undefined;
    if (granted === undefined) return false;
    if (granted === 'any' || thing === undefined || rule.states.length === 0) return true;
    return granted.includes(thing.state ?? '');
  });
}
