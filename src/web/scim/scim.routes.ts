import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { PASSKEYS_ALONE } from '../../trust/identity-file.ts';
import type { ScimContext } from '../../trust/scim/context.ts';
import {
  ErrorResponse,
  Group,
  ResourceType,
  Schema,
  ScimError,
  ServiceProviderConfig,
  setBase,
  User,
} from '../../trust/scim/resources.ts';
import { directoryOf } from '../../trust/scim/token.ts';
import { TooMany } from '../limits.ts';
import type { WebServices } from '../services.ts';

const BASE = '/scim/v2';
const TYPE = 'application/scim+json; charset=utf-8';

type Asked = FastifyRequest<{ Params: { id: string }; Querystring: Record<string, string> }>;

/**
 * SCIM 2.0 for the force's directory (RFC 7643, RFC 7644): users and groups, with a bearer token of its own. Nothing of
 * a session or a form counts here, and nothing here counts elsewhere.
 */
export function scimRoutes(app: FastifyInstance, services: WebServices): void {
  const config = { open: true, program: true, limit: 'directory' } as const;
  // A change reads first and writes then: one at a time, or two of them would undo each other.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<unknown>): Promise<unknown> => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };

  app.register(async (scim) => {
    const parse = { parseAs: 'string' } as const;
    scim.removeContentTypeParser(['application/json']);
    for (const type of ['application/scim+json', 'application/json']) {
      scim.addContentTypeParser(type, parse, (_request, body, done) => {
        try {
          done(null, body === '' ? undefined : JSON.parse(String(body)));
        } catch {
          done(new ScimError(400, 'invalidSyntax', 'The body is not JSON') as unknown as FastifyError);
        }
      });
    }
    scim.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply));
    scim.addHook('onRequest', async (request) => {
      const directory = await directoryOf(services.records, request.headers.authorization, request.arrivedAt);
      if (directory === undefined) await app.countUnder('directoryRefused', request);
      if (directory === undefined) throw new ScimError(401, undefined as never, 'A bearer token is needed');
      request.directory = directory;
      setBase(services.origin() + BASE);
    });
    resources(scim, User, '/Users');
    resources(scim, Group, '/Groups');
    scim.get(`${BASE}/ServiceProviderConfig`, { config }, async (_request, reply) =>
      send(reply, await new ServiceProviderConfig().read()),
    );
    for (const [Kind, where] of [
      [Schema, '/Schemas'],
      [ResourceType, '/ResourceTypes'],
    ] as const) {
      scim.get(BASE + where, { config }, async (_request, reply) => send(reply, await new Kind().read()));
      scim.get(`${BASE}${where}/:id`, { config }, async (request, reply) =>
        send(reply, await new Kind((request as Asked).params.id as never).read()),
      );
    }
  });

  function resources(scim: FastifyInstance, Kind: typeof User | typeof Group, where: string): void {
    const all = BASE + where;
    const each = `${all}/:id`;
    scim.get(all, { config }, async (request, reply) => {
      const query = paged((request as Asked).query);
      return send(reply, await readable(() => new Kind(query as never)).read(context(request)));
    });
    scim.post(all, { config }, async (request, reply) => {
      const made = await inTurn(() => new Kind().write(request.body as never, context(request)));
      const { meta } = JSON.parse(JSON.stringify(made)) as { meta?: { location?: string } };
      return send(reply.code(201).header('location', meta?.location ?? all), made);
    });
    scim.get(each, { config }, async (request, reply) =>
      send(reply, await one(request).read(context(request))),
    );
    scim.put(each, { config }, async (request, reply) =>
      send(reply, await inTurn(() => one(request).write(request.body as never, context(request)))),
    );
    scim.patch(each, { config }, async (request, reply) => {
      const changed = await inTurn(() => one(request).patch(plain(request.body) as never, context(request)));
      return changed === undefined ? reply.code(204).send() : send(reply, changed);
    });
    scim.delete(each, { config }, async (request, reply) => {
      await inTurn(() => one(request).dispose(context(request)));
      return reply.code(204).send();
    });
    const one = (request: FastifyRequest) => {
      const { params, query } = request as Asked;
      return readable(() => new Kind(params.id, query as never));
    };
  }

  function context(request: FastifyRequest): ScimContext {
    const { records, clock, identity = PASSKEYS_ALONE } = services;
    return { records, identity, now: clock(), directory: request.directory };
  }

  function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const known = error instanceof ScimError;
    const status = Number(known ? (error as { status?: number }).status : (error.statusCode ?? 500));
    if (status >= 500) {
      services.log?.({ level: 'error', route: request.routeOptions.url, fault: error.name });
    }
    if (error instanceof TooMany) reply.header('retry-after', String(error.wait));
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="scim"');
    const detail = known
      ? error.message
      : status < 500
        ? 'The request cannot be read'
        : 'A fault of the program';
    const scimType = known ? (error as { scimType?: string }).scimType : undefined;
    return reply
      .code(status)
      .type(TYPE)
      .send(JSON.stringify({ schemas: [ErrorResponse.id], status: String(status), scimType, detail }));
  }
}

/** Reads a query. What `scimmy` stumbles over in it is the sender's mistake, however it says so. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (problem) {
    if (problem instanceof ScimError) throw problem;
    throw new ScimError(400, 'invalidFilter', 'The query cannot be read');
  }
}

const MOST = 200;

/** A query with its page in numbers: at most 200 at once, as the configuration says. */
function paged({ startIndex, count, ...query }: Record<string, string>): object {
  const whole = (text: string | undefined, otherwise: number) => {
    const number = Number(text ?? otherwise);
    return Number.isInteger(number) ? number : otherwise;
  };
  const page = { startIndex: Math.max(whole(startIndex, 1), 1), count: Math.max(whole(count, MOST), 0) };
  return { ...query, ...page, count: Math.min(page.count, MOST) };
}

/** Entra ID writes `active` as text, `"False"`, unless its tenant is told otherwise; here it is what it means. */
function plain(body: unknown): unknown {
  const sent = body as { Operations?: unknown } | undefined;
  if (!Array.isArray(sent?.Operations)) return body;
  const meant = (value: unknown) =>
    typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
  const Operations = sent.Operations.map((one: { path?: unknown; value?: unknown } | null) => {
    const value = one?.value;
    if (one?.path === 'active') return { ...one, value: meant(value) };
    if (typeof value !== 'object' || value === null || !('active' in value)) return one;
    return { ...one, value: { ...value, active: meant(value.active) } };
  });
  return { ...sent, Operations };
}

function send(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.type(TYPE).header('cache-control', 'no-store').send(JSON.stringify(body));
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The directory that asks, by the name of its token. */
    directory: string;
  }
}
