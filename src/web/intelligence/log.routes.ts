import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Audience, isAudience, sharingRefused } from '../../intelligence/logs/handling.ts';
import {
  agreeToShare,
  disseminate,
  type Log,
  logOf,
  logSubjects,
  type Moving,
  moveLog,
  originalOf,
  sanitisedOf,
} from '../../intelligence/logs/log.store.ts';
import { actRefused, type LogAct } from '../../intelligence/logs/log.ts';
import { isRetentionGroup, reviewOn } from '../../intelligence/logs/review.ts';
import { sourceTraces } from '../../intelligence/logs/source-traces.ts';
import { namesLeft } from '../../intelligence/logs/tokens.ts';
import { localDay } from '../../kernel/local-time.ts';
import { may } from '../../trust/policy/may.ts';
import type { Action } from '../../trust/policy/table.ts';
import { beginPurpose } from '../../trust/purpose/purpose.store.ts';
import { Refused } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { type Form, field, fields, type Mistake, missing } from '../layout/form.ts';
import type { View } from '../view.ts';
import { calledBy } from './concerned.ts';
import { LONGEST_PARAGRAPH } from './log-form.ts';
import { logPage, opened } from './log-page.ts';

type ById = { Params: { id: string }; Body: Form };
const READING = {
  action: 'read an intelligence log',
  look: { action: 'view', what: 'intelligence log' },
} as const;

