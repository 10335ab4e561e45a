import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named, opened } from '../../src/stores/vault/sealed.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
const pair = `/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`;
/** All by which the two could be known. */
const SECRETS = [OFFENDER, PERSON, 'Mock &lt;', 'O&#39;Mock', 'Kit', 'Pretend', '4471', '7700900', 'P-K'];

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());
type Id = { id: string };
const rows = async <R>(query: ReturnType<typeof sql<R>>) => (await query.execute(bench.stores.records)).rows;
const accountOf = async (name: string) =>
  (await rows(sql<Id>`select account_id as id from account where name = ${named(name)}`))[0]?.id ?? '';
const firstSignal = async (visitor: Visitor) =>
  /\/signals\/(s_[\w-]+)"/.exec((await visitor.get('/signals')).body)?.[1] ?? '';
const link = (body: string, pattern: RegExp) => pattern.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? '';

describe('a purpose', () => {
  it('is asked for before anybody is shown, the same whether they exist or not, and ends', async () => {
    const head = await bench.signedIn('Purpose Mock', 'ccu_head');
    const asked = await head.get(`/officers/${OFFENDER}`);
    expect(asked.statusCode).toBe(428);
    const page = (text: string) =>
      text.replaceAll(/name="_csrf" value="[^"]+"/g, '').replaceAll(/name="afterwards" value="[^"]+"/g, '');
    expect(page((await head.get('/officers/nobody')).body)).toBe(page(asked.body));
    for (const url of [
      pair,
      `/people/${encodeURIComponent(PERSON)}`,
      '/encounters/1',
      `/incidents/${INCIDENT}`,
      '/search?q=Kit',
    ]) {
      expect((await head.get(url)).statusCode, url).toBe(428);
    }
    await head.triage();
    expect((await head.get(pair)).statusCode).toBe(200);
    const why =
      await rows(sql<Id>`select ${opened('audit_detail.value', 'd')} as id from audit_detail d join audit_detail w
      on w.entry_no = d.entry_no and w.field = 'who' and w.value = ${named('Purpose Mock')} join audit_entry e on e.entry_no = d.entry_no
      where d.field = 'why' and e.what = 'encounter timeline'`);
    expect(why[0]?.id).toMatch(/^Triage of a signal/);
    expect((await head.post('/purpose/end', {})).statusCode).toBe(303);
    expect((await head.get(pair)).statusCode).toBe(428);
    await head.triage();
    for (let n = 0; n < 10; n++) {
      bench.pass(25);
      await head.get('/looks');
    }
    expect((await head.get(pair)).statusCode).toBe(428);
  });
});

