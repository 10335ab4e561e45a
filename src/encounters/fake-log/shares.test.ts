import { expect, it } from 'vitest';
import { shares } from './shares.ts';

const officers = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `E${from + i}`);

it('roles of fewer than eight officers are put together, over all months and explanations', () => {
  const row = { month: '2026-03', looks: 10 };
  expect(
    shares([
      { ...row, role: 'response', explanation: 'assigned', some_officers: officers(5) },
      { ...row, role: 'response', explanation: '', some_officers: officers(5, 3) },
      { ...row, role: 'vetting', explanation: 'role', some_officers: officers(7) },
      { ...row, role: 'training', explanation: 'role', some_officers: officers(2, 50) },
    ]),
  ).toEqual([
    { ...row, role: 'response', explanation: 'assigned' },
    { ...row, role: 'response', explanation: '' },
    { ...row, role: 'other', explanation: 'role', looks: 20 },
  ]);
});
