import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { encounterSettings } from '../encounters/settings.ts';
import { buildWorld, dropWorld } from '../encounters/world.ts';
import { readIndicators } from './indicator.ts';
import { raise, type Signal } from './raise.ts';
import { inOrder } from './raised-before.ts';
import type { RegisterFact, RegisterSource } from './register-facts.ts';
import { sceneOf } from './scene.ts';
import { officersOf } from './workforce.ts';

const day = (text: string) => new Date(`${text}T00:00:00Z`);

function fact<Code extends RegisterFact['what']>(
  what: Code,
  known: string,
  more: Partial<RegisterFact> = {},
) {
  return {
    officer_id: 'officer-1',
    person_id: '',
    known_at: day(known),
    from: day(known),
    to: null,
    reference: `${what} ${known}`,
    ...more,
    what,
  };
}

describe('registers that other rooms keep', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
    await insertRows(stores.events, 'officers', [
      { officer_id: 'officer-1', name: 'Pat Placeholder', kind: 'officer', joined_on: '2015-01-05' },
    ]);
    await insertRows(stores.events, 'duties', [
      {
        officer_id: 'officer-1',
        from: '2026-06-01T07:00:00Z',
        to: '2026-06-01T17:00:00Z',
        kind: 'duty',
      },
    ]);
  });
  afterAll(() => stores.close());

  async function raisedWith(
    id: string,
    sources: readonly RegisterSource[],
    asOf: Date | null = null,
  ): Promise<Signal[]> {
    const { events } = stores;
    const world = `${events.database}_world_facts`;
    const settings = encounterSettings();
    const indicator = readIndicators().find((one) => one.id === id);
    if (indicator === undefined) throw new Error(`No indicator ${id}`);
    try {
      const { horizon } = await buildWorld(events, { world, asOf, settings });
      const officers = await officersOf(events, world);
      const scene = await sceneOf(events, { world, asOf, horizon, officers, settings, sources });
      return await raise(events, indicator, scene);
    } finally {
      await dropWorld(events, world);
    }
  }

  it('let an indicator speak that was silent without them', async () => {
    const reviews: RegisterSource<'integrity_reviews'> = {
      register: 'integrity_reviews',
      facts: async () => [
        fact('due', '2026-03-01'),
        fact('due', '2025-03-01', { to: day('2025-04-01') }) as RegisterFact<'integrity_reviews'>,
      ],
    };
    expect(await raisedWith('integrity-lapsed', [])).toEqual([]);
    const [signal, ...others] = await raisedWith('integrity-lapsed', [reviews]);
    expect(others).toEqual([]);
    expect(signal?.text).toBe('Officer officer-1 has lapses on record, 1 integrity review overdue');
    // Thirty days of grace after it fell due.
    expect(signal?.raised_at).toEqual(day('2026-03-31'));
    expect(signal?.score).toBeLessThan(0.05);
    // As of a moment only what was known by then.
    expect(await raisedWith('integrity-lapsed', [reviews], day('2026-03-30'))).toEqual([]);
  });

  it('count a device that nobody watches and a report about a colleague', async () => {
    const devices: RegisterSource<'device_monitoring'> = {
      register: 'device_monitoring',
      facts: async () => [fact('encrypted_app', '2026-03-01')],
    };
    const reports: RegisterSource<'reports'> = {
      register: 'reports',
      facts: async () => [fact('towards_colleague', '2026-04-01')],
    };
    expect((await raisedWith('device-unmonitored', [devices]))[0]?.text).toContain(
      '1 device with an encrypted app',
    );
    expect((await raisedWith('conduct-colleagues', [reports]))[0]?.claims).toEqual([
      'report towards_colleague 2026-04-01',
    ]);
  });

  it('refuse a code that the register does not have', async () => {
    const wrong = {
      register: 'boundary_training',
      facts: async () => [fact('encrypted_app', '2026-03-01')],
    } as unknown as RegisterSource;
    await expect(raisedWith('integrity-lapsed', [wrong])).rejects.toThrow(
      'The register boundary_training has no code encrypted_app',
    );
  });

  it('are read last by what reads other signals', () => {
    const order = inOrder(readIndicators());
    expect(order.at(-1)?.id).toBe('intelligence-new');
    expect(order.filter((one) => one.reads_signals === true)).toHaveLength(1);
  });
});