describe('an analyst', () => {
  it('works on pseudonyms on every page and in every file, and cannot ask by name, number or identifier', async () => {
    const analyst = await bench.signedIn('Pseud Mock');
    const seen: string[] = [];
    const get = async (url: string) => {
      const answer = await analyst.get(url);
      seen.push(answer.body);
      return answer;
    };
    await get('/signals');
    const signal = await get(`/signals/${await firstSignal(analyst)}`);
    expect(signal.statusCode).toBe(200);
    const officer = link(signal.body, /href="(\/officers\/o_[\w-]+)"/);
    const timeline = link(signal.body, /href="(\/officers\/o_[\w-]+\/people\/p_[\w-]+)"/);
    for (const url of [officer, timeline, `/people/${timeline.split('/').at(-1)}`]) {
      expect((await get(url)).statusCode, url).toBe(200);
    }
    expect((await get(officer)).body).toMatch(/Constable [a-z]{5}-[a-z]{5}/);
    const encounter = link((await get(timeline)).body, /href="(\/encounters\/e_[\w-]+)"/);
    expect((await get(encounter)).body).toContain('withheld');
    expect((await get(`/incidents/${INCIDENT}`)).statusCode).toBe(200);
    for (const url of [
      '/search?q=Kit',
      '/search?q=4471',
      '/search?q=07700900123',
      '/signals?text=4471',
      '/looks',
      '/names',
      '/purpose',
    ]) {
      await get(url);
    }
    expect((await get('/signals.csv')).body).toMatch(/[a-z]{5}-[a-z]{5}/);
    // References are encrypted: any letters may stand in them.
    const said = seen
      .map((body) => body.replaceAll(/value="[^"]*"|\?text=4471"|\b[a-z]_[\w-]{20,}/g, ''))
      .join('\n');
    for (const secret of SECRETS) {
      const at = said.indexOf(secret);
      expect(at < 0 ? '' : said.slice(Math.max(0, at - 80), at + 40), secret).toBe('');
    }
    for (const url of [`/officers/${OFFENDER}`, pair, `/people/${encodeURIComponent(PERSON)}`]) {
      expect((await analyst.get(url)).statusCode, url).toBe(428);
    }
    // The log knows better.
    const looked = await rows(sql<{ officer: string }>`select officer_id as officer from look
      where name = ${named('Pseud Mock')} and what = 'encounter timeline' and officer_id = ${OFFENDER} and person_id = ${PERSON}`);
    expect(looked.length).toBeGreaterThan(0);
  });

  it('sees the same pseudonym throughout a task, another in the next, and none open there', async () => {
    const analyst = await bench.signedIn('Stable Mock');
    const signals = await rows(
      sql<{
        id: string;
      }>`select signal_id as id from signal where officer_id = ${OFFENDER} order by 1 limit 2`,
    );
    const at = async (id: string) =>
      link(
        (await analyst.get(`/signals/${bench.addresses.signal(id)}`)).body,
        /href="(\/officers\/o_[\w-]+)"/,
      );
    const [first = '', second = ''] = [await at(signals[0]?.id ?? ''), await at(signals[1]?.id ?? '')];
    expect(first).not.toBe(second);
    expect((await analyst.get(first)).statusCode).toBe(428);
    expect(await at(signals[0]?.id ?? '')).toBe(first);
    expect((await analyst.get(first)).statusCode).toBe(200);
  });

  it('sees names when somebody else agrees, in that task, for that time', async () => {
    const analyst = await bench.signedIn('Asking Mock');
    const head = await bench.signedIn('Granting Mock', ['ccu_head', 'analyst']);
    const both = await bench.signedIn('Both Mock', ['analyst', 'intelligence_manager']);
    await analyst.triage();
    const signal = await firstSignal(analyst);
    expect((await analyst.post('/names', { necessity: '', proportionality: 'x' })).statusCode).toBe(422);
    await analyst.post('/names', { necessity: 'She may be at risk', proportionality: 'Two people only' });
    await both.triage();
    await both.post('/names', { necessity: 'Mine', proportionality: 'Mine' });
    const id = (name: string) =>
      rows(sql<Id>`select unmasking_id as id from unmasking u join account a using (account_id)
        where a.name = ${named(name)}`).then((found) => found[0]?.id ?? '');
    const [asked, own] = [await id('Asking Mock'), await id('Both Mock')];
    expect((await both.post(`/oversight/names/${own}`, { decision: 'grant' })).statusCode).toBe(403);
    expect((await analyst.post(`/oversight/names/${asked}`, { decision: 'grant' })).statusCode).toBe(403);
    expect((await head.get('/oversight')).body).toContain('She may be at risk');
    expect(
      (await head.post(`/oversight/names/${asked}`, { decision: 'grant', why: 'Agreed' })).statusCode,
    ).toBe(303);
    expect((await head.post(`/oversight/names/${asked}`, { decision: 'refuse' })).statusCode).toBe(403);
    expect((await analyst.get(`/signals/${signal}`)).body).toContain('Kit Pretend');
    const other = (
      await rows(
        sql<{
          id: string;
        }>`select signal_id as id from signal where signal_id <> ${bench.addresses.opened(signal)} limit 1`,
      )
    )[0]?.id;
    expect((await analyst.get(`/signals/${bench.addresses.signal(other ?? '')}`)).body).not.toContain(
      'Kit Pretend',
    );
    await sql`update unmasking set ends_at = ${bench.clock()} where unmasking_id = ${asked}`.execute(
      bench.stores.records,
    );
    expect((await analyst.get(`/signals/${signal}`)).body).not.toContain('Kit Pretend');
  });

  it('sees names at once by breaking the glass, which alarms at once and is reviewed by somebody else', async () => {
    const analyst = await bench.signedIn('Glass Mock', ['analyst', 'ccu_head']);
    const lone = await bench.signedIn('Lone Mock');
    const head = await bench.signedIn('Alarm Mock', 'ccu_head');
    await lone.triage();
    expect((await lone.post('/break-glass', { reason: '' })).statusCode).toBe(422);
    await lone.post('/break-glass', { reason: 'He is at her door' });
    expect((await lone.get(pair)).body).toContain('Kit Pretend');
    expect((await head.get('/signals')).body).toContain('Broken glass waits for review: 1');
    await analyst.triage();
    await analyst.post('/break-glass', { reason: 'A test of myself' });
    const glass = await rows(sql<{ id: string; by: string }>`select glass_id as id, a.name as by
      from broken_glass join account a using (account_id) order by broken_at`);
    const [first, second] = [glass[0]?.id, glass[1]?.id];
    expect(
      (await analyst.post(`/oversight/glass/${second}`, { review: 'Fine', right: 'yes' })).statusCode,
    ).toBe(403);
    bench.pass(15);
    await lone.get('/looks');
    expect((await head.get('/oversight')).body).not.toContain('overdue');
    await sql`update broken_glass set review_by = ${bench.clock()} where glass_id = ${first}`.execute(
      bench.stores.records,
    );
    bench.pass(1);
    expect((await head.get('/oversight')).body).toContain('Review overdue');
    expect((await head.post(`/oversight/glass/${first}`, { review: 'Right', right: 'yes' })).statusCode).toBe(
      303,
    );
    expect((await head.post(`/oversight/glass/${first}`, { review: 'Again', right: 'no' })).statusCode).toBe(
      403,
    );
    expect((await head.get('/oversight')).body).toContain('Right, says Alarm Mock');
    for (let n = 0; n < 3; n++) {
      bench.pass(20);
      await lone.get('/looks');
    }
    expect((await lone.get(pair)).statusCode).toBe(428);
  });
});

