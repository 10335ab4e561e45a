import { sql } from 'kysely';
import type { Role } from '../../src/trust/roles.ts';
import { log } from './make-log.ts';
import { matter } from './make-things.ts';
import { afterwards, CIRCLE, type Make, met, nowhere, type Situation } from './situations.ts';

const NO_KEEPERS: readonly Role[] = ['analyst', 'investigator', 'professional_standards'];
/** A log in a state, by another analyst or by the reader. */
const logOf =
  (state: Parameters<typeof log>[1], own = false): Make =>
  async (world, reader) => ({ id: await log(world, state, own ? reader.accountId : undefined) });

/** Intelligence logs, and the states they can be met in. */
export const OF_INTELLIGENCE: [RegExp, readonly Situation[]][] = [
  [
    /^\/intelligence\/logs\/:id/,
    [
      met('draft, one’s own', logOf('draft', true), { state: 'draft' }),
      met('draft, of somebody else', logOf('draft'), { state: 'draft', absent: true }),
      met('submitted', logOf('submitted'), { state: 'submitted', absentTo: NO_KEEPERS }),
      met('sanitised', logOf('sanitised'), { state: 'sanitised', absentTo: NO_KEEPERS }),
      met(
        'sanitised by oneself',
        afterwards(
          (world) => log(world, 'sanitised'),
          (world, id, reader) =>
            world.run(
              sql`update intelligence_log set sanitiser_id = ${reader.accountId} where log_id = ${id}`,
            ),
        ),
        { state: 'sanitised', own: true, absentTo: NO_KEEPERS },
      ),
      met('live', logOf('live'), { state: 'live', absentTo: ['professional_standards'] }),
      met('closed', logOf('closed'), { state: 'closed', absentTo: ['professional_standards'] }),
      met(
        'live, in a matter of others',
        afterwards(
          (world) => log(world, 'live'),
          async (world, id) =>
            world.run(
              sql`update intelligence_log set matter_id = ${await matter(world, undefined)} where log_id = ${id}`,
            ),
        ),
        { state: 'live', absent: true },
      ),
      met('live, of one’s own circle', logOf('live'), { state: 'live', ...CIRCLE }),
      nowhere('live'),
    ],
  ],
];
