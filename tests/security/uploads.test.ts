import { existsSync, readdirSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { listEntries } from '../../src/trust/audit/listing.ts';
import { clamav } from '../../src/trust/scanner/clamav.ts';
import { uploadsFolder } from '../../src/web/data/upload.ts';
import { EICAR, startClamd } from '../support/clamd.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let clamd: Awaited<ReturnType<typeof startClamd>>;
let bench: Workbench;
let analyst: Visitor;

beforeAll(async () => {
  clamd = await startClamd();
  bench = await openWorkbench();
  analyst = await bench.signedIn('Upload Mock');
});
afterAll(async () => {
  await bench?.close();
  await clamd?.stop();
});
beforeEach(async () => {
  bench.services.scanner = clamav({ path: clamd.socket });
  await analyst.get('/data');
});

function upload(files: Record<string, string>) {
  const boundary = 'a-boundary-of-the-test';
  const part = (head: string, body: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`;
  const parts = Object.entries(files).map(([name, body]) =>
    part(`name="files"; filename="${name}"\r\nContent-Type: text/csv`, body),
  );
  return analyst.send({
    method: 'POST',
    url: '/data/upload',
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: `${part('name="_csrf"', analyst.token)}${parts.join('')}--${boundary}--\r\n`,
  });
}

const left = () => {
  const folder = uploadsFolder(bench.stores.folder);
  return existsSync(folder) ? readdirSync(folder, { recursive: true }) : [];
};

async function imports(): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from import`.execute(bench.stores.records);
  return Number(rows[0]?.n);
}

const PEOPLE = 'person_id,name\nP1,Ann Mock\n';

it('an upload in which the scanner finds something is refused whole, leaves nothing, and is written down', async () => {
  const uploads: Record<string, string>[] = [
    { 'people.csv': PEOPLE, 'calls.csv': EICAR },
    { 'mapping.yaml': `# ${EICAR}\n`, 'people.csv': PEOPLE },
  ];
  for (const files of uploads) {
    const answer = await upload(files);
    expect(answer.statusCode).toBe(422);
    expect(answer.body).toContain('the virus scanner found Invented.Test.File');
    expect(left()).toEqual([]);
  }
  expect(await imports()).toBe(0);
  const { entries, total } = await listEntries(
    bench.stores.records,
    { outcome: 'refused', act: 'collection' },
    { offset: 0, limit: 10 },
  );
  expect(total).toBe(2);
  expect(entries[0]).toMatchObject({ action: 'import', what: 'upload that the virus scanner stopped' });
});

it('a clean upload goes on', async () => {
  const answer = await upload({ 'people.csv': PEOPLE });
  expect(answer.statusCode).toBe(303);
  const job = bench.services.importJob(String(answer.headers.location).split('/').at(-1) ?? '');
  await job?.ended;
  expect(job?.state).toBe('done');
  expect(await imports()).toBe(1);
  await expect.poll(left).toEqual([]); // taken away right after the job
});

it('while the scanner is down nothing is taken in', async () => {
  bench.services.scanner = clamav({ host: '127.0.0.1', port: 1 });
  const answer = await upload({ 'people.csv': PEOPLE });
  expect(answer.statusCode).toBe(422);
  expect(answer.body).toContain('The virus scanner does not answer');
  expect(left()).toEqual([]);
  expect(await imports()).toBe(1); // that of the clean upload
});

it('the page says whether files are looked through', async () => {
  expect((await analyst.get('/data')).body).toContain('Every file goes through ClamAV first');
  bench.services.scanner = undefined;
  expect((await analyst.get('/data')).body).toContain('No virus scanner is set up here');
});