describe('a matter', () => {
  it('exists for its members only: for everybody else every address of it is one that does not exist', async () => {
    const opener = await bench.signedIn('Opener Mock', ['ccu_head']);
    const member = await bench.signedIn('Member Mock', ['investigator']);
    const outsider = await bench.signedIn('Nobody Mock', [
      'ccu_head',
      'administrator',
      'auditor',
      'intelligence_manager',
    ]);
    const signal = await firstSignal(opener);
    await opener.get(`/matters/new?signal=${signal}`);
    expect((await opener.post('/matters', { signal, title: '' })).statusCode).toBe(422);
    const there = String(
      (await opener.post('/matters', { signal, title: 'Operation Thimble' })).headers.location,
    );
    expect((await opener.get(there)).body).toContain('Operation Thimble');
    const strip = (text: string) => text.replaceAll(/name="_csrf" value="[^"]+"/g, '');
    for (const visitor of [outsider, member]) {
      const answer = await visitor.get(there);
      expect(answer.statusCode).toBe(404);
      expect(strip(answer.body)).toBe(strip((await visitor.get('/matters/none')).body));
      expect((await visitor.get('/matters')).body).not.toContain('Thimble');
      for (const act of ['work', 'members', 'close']) {
        expect([403, 404]).toContain(
          (await visitor.post(`${there}/${act}`, { add: 'x', why: 'x' })).statusCode,
        );
      }
    }
    await opener.get(there);
    await opener.post(`${there}/members`, { add: await accountOf('Member Mock') });
    expect((await member.get(there)).body).toContain('Operation Thimble');
    expect((await member.post(`${there}/work`, {})).statusCode).toBe(303);
    expect((await member.get(there)).body).toContain(`/officers/${OFFENDER}`);
    expect((await member.get(pair)).statusCode).toBe(200);

    // Named by mistake: the member turns out to be a team mate of the one concerned.
    await sql`update account set officer_id = 'E-5003' where name = ${named('Member Mock')}`.execute(
      bench.stores.records,
    );
    const run = (await rows(sql<{ id: number }>`select run_id as id from current_run`))[0]?.id ?? 0;
    await bench.stores.records.transaction().execute((trx) =>
      saveCircles(trx, run, [
        { officer_id: 'E-5003', kind: 'unit', about: 'U', why: 'team' },
        { officer_id: OFFENDER, kind: 'unit', about: 'U', why: 'team' },
      ]),
    );
    expect((await member.get(there)).statusCode).toBe(404);
    expect((await member.get('/matters')).body).not.toContain('Thimble');
    expect((await opener.post(`${there}/close`, { why: 'Done' })).statusCode).toBe(303);
    expect((await opener.get(there)).body).toContain('Done');
    expect((await opener.post(`${there}/members`, { add: 'x' })).statusCode).toBe(403);
  });
});
