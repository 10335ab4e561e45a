import type { FastifyInstance, FastifyRequest } from 'fastify';
import { unfitText } from '../kernel/fit-text.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked by a script of ours, which sends JSON. Everything else that changes something is a form. */
    json?: true;
  }
}

/** Levels of objects within objects: the answer of an authenticator has four, a change of a directory five. */
const DEEPEST = 12;
/** Values in one request: more than the largest form has, and than a directory names in one group change. */
const MOST_VALUES = 20_000;
/** Names by which an object would be given to all objects. */
const NOT_NAMES = ['__proto__', 'constructor', 'prototype'];

/** What was sent is nothing that a page or a program of ours could have sent. */
class Unreadable extends Error {
  readonly statusCode: number;
  constructor(statusCode: 400 | 413 | 415) {
    super('unreadable');
    this.statusCode = statusCode;
  }
}

/**
 * Lets nothing in that no store could keep and no form could have sent: whatever route it is for, it is refused before any
 * code of a page sees it. Text has neither control characters nor half characters, forms are flat, JSON comes only to
 * routes that say so, and nothing is deeper or longer than anybody needs.
 */
export function inputs(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain');

  app.addHook('onRequest', async (request) => {
    const { json, program, tokenInParts } = request.routeOptions.config;
    const type = request.headers['content-type'];
    if (type === undefined || request.is404 || json || program || tokenInParts) return;
    if (request.method === 'POST' && !/^application\/x-www-form-urlencoded *(;|$)/i.test(type))
      throw new Unreadable(415);
  });

  app.addHook('preValidation', async (request) => {
    if (request.is404) return;
    const count = { values: 0 };
    for (const part of [request.params, request.query, request.body]) check(part, 0, count);
    if (isForm(request)) checkFlat(request.body);
  });
}

function isForm(request: FastifyRequest): boolean {
  const { json, program } = request.routeOptions.config;
  return !json && !program && request.body !== undefined && request.body !== null;
}

function check(value: unknown, depth: number, count: { values: number }): void {
  if (++count.values > MOST_VALUES) throw new Unreadable(413);
  if (typeof value === 'string' && unfitText(value)) throw new Unreadable(400);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEEPEST) throw new Unreadable(400);
  for (const name of Object.keys(value)) {
    if (unfitText(name) || NOT_NAMES.includes(name)) throw new Unreadable(400);
    check((value as Record<string, unknown>)[name], depth + 1, count);
  }
}

/** A field of a form is a text, or several of one name. */
function checkFlat(body: unknown): void {
  for (const value of Object.values(body as object)) {
    if ([value].flat().some((one) => typeof one !== 'string')) throw new Unreadable(400);
  }
}
