import type { FastifyReply, FastifyRequest } from 'fastify';
import { standing, targetedAuthorities } from '../../trust/authority/targeted.store.ts';
import { localPath } from '../../trust/local-path.ts';
import { ownMatters } from '../../trust/matter/matter.store.ts';
import { may } from '../../trust/policy/may.ts';
import type { Purpose } from '../../trust/purpose/purpose.store.ts';
import { wideningsLeft } from '../../trust/purpose/reach.store.ts';
import type { Mistake } from '../layout/form.ts';
import { type QueueFilter, queue } from '../signals/signals.store.ts';
import { askedBy } from './asked.ts';

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
        (one) => one.memberIds.includes(request.session?.accountId ?? '') && standing(one, at) === 'in force',
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

/**
 * The page that asks for a purpose: none is in force, or none that opens what was asked for. It says the same whatever that
 * was, and whether it exists or not. `more`: what was wrong with the form, and what it held.
 */
export async function askForPurpose(
  request: FastifyRequest,
  reply: FastifyReply,
  more: { needed?: boolean; asked?: string; form?: Record<string, string>; errors?: Mistake[] } = {},
): Promise<FastifyReply> {
  const view = await request.view();
  const { run, lists, maskOf, names, purpose, session } = view;
  const { needed = true, asked = request.method === 'GET' && needed ? request.url : '' } = more;
  const [next, choices, left] = await Promise.all([
    run && may(session, 'open a signal')
      ? queue(lists.unmasked, run.run_id, EVERYTHING, 0, NEXT)
      : { signals: [] },
    choicesOf(request),
    wideningsLeft(view.unmasked, purpose),
  ]);
  const people = askedBy(asked).length > 0;
  return reply.code(more.errors ? 422 : needed ? 428 : 200).page('purpose/purpose.njk', {
    needed,
    choices,
    // Who works on pseudonyms can widen only what those pseudonyms are of.
    widenable: people && left > 0,
    left,
    matters: people && purpose !== undefined ? choices.filter(({ kind }) => kind === 'matter') : [],
    signals: next.signals.map((signal) =>
      names === 'pseudonyms' ? maskOf({ kind: 'triage', about: signal.id }).outward([signal])[0] : signal,
    ),
    asked: localPath(asked) ?? '',
    form: more.form ?? {},
    errors: more.errors,
  });
}
