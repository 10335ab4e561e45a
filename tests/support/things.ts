import { sql } from 'kysely';
import { INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import {
  account,
  accountRequest,
  glass,
  grant,
  matter,
  monitoring,
  passkey,
  refused,
  request,
} from './make-things.ts';
import {
  afterwards,
  CIRCLE,
  type Make,
  met,
  nowhere,
  RETENTION_THINGS,
  type Situation,
} from './situations.ts';
import { OF_CATEGORIES } from './things-of-categories.ts';
import { OF_INTELLIGENCE } from './things-of-intelligence.ts';

export type { Situation } from './situations.ts';

const pair: Make = (world, reader) => ({
  officer: world.called(reader, 'officer', OFFENDER),
  person: world.called(reader, 'person', PERSON),
});
const firstSignal: Make = (world) => ({ id: world.signals[0] ?? '' });
const encounter: Make = (world) => ({ id: world.encounter });
const asMember: Make = async (world, reader) => ({ id: await matter(world, reader) });

/** What the parameters of an address stand for, by the beginning of the address, and the states they can be met in. */
export const THINGS: [RegExp, readonly Situation[]][] = [
  [
    /^\/signals\/:id/,
    [
      met('open', firstSignal, { state: 'open' }),
      met(
        'decided',
        async (world) => {
          const id = world.signals[1] ?? '';
          await world.anotherAnalyst.get(`/signals/${id}`);
          await world.anotherAnalyst.post(`/signals/${id}/verdict`, { verdict: 'benign', reason: 'Known' });
          return { id };
        },
        { state: 'decided' },
      ),
      met('of one’s own circle', firstSignal, { state: 'open', ...CIRCLE }),
      nowhere('open'),
    ],
  ],
  [
    /^\/(officers\/:officer|people\/:person)/,
    [met('that exists', pair), met('of one’s own circle', pair, CIRCLE), nowhere()],
  ],
  [
    /^\/encounters\/:id/,
    [met('that exists', encounter), met('of one’s own circle', encounter, CIRCLE), nowhere()],
  ],
  [
    /^\/incidents\/:id/,
    [
      met('that exists', () => ({ id: INCIDENT })),
      met('of one’s own circle', () => ({ id: INCIDENT }), CIRCLE),
      nowhere(),
    ],
  ],
  [
    /^\/matters\/:id/,
    [
      met('open, as a member', asMember, { state: 'open' }),
      met('closed, as a member', async (world, reader) => ({ id: await matter(world, reader, true) }), {
        state: 'closed',
      }),
      met('open, not as a member', async (world) => ({ id: await matter(world, undefined) }), {
        state: 'open',
        absent: true,
      }),
      met('closed, not as a member', async (world) => ({ id: await matter(world, undefined, true) }), {
        state: 'closed',
        absent: true,
      }),
      met('about one’s own circle, as a member', asMember, { state: 'open', ...CIRCLE }),
      nowhere('open'),
    ],
  ],
  ...OF_INTELLIGENCE,
  ...OF_CATEGORIES,
  [
    /^\/oversight\/names\/:id/,
    [
      met(
        'that waits',
        afterwards(request, () => {}),
        { state: 'asked' },
      ),
      met(
        'of one’s own',
        afterwards(request, (world, id, reader) =>
          world.run(sql`update unmasking set account_id = ${reader.accountId} where unmasking_id = ${id}`),
        ),
        { state: 'asked', own: true },
      ),
      met(
        'that was granted',
        afterwards(request, (world, id) =>
          world.another.post(`/oversight/names/${id}`, { decision: 'grant' }),
        ),
        { state: 'granted' },
      ),
      met(
        'that was refused',
        afterwards(request, (world, id) =>
          world.another.post(`/oversight/names/${id}`, { decision: 'refuse' }),
        ),
        { state: 'refused' },
      ),
      met(
        'about one’s own circle',
        afterwards(request, () => {}),
        { state: 'asked', ...CIRCLE },
      ),
      nowhere('asked'),
    ],
  ],
  [
    /^\/oversight\/glass\/:id/,
    [
      met(
        'that waits',
        afterwards(glass, () => {}),
        { state: 'unreviewed' },
      ),
      met(
        'of one’s own',
        afterwards(glass, (world, id, reader) =>
          world.run(sql`update broken_glass set account_id = ${reader.accountId} where glass_id = ${id}`),
        ),
        { state: 'unreviewed', own: true },
      ),
      met(
        'that was reviewed',
        afterwards(glass, (world, id) =>
          world.another.post(`/oversight/glass/${id}`, { review: 'Right', right: 'yes' }),
        ),
        { state: 'reviewed' },
      ),
      nowhere('unreviewed'),
    ],
  ],
  [
    /^\/authorities\/:id/,
    [
      met('within its dates, named in it', async (world, reader) => ({ id: await grant(world, reader) }), {
        state: 'in force',
      }),
      met(
        'after its dates, named in it',
        async (world, reader) => {
          const id = await grant(world, reader);
          await world.run(sql`update targeted_authority set begins_at = now() - interval '9 days',
            review_at = now() - interval '2 days', ends_at = now() - interval '1 day' where authority_id = ${id}`);
          return { id };
        },
        { state: 'ended' },
      ),
      met(
        'cancelled, named in it',
        async (world, reader) => {
          const id = await grant(world, reader);
          await world.another.post(`/authorities/${id}/cancel`, { why: 'Over' });
          return { id };
        },
        { state: 'ended' },
      ),
      met(
        'within its dates, not named in it',
        afterwards(
          (world) => grant(world, undefined),
          () => {},
        ),
        { state: 'in force', absent: true },
      ),
      nowhere('in force'),
    ],
  ],
  [
    /^\/monitoring\/:id/,
    [
      met(
        'in force',
        afterwards(monitoring, () => {}),
        { state: 'in force' },
      ),
      met(
        'that has ended',
        afterwards(monitoring, (world, id) => world.another.post(`/monitoring/${id}/end`, { why: 'Over' })),
        { state: 'ended' },
      ),
      nowhere('in force'),
    ],
  ],
  [
    /^\/accounts\/requests\/:request/,
    [
      met(
        'that waits',
        afterwards(accountRequest, () => {}, 'request'),
      ),
      met(
        'of one’s own',
        afterwards(
          accountRequest,
          (world, id, reader) =>
            world.run(
              sql`update account_request set asked_by = ${reader.accountId} where request_id = ${id}`,
            ),
          'request',
        ),
        { own: true },
      ),
      met(
        'about oneself',
        afterwards(
          accountRequest,
          async (world, id, reader) => {
            await world.run(sql`delete from account_request where account_id = ${reader.accountId}`);
            await world.run(
              sql`update account_request set account_id = ${reader.accountId} where request_id = ${id}`,
            );
          },
          'request',
        ),
        { own: true },
      ),
      met('that was decided', afterwards(accountRequest, refused, 'request'), { absent: true }),
      nowhere(),
    ],
  ],
  [
    /^\/accounts\/:account/,
    [
      met(
        'of somebody else',
        afterwards(account, () => {}, 'account'),
      ),
      met('of one’s own', (_world, reader) => ({ account: reader.accountId })),
      met(
        'that has ended',
        afterwards(account, (world, id) => world.another.post(`/accounts/${id}/end`, {}), 'account'),
      ),
      nowhere(),
    ],
  ],
  [
    /^\/account\/passkeys\/:id/,
    [
      met('of one’s own', async (world, reader) => ({ id: await passkey(world, reader.accountId) })),
      met('of somebody else', async (world) => ({ id: await passkey(world, await account(world)) }), {
        absent: true,
      }),
      nowhere(),
    ],
  ],
  [
    /^\/data\/imports\/:id/,
    [
      met('that ran', async (world) => ({
        id: await world.one(sql`select import_id as id from import limit 1`),
      })),
      nowhere(),
    ],
  ],
  [/^\/data\/jobs\/:id/, [met('that runs', () => ({ id: 'running' })), nowhere()]],
  [
    /^\/data\/quarantine\/:id/,
    [
      met('that waits', (world) => ({ id: world.quarantined.waiting })),
      met('about one’s own circle', (world) => ({ id: world.quarantined.hidden }), CIRCLE),
      nowhere(),
    ],
  ],
  ...RETENTION_THINGS,
  [/^\/audit\/:entry/, [met('that exists', () => ({ entry: '1' })), nowhere()]],
];

/** The states in which the thing of an address can be met; undefined for an address whose parameters nobody has described. */
export function situationsOf(url: string): readonly Situation[] | undefined {
  return THINGS.find(([pattern]) => pattern.test(url))?.[1];
}

/** The address with its parameters filled in; one that is missing stands for nothing that exists. */
export function filled(url: string, params: Record<string, string>): string {
  return url.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? '999999999'));
}
