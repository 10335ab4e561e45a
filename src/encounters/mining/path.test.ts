import { expect, it } from 'vitest';
import { candidatePaths, pathNamed, pathWords, STEPS_MOST } from './path.ts';

const paths = candidatePaths();

it('every path leads from an officer to a person, each step on from the one before', () => {
  expect(paths.length).toBeGreaterThan(9);
  expect(paths.length).toBeLessThan(60);
  for (const { steps } of paths) {
    expect(steps.length).toBeLessThanOrEqual(STEPS_MOST);
    const ends = steps.map(({ join, back }) => (back ? [join.to, join.from] : [join.from, join.to]));
    expect(ends[0]?.[0]).toBe('officer');
    expect(ends.at(-1)?.[1]).toBe('person');
    for (let n = 1; n < ends.length; n++) expect(ends[n]?.[0]).toBe(ends[n - 1]?.[1]);
  }
});

it('no path is one of the explanations there are, and each has a name of its own', () => {
  const ids = paths.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain('assignment,involvement');
  expect(ids).not.toContain('posting,-posting,assignment,involvement');
  expect(ids).toContain('together,assignment,involvement');
  expect(ids).toContain('assignment,involvement,home,-home');
  expect(ids).toContain('-supervision,assignment,involvement');
  for (const path of paths) expect(pathNamed(path.id).id).toBe(path.id);
  expect(() => pathNamed('no,such')).toThrow(RangeError);
});

it('says each in words', () => {
  const words = (id: string) => pathWords(pathNamed(id));
  expect(words('together,assignment,involvement')).toBe(
    'The officer works incidents together with an officer who is assigned to an incident which involves the person',
  );
  expect(words('assignment,involvement,home,-home')).toBe(
    'The officer is assigned to an incident which involves a person who lives in a house in which the person lives',
  );
  for (const path of paths) expect(pathWords(path)).toMatch(/^The officer .*the person( |$|,)/);
});
