import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Values } from '../../stores/events/events.ts';
import { gate, guard, type Through } from './events-gate.ts';

const nobody = { officers: new Set<string>(), people: new Set<string>() };
const open: Through = { world: 'w', hidden: nobody, only: undefined };
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

  it('gives nothing under an authority outside its dates, and only those it names within them', () => {
    expect(guard('SELECT 1 FROM {world:Identifier}.people', { ...open, only: [] })).toContain('WHERE 0');
    expect(guard('SELECT 1 FROM {world:Identifier}.encounters', { ...open, only: ['o2'] })).toContain(
      'officer_id IN {gate_only:Array(String)}',
    );
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
    let bound: Values = {};
    const events = {
      query: async <Row>(_: string, values: Values = {}): Promise<Row[]> => {
        bound = values;
        return [];
      },
    };
    await gate(events, shut).query('SELECT 1 FROM {world:Identifier}.encounters', {
      world: 'another',
      gate_officers: [],
    });
    expect(bound).toMatchObject({ world: 'w', gate_officers: ['o1'], gate_people: ['p1'] });
  });

  it('is the only way: no page about officers and people imports a store of events', () => {
    const web = path.join(import.meta.dirname, '../../web');
    const files = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const reach = files.filter((file) =>
      /stores\/events\/|services\.events/.test(readFileSync(path.join(web, file), 'utf8')),
    );
    expect(reach.filter((file) => !file.endsWith('.test.ts')).sort()).toEqual([
      'data/intake.ts',
      'services.ts',
      'view.ts',
    ]);
  });
});
