import { readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const GOVUK = path.join(import.meta.dirname, '../../node_modules/govuk-frontend/dist/govuk');

/**
 * Style and scripts, open to all. The design system is served without the GOV.UK typeface and crest, which only
 * services on GOV.UK may use.
 */
export async function assets(app: FastifyInstance): Promise<void> {
  const css = readFileSync(path.join(GOVUK, 'govuk-frontend.min.css'), 'utf8')
    .replaceAll(/@font-face\{[^}]*\}/g, '')
    .replaceAll(/url\(\/assets\/images\/govuk-crest\.svg\)/g, 'none')
    .replaceAll('GDS Transport,arial,sans-serif', 'Arial,Helvetica,sans-serif');
  const js = readFileSync(path.join(GOVUK, 'govuk-frontend.min.js'), 'utf8').replace(
    /\/\/# sourceMappingURL.*/,
    '',
  );
  const open = { config: { open: true } } as const;
  app.get('/assets/govuk.css', open, (_request, reply) =>
    reply.type('text/css').header('cache-control', 'public, max-age=3600').send(css),
  );
  app.get('/assets/govuk.js', open, (_request, reply) =>
    reply.type('text/javascript').header('cache-control', 'public, max-age=3600').send(js),
  );
  await app.register(async (own) => {
    own.addHook('onRoute', (route) => {
      route.config = { ...route.config, open: true };
    });
    await own.register(fastifyStatic, {
      root: path.join(import.meta.dirname, 'assets'),
      prefix: '/assets/',
      decorateReply: false,
      index: false,
      wildcard: false,
      maxAge: '1h',
    });
  });
}
