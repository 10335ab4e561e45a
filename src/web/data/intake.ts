import path from 'node:path';
import { freshness, listImports, oneImport } from '../../extract/feeds.ts';
import {
  countQuarantine,
  discardRow,
  listQuarantine,
  type QuarantineFilter,
  quarantinedRow,
} from '../../extract/quarantine.ts';
import { releaseRow } from '../../extract/release.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Circle } from '../../trust/circle/circle.ts';
import { installationKey } from '../../trust/pseudonym/key.ts';
import type { WebServices } from '../services.ts';

/** What the data pages may do with what came in, and nothing else: they hold no store. */
export interface Intake {
  freshness(): ReturnType<typeof freshness>;
  imports(page: { offset: number; limit: number }): ReturnType<typeof listImports>;
  import(id: string): ReturnType<typeof oneImport>;
  counts(hidden: Circle): ReturnType<typeof countQuarantine>;
  rows(
    filter: QuarantineFilter,
    hidden: Circle,
    page: { offset: number; limit: number },
  ): ReturnType<typeof listQuarantine>;
  /** One row in quarantine; undefined also where it names somebody of whom the reader must learn nothing. */
  row(id: string, hidden: Circle): ReturnType<typeof quarantinedRow>;
  discard(id: string, reason: string, by: string): Promise<void>;
  release(
    id: string,
    changed: Record<string, string>,
    reason: string,
    by: string,
  ): ReturnType<typeof releaseRow>;
}

const all = ({ officers, people }: Circle) => [...officers, ...people];

export function intakeOf(
  services: Pick<WebServices, 'records' | 'events' | 'home'> & { clock: Clock },
): Intake {
  const { records, events } = services;
  const stores = { records, events, erasureKey: installationKey(services.home, 'erasures') };
  const { clock } = services;
  return {
    freshness: () => freshness(stores),
    imports: (page) => listImports(stores, page),
    import: (id) => oneImport(stores, id),
    counts: (hidden) => countQuarantine(stores, all(hidden)),
    rows: (filter, hidden, page) => listQuarantine(stores, { ...filter, hidden: all(hidden) }, page),
    row: async (id, hidden) => {
      const found = await quarantinedRow(stores, id);
      if (found === undefined) return undefined;
      const names = Object.values(found.row.row).map((value) => String(value ?? '').trim());
      return names.some((value) => hidden.officers.has(value) || hidden.people.has(value))
        ? undefined
        : found;
    },
    discard: (id, reason, by) => discardRow(stores, id, reason, { by, clock }),
    release: (id, changed, reason, by) =>
      releaseRow(stores, id, changed, reason, { by, clock, workFolder: path.join(services.home, 'work') }),
  };
}
