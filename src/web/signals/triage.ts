import type { FastifyRequest } from 'fastify';
import { subjectsOf } from '../../trust/matter/matter.store.ts';
import { beginPurpose, type Purpose } from '../../trust/purpose/purpose.store.ts';
import type { View } from '../view.ts';
import { signalOf } from './signals.store.ts';

/**
 * The view of a reader who opens a signal. Opening one from the queue states the purpose: triage of that signal, unless
 * the purpose in force covers its officer already. Of a signal that the reader cannot see nothing is stated.
 */
export async function triageView(request: FastifyRequest, signalId: string): Promise<View> {
  const view = await request.view();
  const { unmasked, run, purpose, session, at } = view;
  if (run === undefined) return view;
  const signal = await signalOf(unmasked, run.run_id, signalId);
  if (signal === undefined || (purpose && (await covers(unmasked, purpose, signalId, signal.officerId))))
    return view;
  const words = `Triage of a signal: ${signal.indicator.replaceAll('-', ' ')}`;
  await beginPurpose(unmasked, session, at, { kind: 'triage', about: signalId, words });
  return request.view('again');
}

/** Whether work for a purpose includes this signal of an officer. */
async function covers(
  records: View['records'],
  purpose: Purpose,
  signalId: string,
  officerId: string,
): Promise<boolean> {
  if (purpose.kind === 'triage') return purpose.about === signalId;
  if (purpose.kind !== 'matter') return true; // under an authority only its officer's signals are there at all
  const subjects = await subjectsOf(records, purpose.about);
  return subjects.some((one) => one.kind === 'officer' && one.subjectId === officerId);
}
