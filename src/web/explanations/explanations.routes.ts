import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { type Held, LIFT_SETTINGS, type Measured } from '../../encounters/fake-log/lift.ts';
import type { Share } from '../../encounters/fake-log/shares.ts';
import { decideMined, minedExplanations } from '../../encounters/mining/mined.store.ts';
import { may } from '../../trust/policy/may.ts';
import { stackedShares } from '../charts/stacked-shares.ts';
import { type Form, field, type Mistake } from '../layout/form.ts';
import { EXPLANATION_WORDS, looksIn, NAMES, type SharesOf, sharesBy } from './explanations.facts.ts';

/**
 * What explains looks: how each explanation did on the fake log, its share by month and role, and what was found in the
 * force's own data, to be approved or refused. It names nobody.
 */
export function explanationsRoutes(app: FastifyInstance): void {
  async function explanationsPage(request: FastifyRequest, reply: FastifyReply, decision?: Decision) {
    const { unmasked: records, run, session } = await request.view();
    const { rows } = await sql<{ explanations: Measured[] | null; shares: Share[] | null }>`
      select settings -> 'explanations' as explanations, settings -> 'shares' as shares
      from run where run_id = ${run?.run_id ?? 0}`.execute(records);
    const { explanations = null, shares = null } = rows[0] ?? {};
    const byMonth = sharesBy('month', shares ?? []);
    const byRole = sharesBy('role', shares ?? []);
    return reply.code(decision?.mistakes.length ? 422 : 200).page('explanations/explanations.njk', {
      decision,
      mined: await minedExplanations(records),
      mayDecide: may(session, 'decide on an explanation'),
      decided: (request.query as { decided?: string }).decided !== undefined,
      run,
      settings: LIFT_SETTINGS,
      measured: explanations?.map((one) => ({
        ...one,
        name: EXPLANATION_WORDS[one.code] ?? one.code,
        firstReal: share(one.first.real),
        firstFake: share(one.first.fake),
        laterReal: share(one.later.real),
        laterFake: share(one.later.fake),
      })),
      names: NAMES,
      pictures: [
        {
          id: 'months',
          title: 'By month',
          rows: byMonth,
          svg: picture('months', 'What explains looks, by month', byMonth),
        },
        {
          id: 'roles',
          title: 'By role',
          rows: byRole,
          svg: picture('roles', 'What explains looks, by role', byRole),
        },
      ],
    });
  }

  app.get('/explanations', { config: { action: 'see what explains looks' } }, (request, reply) =>
    explanationsPage(request, reply),
  );

  app.post<{ Body: Form }>(
    '/explanations',
    { config: { action: 'decide on an explanation' } },
    async (request, reply) => {
      const { unmasked, session, at } = await request.view();
      const [path, choice, reason] = ['path', 'choice', 'reason'].map((name) => field(request.body, name));
      const given = { path: path ?? '', choice: choice ?? '', reason: reason ?? '' };
      const mistakes: Mistake[] = [];
      if (!['approve', 'refuse'].includes(given.choice)) {
        mistakes.push({ text: 'Select whether it may explain looks', href: '#choice' });
      }
      if (given.reason === '') mistakes.push({ text: 'Enter the reason', href: '#reason' });
      if (mistakes.length > 0) return explanationsPage(request, reply, { ...given, mistakes });
      const approved = given.choice === 'approve';
      await decideMined(unmasked, { path: given.path, approved, reason: given.reason, by: session.name, at });
      return reply.redirect('/explanations?decided=1#mined', 303);
    },
  );
}

interface Decision {
  path: string;
  choice: string;
  reason: string;
  mistakes: Mistake[];
}

const share = ({ looks, held }: Held) => (looks === 0 ? undefined : held / looks);

const picture = (id: string, title: string, rows: readonly SharesOf[]) =>
  stackedShares(
    id,
    title,
    NAMES,
    rows.map(({ label, parts, looks }) => ({ label, parts, of: looksIn(looks) })),
  );
