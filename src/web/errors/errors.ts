import type { FastifyError, FastifyInstance } from 'fastify';
import { Failure } from '../../kernel/failure.ts';
import { noteRefusal, Refused } from '../door.ts';
import { TooMany } from '../limits.ts';
import { askForPurpose } from '../purpose/ask.ts';
import type { WebServices } from '../services.ts';
import { StepUpNeeded, sendToStepUp } from '../step-up.ts';
import { PurposeNeeded, whomAsked } from '../view.ts';

/** What was asked for does not exist, or not for this reader. */
export class NotFound extends Error {
  readonly what: string;
  constructor(what: string) {
    super('not found');
    this.what = what;
  }
}

/** Pages for everything that can go wrong: what happened and what to do, and nothing of what was behind it. */
export function errorPages(app: FastifyInstance, services: WebServices): void {
  app.setNotFoundHandler((_request, reply) => reply.code(404).page('errors/not-found.njk'));

  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    if (error instanceof NotFound) {
      return reply.code(404).page('errors/not-found.njk', { what: error.what });
    }
    if (error instanceof PurposeNeeded) {
      if (request.purpose !== undefined) {
        const { mask } = await request.view();
        await noteRefusal(request, services, whomAsked(request, mask));
      }
      return askForPurpose(request, reply);
    }
    if (error instanceof StepUpNeeded) return sendToStepUp(request, reply, services);
    const status = error instanceof Refused ? 403 : (error.statusCode ?? 500);
    if (status === 403) {
      await noteRefusal(request, services);
      const form = error.code?.startsWith('FST_CSRF') ?? false;
      return reply.code(403).page('errors/refused.njk', { form });
    }
    if (error instanceof Failure) {
      return reply.code(422).page('errors/failure.njk', { problem: error.message, todo: error.todo });
    }
    if (error instanceof TooMany) {
      reply.header('retry-after', String(error.wait));
      return reply.code(429).page('errors/too-many.njk', { wait: error.wait });
    }
    if (status >= 400 && status < 500) return reply.code(status).page('errors/bad-request.njk', { status });
    services.log?.({ level: 'error', route: request.routeOptions.url ?? '-', ...fault(error) });
    return reply.code(500).page('errors/fault.njk', { reference: request.id });
  });
}

// The message of a fault can carry values of a query, and with them people: only its kind and place are logged.
function fault(error: FastifyError): Record<string, unknown> {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { fault: error.name, code: error.code, at: frames.slice(0, 6).map((line) => line.trim()) };
}
