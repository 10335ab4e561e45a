import { sql } from 'kysely';
import { newIdentifier } from '../../src/kernel/identifier.ts';
import { named, sealed } from '../../src/stores/vault/sealed.ts';
import type { Role } from '../../src/trust/roles.ts';
import { OFFENDER } from '../journeys/fauxham.ts';
import type { Reader, World } from './open-world.ts';

/** A thing in a state, as one reader meets it. */
export interface Situation {
  /** In words: `closed, as a member`. */
  name: string;
  /** The state of the thing, as the policy names it; absent where the policy knows no states of it. */
  state?: string;
  /** Whether the reader asked for it, or did it first. */
  own?: true;
  /** To this reader there is no such thing. */
  absent?: true;
  /** Roles to which there is no such thing. */
  absentTo?: readonly Role[];
  /** Only as it is met by somebody of the circle, or by somebody outside it. */
  tied?: true;
  /** Makes it and gives the parameters of the address. */
  make(world: World, reader: Reader): Promise<Record<string, string>> | Record<string, string>;
}

export type Make = Situation['make'];
export const met = (name: string, make: Make, more: Partial<Situation> = {}): Situation => ({
  name,
  make,
  ...more,
});
export const CIRCLE = { absent: true, tied: true } as const;
export const nowhere = (state?: string): Situation =>
  met('that does not exist', () => ({}), { absent: true, ...(state === undefined ? {} : { state }) });
/** Makes one, then lets something happen to it. */
export const afterwards =
  (
    make: (world: World) => Promise<string>,
    happens: (world: World, id: string, reader: Reader) => unknown,
    key = 'id',
  ): Make =>
  async (world, reader) => {
    const id = await make(world);
    await happens(world, id, reader);
    return { [key]: id };
  };

/** An erasure of an entry of the log that somebody else has asked for, in a state. */
async function erasure(world: World, status: 'asked' | 'refused' | 'done'): Promise<string> {
  const id = newIdentifier();
  const open = status === 'asked';
  await world.run(sql`insert into erasure (erasure_id, scope, target, ground, reason, asked_by, asked_at, status, counts, kept, done_at)
    select ${id}, 'entry', ${open ? '1' : null}, 'request', ${sealed('erasure.reason', id, open ? 'Because' : null)}, account_id, now(), ${status},
      ${status === 'done' ? '{}' : null}::jsonb, ${status === 'done' ? false : null}::boolean, ${status === 'done' ? new Date() : null}::timestamptz
    from account where name = ${named('Another Analyst Mock')}`);
  return id;
}

/** A hold that somebody else has placed. */
async function placed(world: World, about: string | null): Promise<string> {
  const id = newIdentifier();
  await world.run(sql`insert into legal_hold (hold_id, about, subject_id, reason, placed_by, placed_at, review_on)
    select ${id}, ${about === null ? 'everything' : 'officer'}, ${about}, ${sealed('legal_hold.reason', id, 'Claim')}, account_id, now(), '2099-01-01'
    from account where name = ${named('Another Analyst Mock')}`);
  return id;
}

const made = (make: (world: World) => Promise<string>): Make => afterwards(make, () => {});

/** What stands below the addresses of retention. */
export const RETENTION_THINGS: [RegExp, readonly Situation[]][] = [
  [
    /^\/retention\/erasures\/:id\/certificate/,
    [
      met(
        'without an entry in the log',
        made((world) => erasure(world, 'refused')),
        { absent: true },
      ),
      nowhere(),
    ],
  ],
  [
    /^\/retention\/erasures\/:id/,
    [
      met(
        'that waits',
        made((world) => erasure(world, 'asked')),
        { state: 'asked' },
      ),
      met(
        'of one’s own',
        afterwards(
          (world) => erasure(world, 'asked'),
          (world, id, reader) =>
            world.run(sql`update erasure set asked_by = ${reader.accountId} where erasure_id = ${id}`),
        ),
        { state: 'asked', own: true },
      ),
      met(
        'that was refused',
        made((world) => erasure(world, 'refused')),
        { state: 'refused' },
      ),
      met(
        'that was carried out',
        made((world) => erasure(world, 'done')),
        { state: 'done' },
      ),
      met(
        'of a matter of others',
        afterwards(
          (world) => erasure(world, 'asked'),
          (world, id) =>
            world.run(sql`update erasure set scope = 'matter', readers = '{}' where erasure_id = ${id}`),
        ),
        { state: 'asked', absent: true },
      ),
      nowhere('approved'),
    ],
  ],
  [
    /^\/retention\/holds\/:id/,
    [
      met(
        'in force',
        made((world) => placed(world, null)),
      ),
      met(
        'about one’s own circle',
        made((world) => placed(world, OFFENDER)),
        CIRCLE,
      ),
      nowhere(),
    ],
  ],
];
