import { expect, it } from 'vitest';
import { readIndicators } from './indicator.ts';
import { lacksOf } from './lacks.ts';
import type { RegisterSource } from './register-facts.ts';

const devices: RegisterSource = { register: 'device_monitoring', facts: async () => [] };

it('names tables that hold nothing and registers that nobody keeps, in words', () => {
  const indicator = {
    needs: ['calls', 'vehicle_bookings'],
    registers: ['device_monitoring', 'reports'] as const,
  };
  const given = { needs: indicator.needs, registers: [...indicator.registers] };
  expect(lacksOf(given, new Set(['vehicle_bookings', 'posts']), [devices])).toEqual([
    'vehicle bookings',
    'reports by colleagues, partners and the public',
  ]);
  expect(lacksOf(given, new Set(), [devices, { register: 'reports', facts: async () => [] }])).toEqual([]);
  expect(lacksOf({}, new Set(['calls']), [])).toEqual([]);
});

it('says of every indicator about registers that nobody keeps that it has no data yet', () => {
  const lacking = readIndicators().filter((one) => lacksOf(one, new Set(), []).length > 0);
  expect(lacking.map((one) => one.id)).toEqual([
    'conduct-colleagues',
    'device-unmonitored',
    'integrity-lapsed',
    'intelligence-new',
  ]);
});
