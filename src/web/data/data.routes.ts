import { rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { currentRun } from '../../detection/runs.ts';
import type { Freshness, PastImport } from '../../extract/feeds.ts';
import type { TableCounts } from '../../extract/take-in.ts';
import { Failure } from '../../kernel/failure.ts';
import { named } from '../../stores/vault/sealed.ts';
import { appendAlone } from '../../trust/audit/log.ts';
import { isDemonstration } from '../../trust/installation.ts';
import { signedIn } from '../door.ts';
import { NotFound } from '../errors/errors.ts';
import { paging, type Query, readPage } from '../layout/paging.ts';
import type { WebServices } from '../services.ts';
import type { Intake } from './intake.ts';
import { lateBy } from './late.ts';
import { Infected, receiveUpload, uploadsFolder } from './upload.ts';

const PAGE = 20;

/** What came in and how fresh it is, and taking in more. */
export function dataRoutes(app: FastifyInstance, services: WebServices, intake: Intake): void {
  const config = { action: 'see what was taken in' } as const;
  const fresh = freshnessOf(services, intake);
  // What an upload left when the server was stopped in the middle of it.
  rmSync(uploadsFolder(services.home), { recursive: true, force: true });

  async function dataPage(
    request: FastifyRequest<{ Querystring: Query }>,
    reply: FastifyReply,
    problem?: string,
  ) {
    const page = readPage(request.query);
    const { hidden } = await request.view();
    const [feeds, counts, { imports, total }, run] = await Promise.all([
      fresh(),
      intake.counts(hidden),
      intake.imports({ offset: (page - 1) * PAGE, limit: PAGE }),
      currentRun(services.records),
    ]);
    const waiting = (table?: string) =>
      counts
        .filter((row) => table === undefined || row.table === table)
        .reduce((sum, row) => sum + Number(row.waiting), 0);
    return reply.code(problem === undefined ? 200 : 422).page('data/data.njk', {
      problem,
      run,
      demonstration: await isDemonstration(services.records),
      waiting: waiting(),
      scanner: services.scanner?.name,
      feeds: feeds.map((feed) => ({ ...feed, late: lateBy(feed, feeds), quarantined: waiting(feed.table) })),
      imports: imports.map((one) => ({ ...one, sum: sumOf(one) })),
      paging: paging('/data', request.query, page, total, PAGE),
    });
  }

  app.get<{ Querystring: Query }>('/data', { config }, (request, reply) => dataPage(request, reply));

  app.get<{ Params: { id: string } }>('/data/imports/:id', { config }, async (request, reply) => {
    const found = await intake.import(request.params.id);
    if (found === undefined) throw new NotFound('import');
    return reply.page('data/import.njk', {
      import: found,
      sum: sumOf(found),
      tables: Object.entries(found.tables),
      problems: found.files.filter((file) => file.status === 'unreadable' || file.status === 'unknown'),
    });
  });

  app.post<{ Querystring: Query }>(
    '/data/upload',
    { config: { action: 'take in data', tokenInParts: true, limit: 'upload' } },
    async (request, reply) => {
      if (!request.isMultipart()) return dataPage(request, reply, 'Select a file');
      const upload = await receiveUpload(request, services, (token) =>
        allowForm(app, request, reply, token),
      ).catch((problem) => stopped(services, problem, signedIn(request).name));
      if (upload instanceof Failure) return dataPage(request, reply, upload.sentence());
      if (upload.files.length === 0) {
        await rm(upload.folder, { recursive: true, force: true });
        return dataPage(
          request,
          reply,
          upload.mapping === undefined ? 'Select a file' : 'Select the files that the mapping file is for',
        );
      }
      const job = await services.startImport(upload.files, upload.mapping, signedIn(request).name);
      // The rows are in the store or in quarantine then; copies of personal data must not lie around.
      services.importJob(job)?.ended.then(() => rm(upload.folder, { recursive: true, force: true }));
      return reply.redirect(`/data/jobs/${job}`, 303);
    },
  );

  app.get<{ Params: { id: string } }>('/data/jobs/:id', { config }, async (request, reply) => {
    const job = services.importJob(request.params.id);
    if (job === undefined) throw new NotFound('import');
    const report = job.state === 'running' ? undefined : await importSince(services, job.by, job.startedAt);
    return reply.page('data/job.njk', { job, report });
  });

  app.get<{ Params: { id: string } }>('/data/jobs/:id/state', { config }, async (request, reply) => {
    const job = services.importJob(request.params.id);
    if (job === undefined) throw new NotFound('import');
    return reply
      .header('cache-control', 'no-store')
      .send({ state: job.state, percent: job.percent, what: job.what });
  });
}

/**
 * Why an upload was stopped, to be shown; what the scanner found is written into the audit log.
 * @throws whatever is not a reason that its sender can act on.
 */
async function stopped(services: WebServices, problem: unknown, who: string): Promise<Failure> {
  if (problem instanceof Failure) return problem;
  if (!(problem instanceof Infected)) throw problem;
  const { file, found } = problem;
  const deed = {
    act: 'collection',
    action: 'import',
    what: 'upload that the virus scanner stopped',
  } as const;
  await appendAlone(
    services.records,
    { ...deed, outcome: 'refused', who, more: { file, found } },
    services.clock(),
  );
  return new Failure(`${file} was not taken in, nor were the others: the virus scanner found ${found}`, {
    todo: 'Tell your security team, and have a clean file sent',
  });
}

/** Checks the token of a form that came in parts, as the door does for others. */
export async function allowForm(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
): Promise<void> {
  request.formToken = token;
  await new Promise<void>((resolve, reject) => {
    // On a bad token the plugin sends its error: turned into a throw, so that nothing more of the upload is read.
    const refuse = { ...reply, request, send: (error: Error) => reject(error) } as unknown as FastifyReply;
    app.csrfProtection(request, refuse, () => resolve());
  });
}

/** Freshness reads whole columns, and changes only when a load is finished: it is kept until then. */
function freshnessOf({ records }: WebServices, intake: Intake): () => Promise<Freshness[]> {
  let kept: { load: number | null; value: Promise<Freshness[]> } | undefined;
  return async () => {
    const { rows } = await sql<{ load: number | null }>`
      select max(load_id) as load from load where status = 'finished'`.execute(records);
    const load = rows[0]?.load ?? null;
    if (kept === undefined || kept.load !== load) {
      const value = intake.freshness();
      kept = { load, value };
      value.catch(() => {
        kept = undefined;
      });
    }
    return kept.value;
  };
}

/** The import that an order of that moment became. */
async function importSince({ records }: WebServices, by: string, since: Date): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`select import_id as id from import
    where started_by = ${named(by)} and started_at >= ${since.toISOString()}::timestamptz
    order by started_at limit 1`.execute(records);
  return rows[0]?.id;
}

function sumOf(one: PastImport): TableCounts {
  const sum = { read: 0, stored: 0, duplicate: 0, corrected: 0, quarantined: 0 };
  for (const { counts } of one.files) {
    for (const name of Object.keys(sum) as (keyof TableCounts)[]) sum[name] += Number(counts[name]);
  }
  return sum;
}
