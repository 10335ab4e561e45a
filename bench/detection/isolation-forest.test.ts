import { expect, it } from 'vitest';
import { Dice } from '../../demo/random.ts';
import { isolationScores } from './isolation-forest.ts';

const crowd = (dice: Dice) =>
  Array.from({ length: 300 }, () => [dice.next() + dice.next(), dice.next() + dice.next()]);

it('finds one far from all others, and says the same for the same draws', () => {
  const rows = [...crowd(new Dice(1, 'crowd')), [9, 9]];
  const scores = isolationScores(rows, new Dice(1, 'forest'));
  expect(scores.indexOf(Math.max(...scores))).toBe(300);
  expect(scores[300]).toBeGreaterThan(0.7);
  expect(isolationScores(rows, new Dice(1, 'forest'))).toEqual(scores);
});

it('has nothing to say where all are alike', () => {
  expect(new Set(isolationScores(Array(20).fill([1, 2]), new Dice(1, 'forest'))).size).toBe(1);
  expect(isolationScores([], new Dice(1, 'forest'))).toEqual([]);
});
