import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { fauxham, OFFENDER } from '../journeys/fauxham.ts';
import { DRAFT, SECRET, SHARED } from '../support/log-form.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
let author: Visitor;
let keeper: Visitor;
let head: Visitor;

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
  author = await bench.signedIn('Author Mock', 'investigator');
  keeper = await bench.signedIn('Keeper Mock', 'intelligence_manager');
  head = await bench.signedIn('Head Mock', 'ccu_head');
});
afterAll(() => bench?.close());

/** A new draft, kept; its identifier. */
async function draft(visitor: Visitor, more: Record<string, string> = {}): Promise<string> {
  const page = await visitor.get('/intelligence/logs/new');
  const id = /action="\/intelligence\/logs\/(\w+)\/edit"/.exec(page.body)?.[1] ?? '';
  const kept = await visitor.post(`/intelligence/logs/${id}/edit`, { ...DRAFT, ...more, act: 'keep' });
  expect(kept.statusCode, kept.body).toBe(303);
  return id;
}

async function submitted(more: Record<string, string> = {}): Promise<string> {
  const id = await draft(author, more);
  const answer = await author.post(`/intelligence/logs/${id}/edit`, { ...DRAFT, ...more, act: 'submit' });
  expect(answer.statusCode, answer.body).toBe(303);
  return id;
}

const read = async (visitor: Visitor, id: string) => {
  await visitor.get(`/intelligence/logs/${id}`);
  await visitor.post(`/intelligence/logs/${id}/read`, { reason: 'To develop it' });
  return (await visitor.get(`/intelligence/logs/${id}`)).body;
};

async function live(more: Record<string, string> = {}): Promise<string> {
  const id = await submitted(more);
  await read(keeper, id);
  expect((await keeper.post(`/intelligence/logs/${id}/sanitise`, SHARED)).statusCode).toBe(303);
  await read(head, id);
  expect((await head.post(`/intelligence/logs/${id}/pass`, { group: '3' })).statusCode).toBe(303);
  return id;
}

describe('a draft', () => {
  it('is kept however unfinished it is, and is nobody else’s', async () => {
    const id = await draft(author, {
      title: '',
      provenance: '',
      text1: '',
      text2: 'x'.repeat(6000),
      'from-month': '13',
    });
    const page = (await author.get(`/intelligence/logs/${id}/edit`)).body;
    expect(page).toContain('x'.repeat(6000));
    expect(page).toContain(SECRET);
    for (const other of [keeper, head]) {
      expect((await other.get(`/intelligence/logs/${id}`)).statusCode).toBe(404);
      expect((await other.post(`/intelligence/logs/${id}/edit`, { ...DRAFT, act: 'keep' })).statusCode).toBe(
        404,
      );
      expect((await other.get('/intelligence/logs?shelf=waiting')).body).not.toContain(id);
    }
    expect((await author.get(`/intelligence/logs/${id}/edit`)).body).toContain('x'.repeat(6000));
  });

  it('is asked about in words before it is submitted, and nothing that was typed is lost', async () => {
    const id = await draft(author);
    const wrong = {
      ...DRAFT,
      title: '',
      'from-year': '2999',
      text1: 'Only this',
      conditions2: '',
      audiences2: '',
      officers: 'E-0000',
      act: 'submit',
    };
    const answer = await author.post(`/intelligence/logs/${id}/edit`, wrong);
    expect(answer.statusCode).toBe(422);
    for (const words of ['names nobody', 'yet to come', 'names nobody who is known', 'Only this'])
      expect(answer.body).toContain(words);
    const doubtful = { ...DRAFT, assessment1: 'B', act: 'submit' };
    const asked = await author.post(`/intelligence/logs/${id}/edit`, doubtful);
    expect(asked.statusCode).toBe(422);
    expect(asked.body).toContain('Is it C?');
    const meant = /name="meant" type="checkbox" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
    const done = await author.post(`/intelligence/logs/${id}/edit`, { ...doubtful, meant });
    expect(done.headers.location).toBe('/intelligence/logs?shelf=own');
    expect((await author.get(`/intelligence/logs/${id}/edit`)).statusCode).toBe(404);
  });

  it('is written from a signal, with those it is about', async () => {
    const analyst = await bench.signedIn('Analyst Mock');
    await analyst.triage();
    const signal = /\/signals\/(s_[\w-]+)"/.exec((await analyst.get('/signals')).body)?.[1] ?? '';
    const page = (await analyst.get(`/intelligence/logs/new?signal=${signal}`)).body;
    const id = /action="\/intelligence\/logs\/(\w+)\/edit"/.exec(page)?.[1] ?? '';
    const pseudonym = /name="officers"[^>]*>([^<]+)</.exec(page)?.[1] ?? '';
    expect(pseudonym).toMatch(/^o_/);
    expect(page).not.toContain(OFFENDER);
    await analyst.post(`/intelligence/logs/${id}/edit`, {
      ...DRAFT,
      officers: pseudonym,
      people: '',
      signal,
      act: 'keep',
    });
    const { rows } = await sql<{
      subject: string;
      signal: string | null;
    }>`select subject_id as subject, signal_id as signal
      from log_subject join intelligence_log using (log_id) where log_id = ${id}`.execute(
      bench.stores.records,
    );
    expect(rows).toEqual([{ subject: OFFENDER, signal: expect.any(String) }]);
    const unknown = await analyst.post(`/intelligence/logs/${id}/edit`, {
      ...DRAFT,
      officers: OFFENDER,
      act: 'keep',
    });
    expect(unknown.statusCode).toBe(422);
  });
});

