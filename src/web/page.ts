import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import nunjucks from 'nunjucks';
import { dayInWords, momentInWords, timeOfDay } from '../kernel/local-time.ts';
import { ROLES, type Role } from '../trust/roles.ts';
import { asDate, count, percent, preciseMoment, words } from './words.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a page made from a template below `src/web`. Everything put into it is escaped. */
    page(template: string, data?: Record<string, unknown>): FastifyReply;
  }
}

const NAVIGATION: { text: string; href: string; for: readonly Role[] }[] = [
  { text: 'Signals', href: '/signals', for: ['analyst'] },
  { text: 'Search', href: '/search', for: ['analyst'] },
  { text: 'Data', href: '/data', for: ['analyst', 'administrator'] },
  { text: 'Looks', href: '/looks', for: ROLES },
];

/** Gives every reply a `page` method. */
export function pages(app: FastifyInstance): void {
  const templates = new nunjucks.Environment(
    new nunjucks.FileSystemLoader([
      import.meta.dirname,
      path.join(import.meta.dirname, '../../node_modules/govuk-frontend/dist'),
    ]),
    { autoescape: true, trimBlocks: true, lstripBlocks: true },
  );
  templates.addFilter('day', (at: Date | string) => dayInWords(asDate(at)));
  templates.addFilter('moment', (at: Date | string) => momentInWords(asDate(at)));
  templates.addFilter('clock', (at: Date | string) => timeOfDay(asDate(at)));
  templates.addFilter('iso', (at: Date | string) => asDate(at).toISOString());
  templates.addFilter('count', count);
  templates.addFilter('percent', percent);
  templates.addFilter('fixed', (value: number, places = 2) => Number(value).toFixed(places));
  templates.addFilter('words', words);
  templates.addFilter('sentence', (text: string) => text.charAt(0).toUpperCase() + text.slice(1));
  templates.addFilter('precise', (at: Date | string) => preciseMoment(asDate(at)));
  templates.addFilter('segment', encodeURIComponent);

  app.decorateReply('page', function page(template: string, data: Record<string, unknown> = {}) {
    const { session, url } = this.request;
    const here = url.split('?')[0] ?? url;
    const navigation = NAVIGATION.filter((item) =>
      session?.roles.some((role) => item.for.includes(role)),
    ).map((item) => ({ ...item, active: here === item.href || here.startsWith(`${item.href}/`) }));
    const html = templates.render(template, {
      ...data,
      session,
      navigation,
      csrf: this.generateCsrf(),
    });
    return this.type('text/html; charset=utf-8').header('cache-control', 'private, no-store').send(html);
  });
}