/** One log: read for a stated purpose, sanitised, checked by another, shared within its handling, reviewed. */
export function logRoutes(app: FastifyInstance): void {
  app.get<ById>('/intelligence/logs/:id', { config: READING }, async (request, reply) => {
    const view = await request.view();
    const log = await found(view, request.params.id, 'read an intelligence log');
    if (log.state === 'draft') return reply.redirect(`/intelligence/logs/${log.logId}/edit`, 303);
    return logPage(request, reply, log);
  });

  app.post<ById>('/intelligence/logs/:id/read', { config: READING }, async (request, reply) => {
    const view = await request.view();
    const log = await found(view, request.params.id, 'read an intelligence log');
    const reason = field(request.body, 'reason');
    const errors = missing({ reason }, { reason: 'Enter why you read it' });
    if (errors.length > 0) return logPage(request, reply.code(422), log, { errors });
    await beginPurpose(view.unmasked, view.session, view.at, {
      kind: 'log',
      about: log.logId,
      words: `Intelligence log: ${log.title}`,
      reason,
    });
    return reply.redirect(`/intelligence/logs/${log.logId}`, 303);
  });

  const acting = (
    action: Action,
    path: string,
    work: (request: FastifyRequest<ById>, reply: FastifyReply, view: View, log: Log) => Promise<FastifyReply>,
  ) =>
    app.post<ById>(
      `/intelligence/logs/:id/${path}`,
      { config: { action, look: { action: 'decide', what: 'intelligence log' } } },
      async (request, reply) => {
        const view = await request.view();
        const log = await found(view, request.params.id, action);
        if (!opened(view, log))
          return logPage(request, reply.code(422), log, {
            errors: [{ text: 'Enter why you read it, before you do anything to it', href: '#reason' }],
          });
        return work(request, reply, view, log);
      },
    );

  acting('sanitise an intelligence log', 'return', (request, reply, view, log) =>
    withReason(request, reply, view, log, 'return', 'Enter what the author is to mend'),
  );

  acting('sanitise an intelligence log', 'sanitise', async (request, reply, view, log) => {
    const original = await originalOf(view.unmasked, log.logId);
    if (original === undefined) throw new NotFound('log');
    const texts = original.paragraphs.map(({ number }) => ({
      number,
      text: String(request.body?.[`sanitised${number}`] ?? '').trim(),
    }));
    const errors = texts.flatMap(({ number, text }): Mistake[] =>
      text === ''
        ? [
            {
              text: `Enter what is shared of paragraph ${number}, or that nothing of it can be`,
              href: `#sanitised${number}`,
            },
          ]
        : text.length > LONGEST_PARAGRAPH
          ? [{ text: `Paragraph ${number} is longer than 4,000 characters`, href: `#sanitised${number}` }]
          : [],
    );
    const people = await calledBy(view, await logSubjects(view.unmasked, log.logId));
    const traces = texts.map(({ number, text }) => ({
      number,
      found: [
        ...namesLeft(text, people).map(({ name, token }) => ({
          words: name,
          why: `It names somebody whom the log concerns: write ${token}`,
        })),
        ...sourceTraces(text, { detail: original.detail, author: log.author }),
      ],
    }));
    const asked = traces
      .flatMap(({ number, found }) => found.map(({ words }) => `${number} ${words}`))
      .join('; ');
    const typed = Object.fromEntries(texts.map(({ number, text }) => [number, text]));
    if (errors.length > 0) return logPage(request, reply.code(422), log, { errors, typed });
    const why = field(request.body, 'meant_why');
    if (asked !== '' && (field(request.body, 'meant') !== asked || why === '')) {
      return logPage(request, reply.code(422), log, {
        typed,
        traces: traces.filter(({ found }) => found.length > 0),
        asked,
        ...(field(request.body, 'meant') === asked && {
          errors: [{ text: 'Enter why it may stand', href: '#meant_why' }],
        }),
      });
    }
    return move(reply, view, log, {
      act: 'sanitise',
      was: log.state,
      sanitised: texts,
      why: asked === '' ? undefined : `May stand (${asked}): ${why}`,
    });
  });

  acting('check an intelligence log', 'send-back', (request, reply, view, log) =>
    withReason(request, reply, view, log, 'send back', 'Enter what is to be made otherwise'),
  );

  acting('check an intelligence log', 'pass', async (request, reply, view, log) => {
    const refused = actRefused(log.state, 'pass', view.session.accountId, {
      author: log.authorId,
      sanitiser: log.sanitiserId,
    });
    const group = field(request.body, 'group');
    if (refused !== undefined)
      return logPage(request, reply.code(422), log, { errors: [{ text: refused, href: '#group' }] });
    if (!isRetentionGroup(group))
      return logPage(request, reply.code(422), log, {
        errors: [{ text: 'Choose how long it is kept', href: '#group' }],
      });
    return move(reply, view, log, {
      act: 'pass',
      was: log.state,
      group,
      reviewOn: reviewOn(group, localDay(view.at)),
    });
  });

  acting('keep an intelligence log', 'review', async (request, reply, view, log) => {
    const group = field(request.body, 'group');
    const why = field(request.body, 'why');
    const errors = missing({ why }, { why: 'Enter why it is still needed' });
    if (errors.length > 0 || !isRetentionGroup(group))
      return logPage(request, reply.code(422), log, { errors });
    return move(reply, view, log, {
      act: 'review',
      was: log.state,
      why,
      group,
      reviewOn: reviewOn(group, localDay(view.at)),
    });
  });

  acting('keep an intelligence log', 'close', (request, reply, view, log) =>
    withReason(request, reply, view, log, 'close', 'Enter why it is closed'),
  );

  acting('keep an intelligence log', 'reopen', (request, reply, view, log) =>
    withReason(request, reply, view, log, 'reopen', 'Enter why it is opened again'),
  );

  acting('read an intelligence log', 'agree', async (request, reply, view, log) => {
    if (await agreeToShare(view.unmasked, view.session, view.at, log.logId))
      return reply.redirect(`/intelligence/logs/${log.logId}`, 303);
    const errors = [{ text: 'Only its originator can agree, once, while the log is live', href: '#shared' }];
    return logPage(request, reply.code(422), log, { errors });
  });

  acting('share an intelligence log', 'share', async (request, reply, view, log) => {
    const form = {
      audience: field(request.body, 'audience'),
      recipient: field(request.body, 'recipient'),
      purpose: field(request.body, 'purpose'),
    };
    const paragraphs = fields(request.body, 'paragraph').map(Number);
    const errors = missing(form, {
      recipient: 'Enter who receives it',
      purpose: 'Enter what they need it for',
    });
    if (!isAudience(form.audience))
      errors.unshift({ text: 'Choose what the recipient is', href: '#audience' });
    if (paragraphs.length === 0) errors.push({ text: 'Choose what they receive', href: '#paragraph' });
    const shared = (await sanitisedOf(view.unmasked, log.logId)).filter(({ number }) =>
      paragraphs.includes(number),
    );
    if (errors.length === 0) {
      const refused = sharingRefused(shared, form.audience as Audience, log.agreedAt !== null);
      errors.push(...refused.map((text) => ({ text, href: '#paragraph' })));
    }
    if (errors.length > 0)
      return logPage(request, reply.code(422), log, { errors, share: { ...form, paragraphs } });
    const done = await disseminate(view.unmasked, view.session, view.at, log.logId, {
      ...form,
      paragraphs: shared.map(({ number }) => number),
    });
    if (!done) throw new NotFound('log');
    return reply.redirect(`/intelligence/logs/${log.logId}`, 303);
  });
}

/** The log of an address, for somebody who may do this to it in its state. */
async function found(view: View, id: string, action: Action): Promise<Log> {
  const log = await logOf(view.unmasked, id);
  if (log === undefined) throw new NotFound('log');
  if (!may(view.session, action, { state: log.state, by: log.sanitiserId })) throw new Refused();
  return log;
}

async function move(reply: FastifyReply, view: View, log: Log, moving: Moving): Promise<FastifyReply> {
  if (!(await moveLog(view.unmasked, view.session, view.at, log.logId, moving))) throw new NotFound('log');
  const gone = moving.act === 'return' && log.authorId !== view.session.accountId;
  return reply.redirect(gone ? '/intelligence/logs?shelf=waiting' : `/intelligence/logs/${log.logId}`, 303);
}

async function withReason(
  request: FastifyRequest<ById>,
  reply: FastifyReply,
  view: View,
  log: Log,
  act: LogAct,
  ask: string,
): Promise<FastifyReply> {
  const why = field(request.body, 'why');
  const name = act.replace(' ', '_');
  if (why === '')
    return logPage(request, reply.code(422), log, { errors: [{ text: ask, href: `#${name}_why` }] });
  return move(reply, view, log, { act, was: log.state, why });
}
