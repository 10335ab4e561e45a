import type { LightMyRequestResponse } from 'fastify';
import { mined } from './make-things.ts';
import type { Reader, World } from './open-world.ts';
import { filled, situationsOf } from './things.ts';

export interface Field {
  name: string;
  type: string;
  /** What can be chosen; what stands in it otherwise. */
  values: string[];
}

/** A form as a page shows it, or a query as a link of a page has it. */
export interface Form {
  method: 'GET' | 'POST';
  /** The route as the router has it. */
  url: string;
  fields: Field[];
}

/** What the pages let their readers send, found by following every link of a new kind. */
export interface Inputs {
  forms: Form[];
  /** Every page that was opened. */
  pages: string[];
}

const attribute = (tag: string, name: string) => plain(new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]);
const plain = (text: string | undefined) =>
  text
    ?.replaceAll('&amp;', '&')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>');

const words = (name: string, value = ''): Field => ({ name, type: 'text', values: [value] });
const LOG = '/intelligence/logs/some';
/**
 * Forms that stand only where the purpose in force does not reach, in a search for a matter, on a log that was opened for a purpose of its own, or where
 * something is due: no link leads there.
 */
const OUT_OF_THE_WAY: readonly [path: string, fields: Field[]][] = [
  [`${LOG}/read`, [words('reason')]],
  [`${LOG}/return`, [words('why')]],
  [`${LOG}/sanitise`, [words('sanitised1'), words('meant'), words('meant_why')]],
  [`${LOG}/send-back`, [words('why')]],
  [`${LOG}/pass`, [words('group', '3')]],
  [`${LOG}/review`, [words('group', '3'), words('why')]],
  [`${LOG}/close`, [words('why')]],
  [`${LOG}/reopen`, [words('why')]],
  [`${LOG}/agree`, []],
  [
    `${LOG}/share`,
    [words('audience', 'partners'), words('recipient'), words('purpose'), words('paragraph', '1')],
  ],
  [`${LOG}/category`, [words('answers'), words('act', 'keep'), words('instead'), words('reason')]],
  ['/intelligence/category-reviews/some', [words('answers'), words('act', 'keep')]],
  ['/retention/reviews', [words('kind'), words('about'), words('group'), words('until'), words('reason')]],

  ['/purpose/widen', [words('for', 'triage'), words('reason'), words('asked', '/officers/E-1')]],
  ['/search/for-a-matter', [words('reason')]],
];

/** Follows the links of a reader's pages, one of each kind: route, and names in its query. */
export async function discover(world: World, reader: Reader): Promise<Inputs> {
  const { app } = world.bench;
  const routes = app.everyRoute();
  const patterns = routes
    .map(({ method, url }) => ({ method, url, at: new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+')}$`) }))
    .sort((a, b) => (a.url.match(/:/g)?.length ?? 0) - (b.url.match(/:/g)?.length ?? 0));
  const routeOf = (method: string, path: string) =>
    patterns.find((one) => one.method === method && one.at.test(path))?.url;

  const todo = [
    '/',
    '/purpose',
    '/matters',
    '/names',
    '/oversight',
    '/monitoring',
    '/data',
    '/audit',
    '/accounts',
  ];
  await mined(world);
  for (const { method, url, open } of routes) {
    if (open || method === 'HEAD') continue;
    // One of everything is made, so that the pages have something to show and to decide.
    const [one] = situationsOf(url) ?? [];
    const there = filled(url, one === undefined ? {} : await one.make(world, reader));
    if (method === 'GET') todo.push(there);
  }
  const seen = new Set<string>();
  const forms = new Map<string, Form>();
  const pages: string[] = [];
  const add = (method: 'GET' | 'POST', path: string, fields: Field[]) => {
    const url = routeOf(method, path);
    if (url === undefined) throw new Error(`a page leads to ${method} ${path}, which is no route`);
    const form = forms.get(`${method} ${url}`) ?? { method, url, fields: [] };
    for (const field of fields) {
      if (field.name !== '_csrf' && !form.fields.some((one) => one.name === field.name))
        form.fields.push(field);
    }
    forms.set(`${method} ${url}`, form);
  };
  for (let next = todo.shift(); next !== undefined; next = todo.shift()) {
    const { pathname, searchParams } = new URL(next, 'http://here.invalid');
    const route = routeOf('GET', pathname);
    if (route === undefined || route.startsWith('/assets/')) continue;
    const names = [...new Set(searchParams.keys())];
    const kind = `${route} ${names.sort().join(' ')}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    if (names.length > 0)
      add(
        'GET',
        pathname,
        names.map((name) => ({ name, type: 'query', values: [searchParams.get(name) ?? ''] })),
      );
    const answer = await reader.visitor.get(next);
    if (answer.statusCode === 200) pages.push(next);
    todo.push(...linksOf(answer));
    for (const one of formsOf(answer))
      add(one.method, new URL(one.action ?? next, 'http://here.invalid').pathname, one.fields);
  }
  for (const [path, fields] of OUT_OF_THE_WAY) add('POST', path, fields);
  return { forms: [...forms.values()], pages };
}

function linksOf({ body }: LightMyRequestResponse): string[] {
  return [...body.matchAll(/\shref="(\/[^"#]*)/g)].map((found) => plain(found[1]) ?? '');
}

/** The forms of a page. */
export function formsOf({ body }: LightMyRequestResponse) {
  return [...body.matchAll(/<form([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head = '', inside = '']) => ({
    method: (attribute(head, 'method') ?? 'get').toUpperCase() as 'GET' | 'POST',
    action: attribute(head, 'action'),
    fields: fieldsOf(inside),
  }));
}

function fieldsOf(inside: string): Field[] {
  const fields = new Map<string, Field>();
  for (const [tag, kind = ''] of inside.matchAll(/<(input|textarea|select|button)\b[^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (name === undefined) continue;
    const field = fields.get(name) ?? { name, type: attribute(tag, 'type') ?? kind, values: [] };
    field.values.push(...(kind === 'select' ? optionsOf(inside, tag) : [attribute(tag, 'value') ?? '']));
    fields.set(name, field);
  }
  return [...fields.values()];
}

function optionsOf(inside: string, tag: string): string[] {
  const list = inside.slice(inside.indexOf(tag)).split('</select>')[0] ?? '';
  return [...list.matchAll(/<option[^>]*>/g)].map(([option]) => attribute(option, 'value') ?? '');
}

/** What somebody who fills a form in properly sends. */
export function filledIn(form: Form): Record<string, string> {
  const text: Record<string, string> = { number: '3', date: '2026-03-21' };
  return Object.fromEntries(
    form.fields.map(({ name, type, values }) => [
      name,
      values.find((value) => value !== '') ??
        text[type] ??
        (/_on$|^(from|to)$/.test(name) ? '2026-03-21' : 'Some words'),
    ]),
  );
}
