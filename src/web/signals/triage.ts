import type { FastifyRequest } from 'fastify';
import { beginPurpose } from '../../trust/purpose/purpose.store.ts';
import { opens } from '../../trust/purpose/reach.ts';
import { PURPOSE } from '../../trust/purpose/settings.ts';
import { peopleBehind } from '../encounters/encounters.store.ts';
import type { View } from '../view.ts';
import { signalOf } from './signals.store.ts';

/**
 * The view of a reader who opens the signal of an address, and the signal's identifier. Opening one from the queue states the
 * purpose: triage of that signal, unless the purpose in force covers it already. Of a signal that the reader cannot see
 * nothing is stated.
 */
export async function triageView(
  request: FastifyRequest,
  reference: string,
): Promise<{ view: View; id: string }> {
  const view = await request.view();
  const { lists, run, session, at } = view;
  const id = view.addresses.opened(reference);
  const signal = run && (await signalOf(lists.unmasked, run.run_id, id));
  if (run === undefined || signal === undefined || covers(view, signal)) return { view, id };
  await beginPurpose(view.unmasked, session, at, {
    kind: 'triage',
    about: id,
    words: `Triage of a signal: ${signal.indicator.replaceAll('-', ' ')}`,
    behind: await behindSignal(view, signal),
  });
  return { view: await request.view('again'), id };
}

/** People of the encounters behind a signal about an officer alone, the newest first; none where it is about a person. */
export async function behindSignal(
  { lists, run, mask }: View,
  signal: { officerId: string; personId: string; evidence: string[] },
): Promise<string[]> {
  if (run === undefined || signal.personId !== '') return [];
  const { officerId, evidence } = signal;
  const people = await peopleBehind(lists.events, run.world, officerId, evidence, PURPOSE.behind.value);
  return people.map((person) => mask?.inward(person) ?? person);
}

/** Whether the purpose in force includes this signal. Each triage is of one signal, under pseudonyms of its own. */
function covers({ purpose, reach }: View, signal: { id: string; officerId: string; personId: string }) {
  if (purpose === undefined) return false;
  if (purpose.kind === 'triage') return purpose.about === signal.id;
  return opens(reach, { officer: signal.officerId, person: signal.personId || undefined });
}