describe('a log', () => {
  it('is read only once a reason is given, by those who may know of it, and every reading is logged', async () => {
    const id = await submitted();
    const cover = (await keeper.get(`/intelligence/logs/${id}`)).body;
    expect(cover).toContain('Why you read it');
    expect(cover).not.toContain(SECRET);
    expect((await keeper.post(`/intelligence/logs/${id}/read`, { reason: '' })).statusCode).toBe(422);
    const page = await read(keeper, id);
    expect(page).toContain(SECRET);
    expect(page).toContain('[officer 1] visits [person 1]');
    expect((await keeper.get(`/officers/${OFFENDER}`)).statusCode).toBe(200);
    const { rows } = await sql<{
      what: string;
      officers: string;
    }>`select what, found::text as officers from look
      where name = ${named('Keeper Mock')} and what = 'intelligence log with its source'`.execute(
      bench.stores.records,
    );
    expect(rows[0]?.officers).toContain(OFFENDER);
    const analyst = await bench.signedIn('Analyst Mock');
    expect((await analyst.get(`/intelligence/logs/${id}`)).statusCode).toBe(404);
  });

  it('shows its source to nobody but who wrote or sanitises it, in no state and on no page', async () => {
    const id = await live();
    const analyst = await bench.signedIn('Analyst Mock');
    const seen = await read(analyst, id);
    expect(seen).toMatch(/[a-z]{5}-[a-z]{5} is said to visit [a-z]{5}-[a-z]{5}\./);
    for (const secret of [SECRET, 'Author Mock', 'Kit', OFFENDER]) expect(seen).not.toContain(secret);
    const other = await bench.signedIn('Other Mock', 'investigator');
    const named = await read(other, id);
    expect(named).toContain('Kit Pretend (P-K/1)');
    expect(named).not.toContain(SECRET);
    expect(await read(author, id)).toContain(SECRET);
    expect(
      (await (await bench.signedIn('Admin Mock', 'administrator')).get(`/intelligence/logs/${id}`))
        .statusCode,
    ).toBe(403);
  });

  it('is checked by neither its maker nor its author', async () => {
    const own = await (async () => {
      const id = await draft(keeper);
      await keeper.post(`/intelligence/logs/${id}/edit`, { ...DRAFT, act: 'submit' });
      return id;
    })();
    await read(head, own);
    await head.post(`/intelligence/logs/${own}/sanitise`, SHARED);
    await read(head, own);
    expect((await head.post(`/intelligence/logs/${own}/pass`, { group: '3' })).statusCode).toBe(403);
    await read(keeper, own);
    expect((await keeper.post(`/intelligence/logs/${own}/pass`, { group: '3' })).statusCode).toBe(422);
    const third = await bench.signedIn('Third Mock', 'ccu_head');
    await read(third, own);
    expect((await third.post(`/intelligence/logs/${own}/send-back`, { why: 'Too much' })).statusCode).toBe(
      303,
    );
    expect((await third.post(`/intelligence/logs/${own}/pass`, { group: '3' })).statusCode).toBe(403);
  });

  it('whose sanitised text names the source or somebody concerned is asked about, and goes on with a reason only', async () => {
    const id = await submitted();
    await read(keeper, id);
    const telling = { ...SHARED, sanitised1: `${SECRET} saw Kit Pretend.` };
    const asked = await keeper.post(`/intelligence/logs/${id}/sanitise`, telling);
    expect(asked.statusCode).toBe(422);
    expect(asked.body).toContain('held about the source');
    expect(asked.body).toContain('write [person 1]');
    const meant = /name="meant" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
    expect((await keeper.post(`/intelligence/logs/${id}/sanitise`, { ...telling, meant })).statusCode).toBe(
      422,
    );
    expect(
      (
        await keeper.post(`/intelligence/logs/${id}/sanitise`, {
          ...telling,
          meant,
          meant_why: 'It is known',
        })
      ).statusCode,
    ).toBe(303);
    expect(await read(head, id)).toContain('It is known');
  });

  it('goes only to whom its handling allows', async () => {
    const id = await live();
    await read(head, id);
    const share = (audience: string, paragraph: string) =>
      head.post(`/intelligence/logs/${id}/share`, {
        audience,
        recipient: 'The invented desk',
        purpose: 'To act on',
        paragraph,
      });
    expect((await share('partners', '1')).statusCode).toBe(303);
    expect((await share('abroad', '1')).body).toContain('may not go abroad');
    expect((await share('partners', '2')).body).toContain('only to: others in this force');
    expect((await share('this force', '2')).body).toContain('originator has agreed');
    await read(author, id);
    expect((await author.post(`/intelligence/logs/${id}/agree`, {})).statusCode).toBe(303);
    await read(head, id);
    expect((await share('this force', '2')).statusCode).toBe(303);
    expect(await read(head, id)).toContain('The invented desk');
  });

  it('is reviewed, closed with a reason and opened again', async () => {
    const id = await live();
    await read(keeper, id);
    expect((await keeper.post(`/intelligence/logs/${id}/review`, { group: '1', why: '' })).statusCode).toBe(
      422,
    );
    expect(
      (await keeper.post(`/intelligence/logs/${id}/review`, { group: '1', why: 'Still open' })).statusCode,
    ).toBe(303);
    expect((await keeper.post(`/intelligence/logs/${id}/close`, { why: '' })).body).toContain(
      'Enter why it is closed',
    );
    expect((await keeper.post(`/intelligence/logs/${id}/close`, { why: 'Done' })).statusCode).toBe(303);
    expect((await keeper.post(`/intelligence/logs/${id}/share`, {})).statusCode).toBe(403);
    expect((await keeper.post(`/intelligence/logs/${id}/reopen`, { why: 'New facts' })).statusCode).toBe(303);
    expect(await read(keeper, id)).toContain('New facts');
  });

  it('of ten years ago surfaces beside a new one at once, to those who may know of it and nobody else', async () => {
    const [first, second] = [
      await live({ title: 'An old report' }),
      await live({ title: 'Another old report' }),
    ];
    await sql`update intelligence_log set written_at = written_at - interval '10 years' where log_id in (${first}, ${second})`.execute(
      bench.stores.records,
    );
    await keeper.breakGlass();
    const queue = /\/signals\/(s_[\w-]+)"/.exec((await keeper.get('/signals')).body)?.[1] ?? '';
    const opened = await keeper.post('/matters', { signal: queue, title: 'Operation Mock' });
    const matter = String(opened.headers.location).split('/').at(-1) ?? '';
    await sql`update intelligence_log set matter_id = ${matter} where log_id = ${second}`.execute(
      bench.stores.records,
    );
    const fresh = await submitted({ title: 'A complaint now', provenance: 'complaint' });
    const seen = await read(keeper, fresh);
    expect(seen).toContain('An old report');
    expect(seen).toContain('Another old report');
    const outside = await read(head, fresh);
    expect(outside).toContain('An old report');
    expect(outside).not.toContain('Another old report');
    expect((await keeper.get(`/officers/${OFFENDER}`)).body).toContain('Another old report');
    await read(head, fresh);
    expect((await head.get(`/officers/${OFFENDER}`)).body).not.toContain('Another old report');
    const members = (await keeper.get(`/matters/${matter}`)).body;
    expect(members).toContain('Another old report');
    expect(members).toContain('A complaint now');
  });

  it('in which one’s circle is concerned is to its reader as if it were not, even when it is one’s own', async () => {
    const id = await live();
    const lists = async () => (await head.get('/intelligence/logs')).body.replaceAll(/value="[^"]*"/g, '');
    expect(await lists()).toContain(id);
    const tie = (officer: string | null) =>
      sql`update account set officer_id = ${officer} where name = ${named('Head Mock')}`.execute(
        bench.stores.records,
      );
    await tie('E-5001');
    try {
      expect(await lists()).not.toContain(id);
      for (const url of [`/intelligence/logs/${id}`, '/intelligence/logs/00000000000000000000000000']) {
        expect((await head.get(url)).statusCode).toBe(404);
      }
    } finally {
      await tie(null);
    }
  });
});
