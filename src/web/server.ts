import cookie from '@fastify/cookie';
import csrf from '@fastify/csrf-protection';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import fastify, { type FastifyInstance, type FastifyRequest, type RouteOptions } from 'fastify';
import type { Action } from '../trust/policy/table.ts';
import { installationKey, scopeKey } from '../trust/pseudonym/key.ts';
import { assets } from './assets.ts';
import { door } from './door.ts';
import { errorPages } from './errors/errors.ts';
import { inputs } from './input.ts';
import { LIMITS, limits } from './limits.ts';
import { pages } from './page.ts';
import { believed, onlyOverTls } from './proxies.ts';
import { rooms } from './rooms.ts';
import type { WebServices } from './services.ts';
import { cookieName, cookieOptions, formIsFor, overTls } from './session-cookie.ts';
import { views } from './view.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The token of a form that came in parts. */
    formToken: string | undefined;
  }
  interface FastifyInstance {
    /** Every route as the router was given it: the tests walk this list. */
    everyRoute(): {
      method: string;
      url: string;
      open: boolean;
      action: Action | undefined;
      /** What a body comes as. */
      takes: 'form' | 'parts' | 'script' | 'program';
    }[];
  }
}

const YEAR = 31_536_000;
/** Nothing of the machine is asked for but passkeys. */
const PERMISSIONS =
  'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), publickey-credentials-get=(self)';

/** The web application, ready to listen. It owns nothing of `services`: closing it leaves the stores open. */
export async function buildServer(services: WebServices): Promise<FastifyInstance> {
  const app = fastify({
    // Addresses hold identifiers of people: the request log below is our own and names the route only.
    logger: false,
    routerOptions: { maxParamLength: 400, ignoreTrailingSlash: true },
    bodyLimit: 1 << 20,
    // Only proxies that are named are believed about where a request comes from and how it came in.
    trustProxy: believed(services.proxies ?? []),
    ...(services.tls === undefined ? {} : { https: services.tls }),
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: overTls(services) ? { maxAge: YEAR, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    xPoweredBy: false,
    xXssProtection: false,
  });
  await app.register(cookie);
  await app.register(csrf, {
    cookieKey: cookieName(services, 'form'),
    cookieOpts: cookieOptions(services),
    getToken: formToken,
    getUserInfo: formIsFor,
    csrfOpts: { hmacKey: scopeKey(installationKey(services.home), 'forms').toString('base64') },
  });
  await app.register(formbody);
  await app.register(multipart, {
    limits: { fileSize: 64 * 2 ** 30, files: 200, fields: 20, fieldSize: 4096 },
  });
  await app.register(rateLimit, { global: false });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('permissions-policy', PERMISSIONS);
  });
  onlyOverTls(app, services);
  app.decorateRequest('formToken', undefined);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.decorate('everyRoute', () =>
    routes.flatMap(({ method, url, config }) =>
      [method].flat().map((one) => ({
        method: one,
        url,
        open: config?.open === true,
        action: config?.action,
        takes: config?.tokenInParts
          ? 'parts'
          : config?.program
            ? 'program'
            : config?.json
              ? 'script'
              : 'form',
      })),
    ),
  );

  requestLog(app, services);
  pages(app, services);
  errorPages(app, services);
  limits(app, (name) => services.limits?.[name] ?? LIMITS[name].aMinute);
  inputs(app);
  door(app, services);
  views(app, services);
  await assets(app);
  app.get('/health', { config: { open: true } }, async () => ({ status: 'ok' }));
  rooms(app, services);
  return app;
}

function formToken(request: FastifyRequest): string {
  const body = request.body as { _csrf?: unknown } | undefined;
  return request.formToken ?? (typeof body?._csrf === 'string' ? body._csrf : '');
}

function requestLog(app: FastifyInstance, services: WebServices): void {
  app.addHook('onResponse', async (request, reply) => {
    services.log?.({
      level: 'info',
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
}
