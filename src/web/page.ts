import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import nunjucks from 'nunjucks';
import { dayInWords, momentInWords, timeOfDay } from '../kernel/local-time.ts';
import { may } from '../trust/policy/may.ts';
import type { Action } from '../trust/policy/table.ts';
import { called } from '../trust/pseudonym/word.ts';
import { Addresses } from './addresses.ts';
import type { WebServices } from './services.ts';
import { formIsFor } from './session-cookie.ts';
import { asDate, count, percent, preciseMoment, words } from './words.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Sends a page made from a template below `src/web`. Everything put into it is escaped. */
    page(template: string, data?: Record<string, unknown>): FastifyReply;
  }
}

const NAVIGATION: { text: string; href: string; action: Action }[] = [
  { text: 'Signals', href: '/signals', action: 'see the ranked queue' },
  { text: 'Intelligence', href: '/intelligence/logs', action: 'list intelligence logs' },
  { text: 'Search', href: '/search', action: 'search' },
  { text: 'Matters', href: '/matters', action: 'list own matters' },
  { text: 'Oversight', href: '/oversight', action: 'see what waits for the head' },
  { text: 'Data', href: '/data', action: 'see what was taken in' },
  { text: 'Looks', href: '/looks', action: 'see own looks' },
  { text: 'Audit', href: '/audit', action: 'read the audit log' },
  { text: 'Retention', href: '/retention', action: 'see rules of retention' },
  { text: 'Accounts', href: '/accounts', action: 'see accounts' },
];

/** Gives every reply a `page` method. */
export function pages(app: FastifyInstance, services: Pick<WebServices, 'home'>): void {
  const addresses = new Addresses(services.home);
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
  templates.addFilter('called', called);
  templates.addFilter('signalRef', (id: string) => addresses.signal(id));
  templates.addFilter('encounterRef', (id: string) => addresses.encounter(id));

  app.decorateReply('page', function page(template: string, data: Record<string, unknown> = {}) {
    const { session, url, purpose, names, alarms, reviews } = this.request;
    const here = url.split('?')[0] ?? url;
    const navigation = NAVIGATION.filter((item) => session !== null && may(session, item.action)).map(
      (item) => ({ ...item, active: here === item.href || here.startsWith(`${item.href}/`) }),
    );
    const html = templates.render(template, {
      ...data,
      session,
      stated: purpose,
      names,
      alarms,
      reviews,
      thisPage: url,
      navigation,
      csrf: this.generateCsrf({ userInfo: formIsFor(this.request) }),
      may: (action: Action) => session !== null && may(session, action),
    });
    return this.type('text/html; charset=utf-8').header('cache-control', 'private, no-store').send(html);
  });
}
