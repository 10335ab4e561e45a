import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSealed } from '../../src/stores/vault/check-sealed.ts';
import { named, opened } from '../../src/stores/vault/sealed.ts';
import { installationKey } from '../../src/trust/pseudonym/key.ts';
import { Mask } from '../../src/trust/pseudonym/mask.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
const offender = `/officers/${OFFENDER}`;
const person = `/people/${encodeURIComponent(PERSON)}`;
const pair = `${offender}${person}`;

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

const rows = async <Row>(query: ReturnType<typeof sql<Row>>) =>
  (await query.execute(bench.stores.records)).rows;
const status = async (visitor: Visitor, url: string) => (await visitor.get(url)).statusCode;
/** All that an answer says, but its form's token and the address that was asked for. */
async function said(visitor: Visitor, url: string): Promise<string> {
  const { statusCode, body } = await visitor.get(url);
  return `${statusCode} ${body.replaceAll(/name="(?:_csrf|asked|afterwards)" value="[^"]*"/g, '')}`;
}
async function triageOf(visitor: Visitor, officer: string, about: string): Promise<number> {
  const [signal] = await rows(sql<{ id: string }>`select signal_id as id from signal
    where officer_id = ${officer} and person_id = ${about} order by score desc`);
  return status(visitor, `/signals/${bench.addresses.signal(signal?.id ?? '')}`);
}
async function matterOf(visitor: Visitor, title: string): Promise<string> {
  const { body } = await visitor.get('/signals');
  const signal = /\/signals\/(s_[\w-]+)"/.exec(body)?.[1] ?? '';
  await visitor.get(`/matters/new?signal=${signal}`);
  return String((await visitor.post('/matters', { signal, title })).headers.location);
}
const widened = (
  visitor: Visitor,
  asked: string,
  reason = 'Their numbers are the same',
  whereto = 'triage',
) => visitor.post('/purpose/widen', { asked, reason, for: whereto });
const whys = async (who: string, what: string) =>
  (
    await rows(sql<{
      value: string;
    }>`select ${opened('audit_detail.value', 'd')} as value from audit_detail d join audit_entry e on e.entry_no = d.entry_no
      join audit_detail w on w.entry_no = d.entry_no and w.field = 'who' and w.value = ${named(who)}
      where d.field = 'why' and e.what = ${what} order by d.entry_no`)
  ).map((row) => row.value);

describe('a triage', () => {
  it('opens its officer, its person, what is between them, and nobody else, whether they exist or not', async () => {
    const head = await bench.signedIn('Bound Mock', ['ccu_head', 'analyst']);
    expect(await triageOf(head, OFFENDER, PERSON)).toBe(200);
    for (const url of [offender, person, pair, `/incidents/${INCIDENT}`])
      expect(await status(head, url), url).toBe(200);
    const page = (await head.get(pair)).body;
    const encounter = /\/encounters\/(e_[\w-]+)/.exec(page)?.[1] ?? '';
    expect(await status(head, `/encounters/${encounter}`)).toBe(200);
    const beyond = await said(head, '/officers/E-nobody');
    expect(beyond).toMatch(/^428 /);
    for (const url of ['/officers/E-5001', '/people/P-11', '/people/P-none', `/officers/E-5001${person}`])
      expect(await said(head, url), url).toBe(beyond);
    expect(await said(head, '/incidents/I-10')).toBe(await said(head, '/incidents/none'));
    for (const text of ['Feign', 'P-11', 'Sham', '4472', 'I-1'])
      expect((await head.get(`/search?q=${text}`)).body, text).toContain('Nothing found');
    expect((await head.get('/search?q=Kit')).body).toContain('Kit Pretend');
    // Whom else an officer of the triage met stands there as a line, without a name.
    expect((await head.get(offender)).body).toMatch(/People met: \d/);
    await head.post('/purpose/end', {});
    for (const url of [offender, person, pair, `/incidents/${INCIDENT}`, `/encounters/${encounter}`])
      expect(await status(head, url), url).toBe(428);
  });

  it('is widened with a reason, as often as the settings let, and says nothing of what cannot be opened', async () => {
    const head = await bench.signedIn('Wide Mock', ['ccu_head', 'analyst']);
    await triageOf(head, OFFENDER, PERSON);
    const asked = await head.get('/officers/E-5001');
    expect(asked.body).toContain('It can be widened 5 more times');
    expect((await widened(head, '/officers/E-5001', '')).statusCode).toBe(422);
    expect(await status(head, '/officers/E-5001')).toBe(428);
    expect((await widened(head, '/officers/E-5001')).headers.location).toBe('/officers/E-5001');
    expect(await status(head, '/officers/E-5001')).toBe(200);
    expect(await status(head, '/officers/E-5002')).toBe(428);
    const none = await widened(head, '/people/P-none');
    expect(none.statusCode).toBe(422);
    expect(none.body).toContain('Nothing could be opened');
    for (const other of ['/signals', 'https://evil.example/', '//evil', '/officers/%zz'])
      expect((await widened(head, other)).statusCode, other).toBe(422);
    for (const next of ['/people/P-11', '/people/P-12', '/people/P-13', '/people/P-14'])
      expect((await widened(head, next)).statusCode, next).toBe(303);
    expect((await widened(head, '/people/P-15')).statusCode).toBe(422);
    expect((await head.get('/people/P-15')).body).not.toContain('It can be widened');
    expect(await whys('Wide Mock', 'purpose widened')).toHaveLength(5);
    const kept = await rows(sql<{ plain: string; why: string }>`select s.why as plain,
      ${opened('purpose_subject.why', 's')} as why from purpose_subject s where s.widened and s.subject_id = 'P-11'`);
    expect(kept.map(({ why }) => why)).toEqual(['Their numbers are the same']);
    expect(kept[0]?.plain).not.toContain('numbers');
    const refused = await rows(sql<{
      what: string;
      officer: string;
    }>`select what, officer_id as officer from look
      where name = ${named('Wide Mock')} and outcome = 'refused' order by look_id`);
    expect(refused[0]).toEqual({ what: 'officer', officer: 'E-5001' });
    // Another triage begins with what is its own.
    await head.post('/purpose/end', {});
    await triageOf(head, OFFENDER, PERSON);
    expect(await status(head, '/officers/E-5001')).toBe(428);
  });

  it('is widened from pseudonyms to pseudonyms', async () => {
    const analyst = await bench.signedIn('Mask Mock');
    await triageOf(analyst, OFFENDER, PERSON);
    expect((await widened(analyst, '/officers/E-5001')).statusCode).toBe(422); // a true identifier is none
    const [purpose] = await rows(sql<{
      about: string;
    }>`select p.about from purpose p join account a using (account_id)
      where a.name = ${named('Mask Mock')} order by began_at desc`);
    const mask = new Mask(installationKey(bench.stores.folder), `triage ${purpose?.about}`);
    const shown = `/officers/${mask.reference('officer', 'E-5001')}`;
    expect(await status(analyst, shown)).toBe(428);
    expect((await widened(analyst, shown)).headers.location).toBe(shown);
    expect((await analyst.get(shown)).body).toMatch(/Constable [a-z]{5}-[a-z]{5}/);
  });
});

