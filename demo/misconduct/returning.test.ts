import { expect, it } from 'vitest';
import { OFFENDERS } from '../casting.ts';
import { planForce } from '../plan.ts';

it('tells the stories of those who go on from a meeting on duty, in a force large enough', () => {
  const { force, stage } = planForce(7, OFFENDERS.length * 40, 40, '2026-11-01', () => {});
  const traces = (name: string) => {
    const plot = stage.plots.find((one) => one.name === name);
    if (plot === undefined) throw new Error(`Nobody plays ${name}`);
    const looks = [...stage.accesses.values()]
      .flatMap((log) => log.rows)
      .filter((row) => row.plot === plot.n);
    const calls = [...stage.calls.values()].flatMap((log) => log.rows).filter((row) => row.plot === plot.n);
    const stops = force.crews
      .flat()
      .flatMap((crew) => crew.tasks)
      .filter((task) => task.plot === plot.n);
    return { plot, looks, calls, stops };
  };
  expect(traces('returner_alone').stops.length).toBeGreaterThan(0);
  expect(traces('child_watcher').stops.length).toBeGreaterThan(2);
  const forged = traces('reference_forger');
  expect(forged.looks.filter((row) => row.reference !== '').length).toBeGreaterThan(10);
  const partner = traces('partner_from_duty');
  expect(partner.calls.length).toBeGreaterThan(2);
  const declared = force.relationships.filter((one) => one.officer === partner.plot.officer.n);
  expect(declared.some((one) => partner.plot.people.has(one.person))).toBe(true);
  expect(traces('copies_references').looks.every((row) => row.reference !== '')).toBe(true);
  expect(traces('safeguarding_visits_alone').stops.length).toBeGreaterThan(2);
});
