/** A query string as the router gives it: a name said twice is a list. */
export type Query = Record<string, string | string[] | undefined>;

/** One value of a query string, trimmed and cut; the first where there are several. */
export function one(query: Query, name: string, longest = 200): string {
  const value = query[name];
  return ((Array.isArray(value) ? value[0] : value) ?? '').trim().slice(0, longest);
}

/** The page asked for, from 1. */
export function readPage(query: Query): number {
  const page = Number(one(query, 'page') || '1');
  return Number.isInteger(page) && page >= 1 && page <= 100_000 ? page : 1;
}

/** An address with its query, some values changed. Empty values are left out. */
export function address(path: string, query: Query, changes: Record<string, string> = {}): string {
  const all = new URLSearchParams();
  for (const name of Object.keys({ ...query, ...changes })) {
    const value = changes[name] ?? one(query, name);
    if (value !== '') all.set(name, value);
  }
  const text = all.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** Parameters of the design system's pagination, or undefined when everything fits one page. */
export function paging(path: string, query: Query, page: number, total: number, size: number) {
  const last = Math.max(1, Math.ceil(total / size));
  if (last === 1) return undefined;
  const to = (n: number) => address(path, query, { page: n === 1 ? '' : String(n) });
  const shown = [...new Set([1, page - 1, page, page + 1, last])].filter((n) => n >= 1 && n <= last);
  const items: object[] = [];
  let before = 0;
  for (const n of shown.sort((a, b) => a - b)) {
    if (n > before + 1) items.push({ ellipsis: true });
    items.push({ number: n, href: to(n), current: n === page });
    before = n;
  }
  return {
    items,
    ...(page > 1 ? { previous: { href: to(page - 1) } } : {}),
    ...(page < last ? { next: { href: to(page + 1) } } : {}),
  };
}