describe('a matter', () => {
  it('opens who is named in it; naming one more is an act with a reason, for all its members', async () => {
    const head = await bench.signedIn('Matter Mock', ['ccu_head']);
    const matter = await matterOf(head, 'Operation Bobbin');
    await head.get(matter);
    await head.post(`${matter}/work`, {});
    expect(await status(head, pair)).toBe(200);
    expect(await status(head, '/officers/E-5003')).toBe(428);
    const whereto = `matter ${matter.split('/').at(-1)}`;
    expect((await widened(head, '/officers/E-5003', 'In the same car', 'triage')).statusCode).toBe(422);
    expect((await widened(head, '/officers/E-5003', 'In the same car', whereto)).headers.location).toBe(
      '/officers/E-5003',
    );
    expect(await status(head, '/officers/E-5003')).toBe(200);
    expect((await head.get(matter)).body).toContain('In the same car. Matter Mock');
    expect((await head.get(matter)).body).toContain('The signal the matter was opened from');
    const kept = await rows(sql<{ why: string }>`select why from matter_subject where subject_id = 'E-5003'`);
    expect(kept).toHaveLength(1);
    expect(kept[0]?.why).not.toContain('car');
    expect((await checkSealed(bench.stores.records)).problems).toEqual([]);
    expect(await whys('Matter Mock', 'named as concerned in a matter')).toEqual(['In the same car']);
    const outsider = await bench.signedIn('Elsewhere Mock', ['ccu_head']);
    await triageOf(outsider, OFFENDER, PERSON);
    expect((await widened(outsider, '/officers/E-5004', 'x', whereto)).statusCode).toBe(422);
    await head.post(`${matter}/close`, { why: 'Done' });
    expect(await status(head, '/officers/E-5003')).toBe(428);
  });

  it('is searched for beyond it only with a reason of its own, for a short time', async () => {
    const head = await bench.signedIn('Search Mock', ['ccu_head']);
    const matter = await matterOf(head, 'Operation Spindle');
    await triageOf(head, OFFENDER, PERSON);
    expect((await head.post('/search/for-a-matter', { reason: 'x' })).statusCode).toBe(428);
    await head.get(matter);
    await head.post(`${matter}/work`, {});
    expect((await head.get('/search?q=Feign%205')).body).toContain('Nothing found');
    expect((await head.post('/search/for-a-matter', { reason: '' })).statusCode).toBe(422);
    expect((await head.post('/search/for-a-matter', { reason: 'Who drove V1' })).statusCode).toBe(303);
    expect((await head.get('/search?q=Feign%205')).body).toContain('Officer Feign 5');
    expect(await status(head, '/officers/E-5005')).toBe(428); // found, not opened
    expect(await status(head, pair)).toBe(200);
    expect(await whys('Search Mock', 'purpose stated')).toContain('Who drove V1');
    expect((await whys('Search Mock', 'search by name or identifier')).at(-1)).toMatch(
      /^Search for matter: Op/,
    );
    for (let n = 0; n < 2; n++) {
      bench.pass(16);
      await head.get('/looks');
    }
    expect(await status(head, '/search?q=Feign%205')).toBe(428);
  });
});

describe('addresses', () => {
  it('of signals and encounters cannot be worked out from an officer and a person', async () => {
    const head = await bench.signedIn('Address Mock', ['ccu_head']);
    await triageOf(head, OFFENDER, PERSON);
    const [signal] = await rows(sql<{
      id: string;
      encounter: string;
    }>`select signal_id as id, evidence[1] as encounter
      from signal where cardinality(evidence) > 0 limit 1`);
    expect(await said(head, `/signals/${signal?.id}`)).toBe(await said(head, '/signals/none'));
    expect(await said(head, `/encounters/${signal?.encounter}`)).toBe(await said(head, '/encounters/none'));
    const shown = [await head.get('/signals'), await head.get(pair), await head.get(offender)];
    for (const { body } of shown) expect(body).not.toContain(signal?.id ?? '?');
    expect((await head.get('/signals.csv')).body).not.toContain(signal?.id ?? '?');
  });
});
