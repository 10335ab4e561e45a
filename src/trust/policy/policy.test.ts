import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../roles.ts';
import { ROOMS } from './action.ts';
import { may } from './may.ts';
import { ACTIONS, type Action, POLICY, ruleOf } from './table.ts';

const all: readonly Role[] = ROLES;
const those = (action: Action) => all.filter((role) => may({ roles: [role] }, action));

describe('who may do what', () => {
  it('is refused to nobody’s role, to unknown roles, actions and states', () => {
    for (const action of ACTIONS) {
      expect(may({ roles: [] }, action)).toBe(false);
      expect(may({ roles: ['toString' as Role] }, action)).toBe(false);
    }
    expect(may({ roles: all }, 'fly' as Action)).toBe(false);
    expect(may({ roles: all }, 'constructor' as Action)).toBe(false);
    expect(may({ roles: all }, 'decide a signal', { state: 'lost' })).toBe(false);
    expect(may({ roles: all }, 'decide a signal', {})).toBe(false);
  });

  it('shows no person’s data to who runs the system, to the workforce, to readers of figures', () => {
    const shows = ACTIONS.filter((action) =>
      ['Signals', 'Officers and people', 'Names and purposes', 'Matters'].includes(ruleOf(action).room),
    ).filter((action) => action !== 'review broken glass');
    for (const role of [
      'administrator',
      'workforce',
      'national_reader',
      'chief_officer',
      'partner',
      'auditor',
    ] as const) {
      expect(
        shows.filter((action) => may({ roles: [role] }, action)),
        role,
      ).toEqual([]);
    }
    expect(may({ roles: ['administrator'] }, 'see quarantine')).toBe(false);
    expect(those('manage accounts')).toEqual(['administrator']);
    expect(those('read the audit log')).toEqual(['auditor']);
    expect(may({ roles: ['analyst'] }, 'see names')).toBe(false);
  });

  it('wants somebody else where a second person decides', () => {
    const one = { roles: ['ccu_head'] as Role[], accountId: 'a' };
    expect(may(one, 'approve unmasking', { state: 'asked', by: 'b' })).toBe(true);
    expect(may(one, 'approve unmasking', { state: 'asked', by: 'a' })).toBe(false);
    expect(may(one, 'approve unmasking', { state: 'asked' })).toBe(false);
    expect(may(one, 'approve unmasking', { state: 'granted', by: 'b' })).toBe(false);
    expect(may({ roles: ['ccu_head'] }, 'review broken glass', { state: 'unreviewed', by: 'b' })).toBe(false);
  });

  it('never shrinks with another role, and is the union of the roles held', () => {
    fc.assert(
      fc.property(
        fc.subarray([...all]),
        fc.constantFrom(...ACTIONS),
        fc.constantFrom('open', 'decided', 'asked', 'unreviewed', 'in force', 'ended', ''),
        (roles, action, state) => {
          const thing = { state, by: 'someone else' };
          const one = { roles, accountId: 'me' };
          const each = roles.some((role) => may({ roles: [role], accountId: 'me' }, action, thing));
          expect(may(one, action, thing)).toBe(each);
          if (may(one, action, thing)) expect(may(one, action)).toBe(true);
        },
      ),
    );
  });

  it('names only roles, rooms and states that exist', () => {
    for (const action of ACTIONS) {
      const rule = ruleOf(action);
      expect(ROOMS).toContain(rule.room);
      for (const [role, granted] of Object.entries(rule.may)) {
        expect(all).toContain(role);
        if (granted !== 'any') for (const state of granted) expect(rule.states).toContain(state);
      }
    }
    expect(Object.keys(POLICY).length).toBeGreaterThan(30);
  });
});
