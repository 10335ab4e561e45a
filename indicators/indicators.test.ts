import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { boundParameters, contentOf, type Indicator, readIndicators } from '../src/detection/indicator.ts';
import { raise, type Signal } from '../src/detection/raise.ts';
import { noteRaised } from '../src/detection/raised-before.ts';
import { sceneOf } from '../src/detection/scene.ts';
import { officersOf } from '../src/detection/workforce.ts';
import { encounterSettings } from '../src/encounters/settings.ts';
import { buildWorld, dropWorld } from '../src/encounters/world.ts';
import { insertRows, type Row } from '../tests/support/force.ts';
import { emptyEvents, openTestStores, type TestStores } from '../tests/support/stores.ts';

const INDICATORS = readIndicators();

interface Expected {
  officer: string;
  person: string;
  /** Last local day by which the data allow it to be raised. */
  raised_by: string;
}

describe('every indicator', () => {
  it.each(INDICATORS)('$id has a version that is pinned to its content', (indicator) => {
    expect(contentOf(indicator), `content of indicators/${indicator.id}/indicator.yaml`).toBe(
      indicator.content,
    );
  });

  it.each(INDICATORS)(
    '$id has defaults within their bounds, and no parameter too many or too few',
    (indicator) => {
      for (const [name, one] of Object.entries(indicator.parameters)) {
        if (typeof one.default !== 'number') continue;
        expect(one.default, name).toBeGreaterThanOrEqual(one.min ?? -Infinity);
        expect(one.default, name).toBeLessThanOrEqual(one.max ?? Infinity);
      }
      const used = [...indicator.sql.matchAll(/\{(\w+):/g)].map((match) => match[1]);
      const given = [
        ...Object.keys(boundParameters(indicator)),
        'world',
        'horizon',
        'settled',
        'gap_min',
        'vetting_levels',
        'renewal_years',
      ];
      const inPeerRule = ['floor', 'peers_factor', 'peers_least'];
      expect(used.filter((name) => !given.includes(name ?? ''))).toEqual([]);
      expect(
        Object.keys(indicator.parameters).filter(
          (name) => !used.includes(name) && !inPeerRule.includes(name),
        ),
      ).toEqual([]);
    },
  );

  it.each(INDICATORS)('$id says in its sentence only what its query gives', ({ sentence, sql }) => {
    const said = [...sentence.matchAll(/\{(\w+)/g)].map(([, name = '']) => name);
    const given = [...sql.matchAll(/'(\w+)'/g)].map(([, name]) => name);
    expect(said.filter((name) => !['who', 'comparison', ...given].includes(name))).toEqual([]);
  });

  it('stands in the documentation, and nothing there is without a folder', () => {
    const text = readFileSync(path.join(import.meta.dirname, '../docs/detection.md'), 'utf8');
    const [, table = ''] = text.split('### The indicators\n');
    const [rows = ''] = table.split('\n\n**');
    const named = [...rows.matchAll(/^\| (`.+?`) \|/gm)].flatMap(
      ([, ids = '']) => ids.match(/[a-z-]{3,}/g) ?? [],
    );
    expect(named.sort()).toEqual(INDICATORS.map((one) => one.id));
    expect(named).toHaveLength(30);
  });

  it.each(INDICATORS)('$id has a case that fires and a near miss that does not', ({ id }) => {
    expect(cases(id, 'fires').length).toBeGreaterThan(0);
    expect(cases(id, 'quiet').length).toBeGreaterThan(0);
  });
});

describe.each(INDICATORS)('$id', (indicator) => {
  const { id } = indicator;
  let stores: TestStores;
  beforeAll(async () => {
    stores = await openTestStores();
  });
  afterAll(() => stores.close());
  beforeEach(() => emptyEvents(stores.events));

  it.each(cases(id, 'fires'))('fires: %s', async (name) => {
    const expected = parse(
      readFileSync(path.join(folder(id, 'fires', name), 'expect.yaml'), 'utf8'),
    ) as Expected;
    await load(stores, folder(id, 'fires', name));
    const found = await raised(stores, indicator, null);
    expect(found.map(({ officer_id, person_id }) => [officer_id, person_id])).toEqual([
      [expected.officer, expected.person],
    ]);
    const [signal] = found;
    if (signal === undefined) return;
    expect(
      signal.raised_at.toISOString().slice(0, 10) <= expected.raised_by,
      signal.raised_at.toISOString(),
    ).toBe(true);
    expect(signal.score).toBeGreaterThan(0);
    expect(signal.score).toBeLessThanOrEqual(1);
    expect(signal.evidence).toHaveLength(signal.encounters);
    expect(signal.first_at <= signal.raised_at).toBe(true);
    expect(signal.text).toMatch(/4471/);
    expect(signal.text).not.toMatch(/[{}[\]]|undefined|NaN| {2}| [,;]/);
    // Raised exactly when the condition first held: shown as of that moment, and not a moment before.
    const then = await raised(stores, indicator, signal.raised_at);
    expect(then.map((one) => [one.signal_id, one.raised_at])).toEqual([[signal.signal_id, signal.raised_at]]);
    expect(await raised(stores, indicator, new Date(signal.raised_at.getTime() - 1000))).toEqual([]);
  });

  it.each(cases(id, 'quiet'))('stays quiet: %s', async (name) => {
    await load(stores, folder(id, 'quiet', name));
    expect(await raised(stores, indicator, null)).toEqual([]);
  });
});

function folder(id: string, sort: 'fires' | 'quiet', name: string): string {
  return path.join(import.meta.dirname, id, sort, name);
}

function cases(id: string, sort: 'fires' | 'quiet'): string[] {
  const where = path.join(import.meta.dirname, id, sort);
  return existsSync(where) ? readdirSync(where).sort() : [];
}

async function load(stores: TestStores, where: string): Promise<void> {
  for (const file of readdirSync(where)) {
    if (!file.endsWith('.ndjson')) continue;
    const lines = readFileSync(path.join(where, file), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const rows = lines.map((line) => JSON.parse(line) as Row);
    await insertRows(stores.events, path.basename(file, '.ndjson'), rows);
  }
}

/** What the indicator alone raises over the world as known at `asOf`. */
async function raised({ events }: TestStores, indicator: Indicator, asOf: Date | null): Promise<Signal[]> {
  const world = `${events.database}_world_case`;
  const settings = encounterSettings();
  try {
    const { horizon } = await buildWorld(events, { world, asOf, settings });
    const officers = await officersOf(events, world);
    const scene = await sceneOf(events, { world, asOf, horizon, officers, settings });
    if (indicator.reads_signals === true) {
      for (const other of INDICATORS.filter((one) => one.reads_signals !== true)) {
        await noteRaised(events, world, other, await raise(events, other, scene));
      }
    }
    return await raise(events, indicator, scene);
  } finally {
    await dropWorld(events, world);
  }
}
