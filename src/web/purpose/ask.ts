import type { FastifyReply, FastifyRequest } from 'fastify';
import { targetedAuthorities } from '../../trust/authority/targeted.store.ts';
import { ownMatters } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import type { Purpose } from '../../trust/purpose/purpose.store.ts';
import { type QueueFilter, queue } from '../signals/signals.store.ts';

const NEXT = 5;
const EVERYTHING: QueueFilter = {
  band: '',
  indicator: '',
  state: 'open',
  text: '',
  officers: undefined,
  named: { officers: [], people: [] },
  people: undefined,
  sort: 'risk',
};

/** A purpose that a reader can choose. */
export interface Choice {
  kind: Purpose['kind'];
  about: string;
  words: string;
}

/** Matters and authorities of the reader, for which one can look. */
export async function choicesOf(request: FastifyRequest): Promise<Choice[]> {
  const { unmasked, at } = await request.view();
  const [matters, authorities] = await Promise.all([ownMatters(unmasked), targetedAuthorities(unmasked)]);
  return [
    ...matters
      .filter((one) => one.closedAt === null)
      .map((one): Choice => ({ kind: 'matter', about: one.matterId, words: `Matter: ${one.title}` })),
    ...authorities
      .filter(
        (one) =>
          one.memberIds.includes(request.session?.accountId ?? '') &&
          one.endsAt > at &&
          one.cancelledAt === null,
      )
      .map(
        (one): Choice => ({
          kind: 'authority',
          about: one.authorityId,
          words: `Targeted authority of ${one.grantedAt.toISOString().slice(0, 10)}`,
        }),
      ),
  ];
}

/** The page that asks for a purpose. It is the same whatever was asked for, and whether it exists or not. */
export async function askForPurpose(
  request: FastifyRequest,
  reply: FastifyReply,
  needed = true,
): Promise<FastifyReply> {
  const view = await request.view();
  const { run, unmasked, maskOf, names } = view;
  const next =
    run && may(view.session, 'open a signal')
      ? await queue(unmasked, run.run_id, EVERYTHING, 0, NEXT)
      : undefined;
  return reply.code(needed ? 428 : 200).page('purpose/purpose.njk', {
    needed,
    choices: await choicesOf(request),
    signals: (next?.signals ?? []).map((signal) =>
      names === 'pseudonyms' ? maskOf({ kind: 'triage', about: signal.id }).outward([signal])[0] : signal,
    ),
    afterwards: request.method === 'GET' && needed ? request.url : '',
  });
}
