import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { named } from '../../src/stores/vault/sealed.ts';
import { append } from '../../src/trust/audit/log.ts';
import { saveCircles } from '../../src/trust/circle/circle.store.ts';
import type { Role } from '../../src/trust/roles.ts';
import { fauxham, OFFENDER, PERSON } from '../journeys/fauxham.ts';
import { openWorkbench, type Visitor, type Workbench } from '../support/workbench.ts';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  await fauxham(bench.stores.events);
  await bench.detect();
});
afterAll(() => bench?.close());

/** Somebody of the workforce, in a team with the offender, who has declared the person. */
async function tied(name: string, roles: Role[]): Promise<Visitor> {
  const visitor = await bench.signedIn(name, roles);
  const { records } = bench.stores;
  await sql`update account set officer_id = 'E-5007' where name = ${named(name)}`.execute(records);
  const { rows } = await sql<{ run_id: number }>`select run_id from current_run`.execute(records);
  await records.transaction().execute((trx) =>
    saveCircles(trx, rows[0]?.run_id ?? 0, [
      { officer_id: 'E-5007', kind: 'unit', about: 'U', why: 'team' },
      { officer_id: OFFENDER, kind: 'unit', about: 'U', why: 'team' },
      { officer_id: 'E-5007', kind: 'declared', about: PERSON, why: 'partner' },
    ]),
  );
  return visitor;
}

const counted = async (table: 'erasure' | 'legal_hold') =>
  (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(bench.stores.records))
    .rows[0]?.n;

/** What a page says, but for the token of its forms. */
const said = ({ body }: { body: string }) => body.replaceAll(/name="_csrf" value="[^"]+"/g, '');

const HOLD = { reason: 'Claim', review_on: '2099-01-01' };
const ASKED = { ground: 'request', reason: 'By letter' };

describe('who asks for a hold or an erasure', () => {
  it('learns nothing of whether somebody is of their circle, or exists', async () => {
    const visitor = await tied('Team Mock', ['ccu_head']);
    await visitor.get('/retention/holds');
    const before = [await counted('legal_hold'), await counted('erasure')];
    for (const [about, hidden] of [
      ['officer', OFFENDER],
      ['person', PERSON],
    ] as const) {
      const [one, other] = [
        await visitor.post('/retention/holds', { ...HOLD, about, subject: hidden }),
        await visitor.post('/retention/holds', { ...HOLD, about, subject: 'nobody' }),
      ];
      expect([one.statusCode, said(one)]).toEqual([404, said(other)]);
      const [asked, nobody] = [
        await visitor.post('/retention/erasures', { ...ASKED, scope: about, [about]: hidden }),
        await visitor.post('/retention/erasures', { ...ASKED, scope: about, [about]: 'nobody' }),
      ];
      expect([asked.statusCode, said(asked)]).toEqual([404, said(nobody)]);
    }
    expect([await counted('legal_hold'), await counted('erasure')]).toEqual(before);
    // Somebody else, whom the run knows, can be named.
    expect(
      (await visitor.post('/retention/holds', { ...HOLD, about: 'officer', subject: 'E-5001' })).statusCode,
    ).toBe(303);
    const other = await visitor.post('/retention/erasures', {
      ...ASKED,
      scope: 'officer',
      officer: 'E-5001',
    });
    expect(other.statusCode).toBe(303);
    // How much there is about one person could tell what colleagues did.
    const outside = await bench.signedIn('Outside Mock', ['intelligence_manager']);
    const url = String(other.headers.location);
    expect((await outside.get(url)).body).toContain('What it would reach now');
    expect((await visitor.get(url)).body).not.toContain('What it would reach now');
  });
});

describe('personal fields of an entry of the log', () => {
  const entry = async (who: string, about: { officer?: string }) =>
    bench.stores.records
      .transaction()
      .execute((trx) =>
        append(trx, { act: 'look', action: 'view', what: 'officer', who, why: 'x', ...about }, bench.clock()),
      );
  const ask = (visitor: Visitor, n: number) =>
    visitor.post('/retention/erasures', { ...ASKED, scope: 'entry', entry: String(n) });

  it('are asked for by a reader of the log outside the workforce alone, and by nobody of whom it tells', async () => {
    const auditor = await bench.signedIn('Auditor Mock', ['auditor']);
    const manager = await bench.signedIn('Manager Mock', ['intelligence_manager']);
    const mate = await tied('Mate Mock', ['auditor']);
    for (const visitor of [auditor, manager, mate]) await visitor.get('/retention/erasures');
    const [theirs, others] = [
      await entry('Auditor Mock', { officer: 'E-5001' }),
      await entry('Ana Mock', {}),
    ];
    expect((await ask(auditor, theirs)).statusCode).toBe(404);
    expect((await ask(auditor, 999_999)).statusCode).toBe(404);
    expect((await ask(manager, others)).statusCode).toBe(404);
    expect((await ask(mate, others)).statusCode).toBe(404);
    expect((await ask(auditor, others)).statusCode).toBe(303);
    // Nor agreed to by whoever did it.
    const agrees = await entry('Manager Mock', {});
    const asked = String((await ask(auditor, agrees)).headers.location);
    await manager.get(asked);
    expect((await manager.post(asked, { decision: 'agree' })).statusCode).toBe(403);
    expect((await manager.post(asked, { decision: 'refuse' })).statusCode).toBe(303);
  });
});
