import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { fauxham, INCIDENT, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

let bench: Workbench;

beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

describe('looks', () => {
  it('are written down with every page that shows somebody, and cannot be changed', async () => {
    const analyst = await bench.signedIn('Look Mock', ['analyst', 'ccu_head']);
    await analyst.triage();
    const pair = `/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`;
    const page = await analyst.get(pair);
    const encounter = /\/encounters\/(e_[\w-]+)/.exec(page.body)?.[1] ?? '';
    const signal = /\/signals\/([^"?/]+)"/.exec((await analyst.get('/signals')).body)?.[1] ?? '';
    for (const url of [
      `/officers/${OFFENDER}`,
      `/people/${encodeURIComponent(PERSON)}`,
      `/encounters/${encounter}`,
      `/incidents/${INCIDENT}`,
      '/search?q=07700%20900123',
      '/signals.csv',
      `/signals/${signal}`,
    ]) {
      expect((await analyst.get(url)).statusCode, url).toBe(200);
    }
    const written = await sql<{
      action: string;
      what: string;
      officer_id: string;
      person_id: string;
      found: unknown;
    }>`
      select action, what, officer_id, person_id, found from look where name = ${named('Look Mock')} order by look_id`.execute(
      bench.stores.records,
    );
    const of = (what: string) => written.rows.find((row) => row.what === what);
    expect(of('encounter timeline')).toMatchObject({
      action: 'view',
      officer_id: OFFENDER,
      person_id: PERSON,
    });
    expect(of('records of an encounter')).toMatchObject({
      action: 'records',
      officer_id: OFFENDER,
      person_id: PERSON,
    });
    expect(of('signals')).toMatchObject({ action: 'list' });
    expect(written.rows.filter((row) => row.action === 'export')).toHaveLength(1);
    expect(of('search by number')?.found).toEqual({ officers: [], people: [PERSON] });
    expect(of('incident')?.found).toEqual({ officers: [OFFENDER], people: [PERSON] });
    expect(JSON.stringify(written.rows)).not.toContain('900123');
    await expect(sql`delete from look`.execute(bench.stores.records)).rejects.toThrow('kept');
    await expect(sql`update look set name = 'x'`.execute(bench.stores.records)).rejects.toThrow('kept');
  });

  it('that cannot be written down show nothing', async () => {
    const analyst = await bench.signedIn('Blind Mock', ['analyst', 'ccu_head']);
    await analyst.triage();
    const page = await analyst.get(`/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`);
    const encounter = /\/encounters\/(e_[\w-]+)/.exec(page.body)?.[1] ?? '';
    const signal = /\/signals\/([^"?/]+)"/.exec((await analyst.get('/signals')).body)?.[1] ?? '';
    await sql`alter table audit_entry add constraint shut check (false) not valid`.execute(
      bench.stores.records,
    );
    try {
      for (const url of [
        '/signals',
        '/signals.csv',
        `/signals/${signal}`,
        `/officers/${OFFENDER}`,
        `/officers/${OFFENDER}/people/${encodeURIComponent(PERSON)}`,
        `/people/${encodeURIComponent(PERSON)}`,
        `/encounters/${encounter}`,
        `/incidents/${INCIDENT}`,
        '/search?q=Kit',
        '/data/quarantine',
      ]) {
        const answer = await analyst.get(url);
        expect(answer.statusCode, url).toBe(500);
        for (const secret of [OFFENDER, PERSON, 'Kit', 'Mock &lt;', 'constraint', 'look']) {
          expect(
            answer.body.replace(/Blind Mock|Looks|looks?"|Every look|What explains looks/g, ''),
            url,
          ).not.toContain(secret);
        }
      }
      expect(JSON.stringify(bench.log)).not.toContain(OFFENDER);
    } finally {
      await sql`alter table audit_entry drop constraint shut`.execute(bench.stores.records);
    }
  });
});
