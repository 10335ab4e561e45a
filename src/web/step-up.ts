import type { FastifyReply, FastifyRequest } from 'fastify';
import { type HeldForm, holdForm } from '../trust/held-form.ts';
import { localPath } from '../trust/local-path.ts';
import type { Session } from '../trust/session.ts';
import { milliseconds, SIGN_IN } from '../trust/settings.ts';
import { one, type Query } from './layout/paging.ts';
import type { WebServices } from './services.ts';

/** A dangerous act waits until its sender has shown again who they are. */
export class StepUpNeeded extends Error {}

/** Whether the holder of the session has shown who they are within the last minutes (five, a setting). */
export function steppedUp(session: Session, now: Date): boolean {
  const at = session.steppedUpAt?.getTime() ?? Number.NEGATIVE_INFINITY;
  return now.getTime() - at < milliseconds(SIGN_IN.stepUpLasts);
}

/**
 * Lets a dangerous act go on only when its sender has just shown who they are. Otherwise it throws, nothing has happened
 * yet, and they are asked; afterwards they come back to where they were, with what they had filled in.
 */
export function requireStepUp(request: FastifyRequest): void {
  if (request.session === null || !steppedUp(request.session, request.arrivedAt)) throw new StepUpNeeded();
}

/** Sends somebody to show who they are, keeping the form they sent. */
export async function sendToStepUp(
  request: FastifyRequest,
  reply: FastifyReply,
  services: WebServices,
): Promise<FastifyReply> {
  const to = localPath(request.url) ?? '/';
  if (request.method === 'GET' || request.session === null) {
    return reply.redirect(`/step-up?to=${encodeURIComponent(to)}`, 303);
  }
  const form: HeldForm = { action: to, fields: fieldsOf(request.body) };
  const id = await holdForm(services.records, request.session.sessionId, form, services.clock());
  return reply.redirect(`/step-up?held=${id}`, 303);
}

function fieldsOf(body: unknown): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    const texts = [value].flat().filter((one): one is string => typeof one === 'string');
    if (name !== '_csrf' && texts.length > 0) fields[name] = texts;
  }
  return fields;
}

/** The query that says what waits: a form that is held, or a page of this workbench. */
export function wayOn(query: Query): string {
  const held = one(query, 'held');
  if (held !== '') return `held=${encodeURIComponent(held)}`;
  return `to=${encodeURIComponent(localPath(one(query, 'to', 2000)) ?? '/')}`;
}
