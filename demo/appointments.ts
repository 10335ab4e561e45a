/** Investigators' days out: visits to the people of their own open cases. */
import { MINUTE } from './clock.ts';
import type { Force } from './force.ts';
import { homeAt } from './incidents.ts';
import { Dice, nth } from './random.ts';

/** Fills the crews that go to appointments with one to three visits each. */
export function makeAppointments(force: Force): void {
  for (const [day, crews] of force.crews.entries()) {
    const dice = new Dice(force.seed, `appointments ${day}`);
    for (const crew of crews) {
      if (crew.work !== 'appointments') continue;
      const officer = nth(crew.officers, 0);
      const open = (force.cases[officer] ?? []).filter(
        (c) => c.assignment.from < crew.from && (c.assignment.to === 0 || c.assignment.to > crew.to),
      );
      let at = crew.from + dice.whole(50, 120) * MINUTE;
      for (const { incident } of dice.sample(open, dice.whole(1, 3))) {
        const person = nth(force.people, dice.pick(incident.parts).person);
        const to = at + dice.skewed(40, 0.4) * MINUTE;
        if (to + 45 * MINUTE > crew.to) break;
        crew.tasks.push({ from: at, to, place: homeAt(person, at, force.period), plot: -1 });
        at = to + dice.whole(25, 80) * MINUTE;
      }
    }
  }
}
