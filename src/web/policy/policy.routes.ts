import type { FastifyInstance } from 'fastify';
import { ROOMS } from '../../trust/policy/action.ts';
import { ACTIONS, POLICY_VERSION, ruleOf } from '../../trust/policy/table.ts';
import { type Role, roleLabel } from '../../trust/roles.ts';
import { signedIn } from '../door.ts';

/** Who may do what, as the program itself decides it: the page reads the same table as every route. */
export function policyRoutes(app: FastifyInstance): void {
  app.get('/who-may-do-what', { config: { action: 'see who may do what' } }, async (request, reply) => {
    const { roles } = signedIn(request);
    const rows = ACTIONS.map((action) => {
      const rule = ruleOf(action);
      return {
        action,
        ...rule,
        mine: roles.some((role) => Object.hasOwn(rule.may, role)),
        who: Object.entries(rule.may).map(([role, states]) => ({
          role: roleLabel(role as Role),
          states:
            states === 'any' || states.length === rule.states.length
              ? ''
              : `only while ${states.join(' or ')}`,
        })),
      };
    });
    return reply.page('policy/policy.njk', {
      version: POLICY_VERSION,
      own: roles.map(roleLabel),
      rooms: ROOMS.map((room) => ({ room, rows: rows.filter((row) => row.room === room) })),
    });
  });
}
