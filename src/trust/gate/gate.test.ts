import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Values } from '../../stores/events/events.ts';
import { gate, guard, type Through } from './events-gate.ts';
import { RAW_PLACES, WORLD_PLACES } from './places.ts';

const nobody = { officers: new Set<string>(), people: new Set<string>() };
const open: Through = { world: 'w', hidden: nobody, reach: 'everybody' };
const bound: Through = { ...open, reach: { officers: ['o2'], people: ['p2'] } };
const shut: Through = { ...open, hidden: { officers: new Set(['o1']), people: new Set(['p1']) } };

describe('the gate to the events', () => {
  it('puts every table in its place without the rows of hidden officers and people', () => {
    expect(guard('SELECT 1 FROM {world:Identifier}.encounters AS e', shut)).toBe(
      'SELECT 1 FROM (SELECT * FROM {world:Identifier}.encounters WHERE officer_id NOT IN {gate_officers:Array(String)} AND person_id NOT IN {gate_people:Array(String)}) AS e',
    );
    expect(guard('SELECT 1 FROM @accesses AS t', shut)).toContain(
      '(SELECT * FROM accesses WHERE officer_id NOT IN',
    );
    expect(guard('SELECT 1 FROM {world:Identifier}.assignments', shut)).toContain('arrayFilter');
    expect(guard('SELECT 1 FROM {world:Identifier}.encounters', open)).toBe(
      'SELECT 1 FROM {world:Identifier}.encounters',
    );
  });

  it('gives rows of those whom the purpose opens, and nobody else’s', () => {
    const officer = 'officer_id IN {gate_reached_officers:Array(String)}';
    const person = 'person_id IN {gate_reached_people:Array(String)}';
    expect(guard('SELECT 1 FROM {world:Identifier}.duties', bound)).toContain(`WHERE ${officer})`);
    expect(guard('SELECT 1 FROM {world:Identifier}.people', bound)).toContain(`WHERE ${person})`);
    expect(guard('SELECT 1 FROM {world:Identifier}.encounters', bound)).toContain(
      `WHERE ${officer} AND (person_id = '' OR ${person})`,
    );
    expect(guard('SELECT 1 FROM {world:Identifier}.assignments', bound)).toContain(`WHERE ${person})`);
    expect(guard('SELECT 1 FROM @calls', bound)).toContain(`devices WHERE ${officer})`);
    expect(guard('SELECT 1 FROM @positions', bound)).toContain(`handsets WHERE ${officer})`);
    const met: Through = { ...open, reach: { officers: ['o2'], people: 'met' } };
    expect(guard('SELECT 1 FROM {world:Identifier}.people', met)).toContain(
      `person_id IN (SELECT person_id FROM {world:Identifier}.encounters WHERE ${officer})`,
    );
  });

  it('leaves no table of people open where nobody is in reach', () => {
    const none: Through = { ...open, reach: { officers: [], people: [] } };
    for (const table of Object.keys(WORLD_PLACES).filter((one) => one !== 'posts'))
      expect(guard(`SELECT 1 FROM {world:Identifier}.${table}`, none), table).toContain(' IN ');
    for (const table of Object.keys(RAW_PLACES))
      expect(guard(`SELECT 1 FROM @${table}`, none), table).toContain(' IN ');
  });

  it('gives lines of encounters where one side is in reach, without what would open them', () => {
    const lines = guard('SELECT 1 FROM {world:Identifier}.encounters', bound, true);
    expect(lines).toContain(
      '(SELECT officer_id, person_id, at, kind, explanation, vulnerable FROM {world:Identifier}.encounters WHERE (officer_id IN',
    );
    expect(lines).toContain(' OR person_id IN');
    expect(guard('SELECT 1 FROM {world:Identifier}.encounters', open, true)).not.toContain('*');
    expect(() => guard('SELECT 1 FROM {world:Identifier}.people', bound, true)).toThrow();
    expect(() => guard('SELECT 1 FROM @accesses', bound, true)).toThrow();
  });

  it('takes a column called from, and lists within a query, for what they are', () => {
    for (const sql of [
      'SELECT `from`, `to` FROM {world:Identifier}.postings ORDER BY `from`, `to`',
      "SELECT a, ', b' FROM (SELECT c, d FROM {world:Identifier}.people WHERE c IN ('x', 'y')) AS one GROUP BY a, b",
      'SELECT a, b FROM {world:Identifier}.people AS p LEFT JOIN @calls AS c USING (d, e) ORDER BY f, g',
    ]) {
      expect(() => guard(sql, open), sql).not.toThrow();
    }
  });

  it('refuses what it does not know', () => {
    for (const sql of [
      'SELECT 1 FROM encounters',
      'SELECT 1 FROM system.tables',
      "SELECT 1 FROM file('x')",
      'SELECT 1 FROM {world:Identifier}.encounters JOIN accesses ON 1',
      'SELECT 1 FROM {world:Identifier}.encounters, accesses',
      'SELECT 1 FROM {world:Identifier}.encounters AS e, (accesses) AS a',
      'SELECT 1 FROM (SELECT 1) AS one, accesses',
      'SELECT 1 FROM {world:Identifier}.everything',
      'SELECT 1 FROM @quarantine',
      'SELECT 1 FROM {world:Identifier}.people WHERE person_id IN accesses',
      'SELECT 1 FROM {world:Identifier}.people SETTINGS max_threads = 1',
      'SELECT 1; SELECT 2',
    ]) {
      expect(() => guard(sql, open), sql).toThrow();
    }
  });

  it('reads the world of the current run, whatever a page binds', async () => {
    let said: Values = {};
    const events = {
      query: async <Row>(_: string, values: Values = {}): Promise<Row[]> => {
        said = values;
        return [];
      },
    };
    await gate(events, shut).query('SELECT 1 FROM {world:Identifier}.encounters', {
      world: 'another',
      gate_officers: [],
    });
    expect(said).toMatchObject({ world: 'w', gate_officers: ['o1'], gate_people: ['p1'] });
  });

  it('is the only way: no page about officers and people imports a store of events', () => {
    const web = path.join(import.meta.dirname, '../../web');
    const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const reach = files.filter((file) =>
      /stores\/events\/|services\.events|\bevents\b[^{}]*\} = services/.test(
        readFileSync(path.join(web, file), 'utf8'),
      ),
    );
    expect(reach.filter((file) => !file.endsWith('.test.ts')).sort()).toEqual([
      'data/intake.ts',
      'services.ts',
      'view.ts',
    ]);
  });

  it('is passed in the scope of lists by few, named here', () => {
    const web = path.join(import.meta.dirname, '../../web');
    const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) => {
      const text = file.endsWith('.ts') ? readFileSync(path.join(web, file), 'utf8') : '';
      return /[{,.]\s*lists\b/.test(text);
    });
    expect(files.sort()).toEqual([
      'indicators/indicators.routes.ts',
      'intelligence/logs.routes.ts',
      'matters/matters.routes.ts',
      'monitoring/targeted.routes.ts',
      'purpose/ask.ts',
      'purpose/asked.ts',
      'purpose/names.routes.ts',
      'search/search.routes.ts',
      'signals/signals.routes.ts',
      'signals/triage.ts',
      'view.ts',
    ]);
  });
});
