import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { tableNamed } from '../../extract/contract/tables.ts';
import { type QuarantineState, reasonInWords, remedyOf } from '../../extract/quarantine.ts';
import { look } from '../../trust/look.ts';
import { NotFound } from '../errors/errors.ts';
import { one, paging, type Query, readPage } from '../layout/paging.ts';
import { words } from '../words.ts';
import type { Intake } from './intake.ts';

const PAGE = 50;
const STATES: QuarantineState[] = ['waiting', 'released', 'discarded'];
/** Fields of the repair form are called this and the name of the column in the file. */
const FIELD = 'column:';

interface Mistake {
  text: string;
  href: string;
}

/** Rows that could not be taken in: the list, one row, putting it right, and discarding it. */
export function quarantineRoutes(app: FastifyInstance, intake: Intake): void {
  const seen = { action: 'see quarantine', look: { action: 'view', what: 'rows in quarantine' } } as const;
  const mended = {
    action: 'mend quarantine',
    look: { action: 'repair', what: 'row in quarantine' },
  } as const;

  app.get<{ Querystring: Query }>('/data/quarantine', { config: seen }, async (request, reply) => {
    const asked = one(request.query, 'state');
    const state = asked === 'all' ? undefined : (STATES.find((known) => known === asked) ?? 'waiting');
    const page = readPage(request.query);
    const filter = {
      table: one(request.query, 'table') || undefined,
      reason: one(request.query, 'reason') || undefined,
      state,
    };
    const { records, session, at, hidden } = await request.view();
    const [{ rows, total }, counts] = await Promise.all([
      intake.rows(filter, hidden, { offset: (page - 1) * PAGE, limit: PAGE }),
      intake.counts(hidden),
    ]);
    await look(records, session, at, async () => ({
      value: undefined,
      look: seen.look,
    }));
    return reply.page('data/quarantine.njk', {
      rows: rows.map((row) => ({ ...row, why: reasonInWords(row.reason) })),
      total,
      tables: [...new Set(counts.map((row) => row.table))].sort(),
      reasons: [...new Set(counts.map((row) => row.reason))].map((reason) => ({
        reason,
        why: reasonInWords(reason),
      })),
      states: STATES,
      state: state ?? 'all',
      filter,
      paging: paging('/data/quarantine', request.query, page, total, PAGE),
    });
  });

  async function rowPage(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    more: { errors?: Mistake[]; form?: Record<string, string>; done?: string } = {},
  ) {
    const { records, session, at, hidden } = await request.view();
    const found = /^[0-9a-f]{16}$/.test(id) ? await intake.row(id, hidden) : undefined;
    await look(records, session, at, async () => ({
      value: undefined,
      look: { ...seen.look, what: 'row in quarantine' },
    }));
    if (found === undefined) throw new NotFound('row in quarantine');
    const { row, decision } = found;
    const contract = tableNamed(row.table);
    const known = new Map((contract?.columns ?? []).map((column) => [column.name, column]));
    const names = [...new Set([...Object.keys(row.row), ...(row.column === '' ? [] : [row.column])])];
    return reply.code(more.errors ? 422 : 200).page('data/quarantined-row.njk', {
      row,
      decision,
      why: reasonInWords(row.reason),
      remedy: remedyOf(row.reason),
      received: JSON.stringify(row.row, null, 1),
      fields: names.map((name) => ({
        name,
        field: `${FIELD}${name}`,
        value: more.form?.[name] ?? row.row[name] ?? '',
        wrong: name === row.column,
        hint: hintOf(known.get(name)),
      })),
      reason: more.form?.[''] ?? '',
      errors: more.errors,
      done: more.done,
    });
  }

  app.get<{ Params: { id: string }; Querystring: Query }>(
    '/data/quarantine/:id',
    { config: seen },
    (request, reply) => {
      const done = one(request.query, 'done');
      return rowPage(
        request,
        reply,
        request.params.id,
        ['stored', 'duplicate', 'corrected', 'discarded'].includes(done) ? { done } : {},
      );
    },
  );

  app.post<{ Params: { id: string }; Body: Record<string, unknown> }>(
    '/data/quarantine/:id',
    { config: mended },
    async (request, reply) => {
      const { id } = request.params;
      const body = request.body ?? {};
      const text = (name: string) => (typeof body[name] === 'string' ? (body[name] as string).trim() : '');
      const reason = text('reason');
      const columns = Object.fromEntries(
        Object.keys(body)
          .filter((name) => name.startsWith(FIELD))
          .map((name) => [name.slice(FIELD.length), text(name)]),
      );
      const form = { ...columns, '': reason };
      const { records, session, at, hidden } = await request.view();
      const found = /^[0-9a-f]{16}$/.test(id) ? await intake.row(id, hidden) : undefined;
      if (found === undefined) throw new NotFound('row in quarantine');
      if (reason === '') {
        return rowPage(request, reply, id, {
          form,
          errors: [{ text: 'Enter the reason for your decision', href: '#reason' }],
        });
      }
      await look(records, session, at, async () => ({
        value: undefined,
        look: mended.look,
      }));
      const there = `/data/quarantine/${id}?done=`;
      if (text('decision') === 'discard') {
        await intake.discard(id, reason, session.name);
        return reply.redirect(`${there}discarded`, 303);
      }
      const changed = Object.fromEntries(
        Object.entries(columns).filter(([name, value]) => value !== (found.row.row[name] ?? '')),
      );
      const released = await intake.release(id, changed, reason, session.name);
      if (released.outcome === 'refused') {
        const where = released.column === '' ? 'The row' : words(released.column);
        return rowPage(request, reply, id, {
          form,
          errors: [
            {
              text: `${where.charAt(0).toUpperCase()}${where.slice(1)}: still ${reasonInWords(released.reason)}. ${remedyOf(released.reason)}`,
              href: released.column === '' ? '#repair' : `#${FIELD}${released.column}`,
            },
          ],
        });
      }
      return reply.redirect(`${there}${released.outcome}`, 303);
    },
  );
}

function hintOf(
  column: { kind: string; required: boolean; choices?: readonly string[] } | undefined,
): string {
  if (column === undefined) return '';
  const kind = column.choices ? `One of: ${column.choices.join(', ')}` : (HINTS[column.kind] ?? '');
  return [column.required ? '' : 'Optional', kind].filter((part) => part !== '').join('. ');
}

const HINTS: Record<string, string> = {
  time: 'For example, 2026-03-21T14:05:00Z',
  date: 'For example, 2026-03-21',
  latitude: 'Degrees, -90 to 90',
  longitude: 'Degrees, -180 to 180',
  duration: 'Seconds',
};
