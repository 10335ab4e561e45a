/** Families that live on the force phone: the prolific texter, the groomer of several, the exploratory one. */
import { DAY, HOUR, MINUTE } from '../clock.ts';
import type { Person } from '../force.ts';
import { numberOf } from '../force.ts';
import { familiar, reply } from '../messages.ts';
import type { Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';

/** One overfamiliar exchange: a text or two, sometimes an answer. Returns texts sent. */
export function flirt(
  stage: Stage,
  plot: Plot,
  person: Person,
  start: number,
  level: number,
  answers: number,
): number {
  const { dice } = plot;
  let at = start;
  let sent = 0;
  for (let n = 1 + dice.count(0.8); n > 0; n--) {
    if (
      stage.text(
        plot,
        person,
        at,
        'out',
        familiar(dice, dice.chance(0.7) ? level : level - 1),
        dice.chance(0.03),
      )
    )
      sent++;
    at += Math.ceil(dice.skewed(5, 1)) * MINUTE;
    if (dice.chance(answers)) {
      stage.text(plot, person, at, 'in', reply(dice));
      at += Math.ceil(dice.skewed(4, 1)) * MINUTE;
    }
  }
  return sent;
}

/** (1) Hundreds of texts to one victim of an incident attended, on one day above all, and on while off sick. */
export function prolificTexter(stage: Stage, plot: Plot): void {
  const { period, roster } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = [
    'contact-volume',
    'contact-off-duty',
    'contact-intensity',
    'message-language',
    'contact-after-closure',
  ];
  const [met] = stage.targets(plot, 1, true, Math.floor(period.days * 0.4));
  if (!met) return;
  const first = Math.max(1, period.dayOf(Math.max(met.assignment.from, period.from)) + dice.whole(2, 4));
  const peak = Math.min(period.days - 2, Math.floor(first + (period.days - first) * 0.45));
  const phone = stage.force.phones[officer.phone];
  if (phone && plot.strength !== 'weak') phone.captured = true;
  const look = stage.atWork(plot, first - 1);
  if (look > 0) stage.look(plot, { at: look, person: met.person, incident: null });
  for (let day = first; day < period.days; day++) {
    const warm = Math.min(1, (day - first) / 25);
    const sick = roster.kind(officer.n, day) === 'sick';
    const usual = by(plot, 9, 3.2, 0.8) * (0.25 + warm);
    const mean = sick ? by(plot, 45, 7, 1.2) : day > peak + 30 ? usual * 0.5 : usual;
    for (let n = dice.count(mean); n > 0; n--) {
      const shift = roster.working(officer.n, day);
      const at =
        shift && dice.chance(0.7)
          ? dice.between(shift.from, shift.to)
          : period.at(day, dice.whole(540, 1430));
      const level = warm < 0.3 ? 0 : warm < 0.8 ? 1 : 2;
      stage.text(plot, met.person, at, 'out', familiar(dice, level));
      if (dice.chance(0.25)) stage.text(plot, met.person, at + dice.whole(1, 20) * MINUTE, 'in', reply(dice));
    }
    if (day === peak) {
      const begin = roster.working(officer.n, day)?.from ?? period.at(day, 600);
      for (let n = by(plot, dice.whole(270, 410), dice.whole(75, 120), dice.whole(20, 32)); n > 0; n--) {
        const at = begin + dice.next() * 11 * HOUR;
        stage.text(
          plot,
          met.person,
          at,
          dice.chance(0.88) ? 'out' : 'in',
          dice.chance(0.5) ? familiar(dice, 1) : '',
        );
      }
    }
  }
}

/** (2) Several vulnerable women at once, begun as help after their cases closed. */
export function multiVictimGroomer(stage: Stage, plot: Plot): void {
  const { period, roster } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = [
    'contact-vulnerable-breadth',
    'contact-after-closure',
    'contact-begins-personally',
    'contact-intensity',
    'message-language',
  ];
  const phone = stage.force.phones[officer.phone];
  if (phone && dice.chance(0.6)) phone.captured = true;
  const count = by(plot, dice.whole(7, 10), dice.whole(4, 5), dice.whole(2, 3));
  for (const met of stage.targets(plot, count, true, Math.floor(period.days * 0.6))) {
    const ended = met.assignment.to > 0 ? met.assignment.to : met.assignment.from;
    const begin = Math.max(1, period.dayOf(Math.max(ended, period.from)) + dice.whole(2, 9));
    const length = dice.whole(18, 70);
    const keen = dice.between(0.5, 1.4);
    for (let day = begin; day < Math.min(period.days, begin + length); day++) {
      const progress = (day - begin) / length;
      for (let n = dice.count(by(plot, 1.5, 0.8, 0.3) * keen); n > 0; n--) {
        const shift = roster.working(officer.n, day);
        const late = dice.chance(0.3 + progress * 0.4);
        const at =
          shift && !late ? dice.between(shift.from, shift.to) : period.at(day, dice.whole(1080, 1430));
        if (dice.chance(0.15))
          stage.ring(plot, met.person, at, dice.chance(0.4) ? 0 : Math.ceil(dice.skewed(260, 0.9)), 'out');
        else
          flirt(
            stage,
            plot,
            met.person,
            at,
            progress < 0.3 ? 0 : progress < 0.7 ? 1 : 2,
            0.5 - progress * 0.3,
          );
      }
    }
    if (dice.chance(0.5)) {
      const at = stage.atWork(plot, begin + dice.whole(0, 6));
      if (at > 0) stage.look(plot, { at, person: met.person, incident: null });
    }
  }
}

/** (10) Texts out of the blue to many people met on duty; most do not answer, and it is left at that. */
export function exploratory(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = [
    'contact-begins-personally',
    'contact-after-closure',
    'message-language',
    'contact-vulnerable-breadth',
  ];
  const phone = stage.force.phones[officer.phone];
  if (phone && plot.strength !== 'weak') phone.captured = true;
  const wanted = by(plot, 38, 16, 6);
  const found = stage.met(
    officer,
    (p, m) =>
      p.sex === 'f' &&
      p.age > 16 &&
      p.age < 45 &&
      m.assignment.to > 0 &&
      m.assignment.to < period.to - 5 * DAY &&
      numberOf(p, m.assignment.to) !== '',
  );
  const chosen = dice.sample(
    found.filter((m) => m.assignment.role === 'attending'),
    wanted,
  );
  for (const met of chosen.length >= 3
    ? chosen
    : stage.targets(plot, Math.min(wanted, 12), true, period.days - 6)) {
    const ended = Math.max(met.assignment.to, period.from);
    const at = period.at(period.dayOf(ended) + dice.whole(2, 4), dice.whole(570, 1380));
    flirt(stage, plot, met.person, at, 0, 0.2);
    if (dice.chance(0.22)) {
      for (let n = dice.whole(2, 6), t = at; n > 0; n--) {
        t += dice.between(0.3, 3) * DAY;
        flirt(stage, plot, met.person, t, 1, 0.45);
      }
    }
  }
}
