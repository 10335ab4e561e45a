import { expect, it } from 'vitest';
import type { Share } from '../../encounters/fake-log/shares.ts';
import { stackedShares } from '../charts/stacked-shares.ts';
import { NAMES, sharesBy } from './explanations.facts.ts';

const rows: Share[] = [
  { month: '2026-03', role: 'response', explanation: 'assigned', looks: 30 },
  { month: '2026-03', role: 'response', explanation: '', looks: 10 },
  { month: '2026-02', role: 'other', explanation: 'role', looks: 60 },
];

it('shares add up to one in each month and in each role', () => {
  for (const kind of ['month', 'role'] as const) {
    for (const { parts } of sharesBy(kind, rows)) {
      expect(parts).toHaveLength(NAMES.length);
      expect(parts.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    }
  }
});

it('months come in order, roles by their looks', () => {
  expect(sharesBy('month', rows).map(({ label, looks }) => [label, looks])).toEqual([
    ['Feb 2026', 60],
    ['Mar 2026', 40],
  ]);
  expect(sharesBy('role', rows).map(({ label }) => label)).toEqual(['roles of under eight', 'response']);
  expect(sharesBy('role', rows)[1]?.parts.at(-1)).toBe(0.25);
  expect(sharesBy('month', [])).toEqual([]);
});

it('no more than the last year is shown', () => {
  const many = Array.from({ length: 30 }, (_, i) => ({
    month: `${2024 + Math.floor(i / 12)}-${String(1 + (i % 12)).padStart(2, '0')}`,
    role: 'response',
    explanation: '',
    looks: 1,
  }));
  const shown = sharesBy('month', many);
  expect(shown).toHaveLength(12);
  expect(shown.at(-1)?.label).toBe('Jun 2026');
});

it('the picture says every share that is large enough, and makes labels harmless', () => {
  const svg = stackedShares(
    'x',
    'Shares',
    ['one', 'none <b>'],
    [{ label: 'a & <b>', parts: [0.75, 0.25], of: '4 looks' }],
  );
  expect(svg).toContain('>75%</text>');
  expect(svg).toContain('a &amp; &lt;b&gt;');
  expect(svg).not.toContain('<b>');
  expect(svg).toContain('share-none');
});
