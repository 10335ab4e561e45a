import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { type Held, LIFT_SETTINGS, type Measured } from '../../encounters/fake-log/lift.ts';
import type { Share } from '../../encounters/fake-log/shares.ts';
import { stackedShares } from '../charts/stacked-shares.ts';
import { EXPLANATION_WORDS, looksIn, NAMES, type SharesOf, sharesBy } from './explanations.facts.ts';

/** What explains looks: how each explanation did on the fake log, and its share by month and role. It names nobody. */
export function explanationsRoutes(app: FastifyInstance): void {
  app.get('/explanations', { config: { action: 'see what explains looks' } }, async (request, reply) => {
    const { records, run } = await request.view();
    const { rows } = await sql<{ explanations: Measured[] | null; shares: Share[] | null }>`
      select settings -> 'explanations' as explanations, settings -> 'shares' as shares
      from run where run_id = ${run?.run_id ?? 0}`.execute(records);
    const { explanations = null, shares = null } = rows[0] ?? {};
    const byMonth = sharesBy('month', shares ?? []);
    const byRole = sharesBy('role', shares ?? []);
    return reply.page('explanations/explanations.njk', {
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
  });
}

const share = ({ looks, held }: Held) => (looks === 0 ? undefined : held / looks);

const picture = (id: string, title: string, rows: readonly SharesOf[]) =>
  stackedShares(
    id,
    title,
    NAMES,
    rows.map(({ label, parts, looks }) => ({ label, parts, of: looksIn(looks) })),
  );
