/** Itemised billing of force phones: honest contact with the public and everything else a phone is used for. */
import { DAY, HOUR, MINUTE } from './clock.ts';
import { phoneHeld } from './equipment.ts';
import type { Force, ForcePhone, Officer, Person } from './force.ts';
import { numberOf } from './force.ts';
import { strangerNumber } from './phones.ts';
import { Dice, nth, scramble } from './random.ts';

export interface CallRow {
  at: number;
  number: string;
  other: string;
  direction: 'out' | 'in';
  kind: 'voice' | 'sms' | 'mms';
  /** Seconds, voice only; -1 for texts. */
  seconds: number;
  plot: number;
  /** Who text messages are with, for the capture of their wording; -1: nobody on record. */
  person: number;
  /** What the text says; '' lets the ordinary wording be chosen. */
  text: string;
}

/** Collects billing rows of a day. */
export class CallLog {
  readonly rows: CallRow[] = [];

  /** A voice call; `answered` seconds, 0 for none. */
  ring(
    phone: ForcePhone,
    person: Person,
    at: number,
    seconds: number,
    direction: 'out' | 'in',
    plot = -1,
  ): void {
    const other = numberOf(person, at);
    if (!other) return;
    this.rows.push({
      at,
      number: phone.number,
      other,
      direction,
      kind: 'voice',
      seconds,
      plot,
      person: person.n,
      text: '',
    });
  }

  /** A text; `text` is kept for phones whose messages are captured. */
  text(
    phone: ForcePhone,
    person: Person,
    at: number,
    direction: 'out' | 'in',
    text = '',
    plot = -1,
    mms = false,
  ): void {
    const other = numberOf(person, at);
    if (!other) return;
    this.rows.push({
      at,
      number: phone.number,
      other,
      direction,
      kind: mms ? 'mms' : 'sms',
      seconds: -1,
      plot,
      person: person.n,
      text,
    });
  }

  /** Contact with a number that is nobody's on record. */
  stranger(
    phone: ForcePhone,
    other: string,
    at: number,
    direction: 'out' | 'in',
    kind: 'voice' | 'sms',
    seconds: number,
  ): void {
    this.rows.push({
      at,
      number: phone.number,
      other,
      direction,
      kind,
      seconds,
      plot: -1,
      person: -1,
      text: '',
    });
  }
}

/** Roles that a case officer speaks with. */
const SPOKEN_WITH = ['victim', 'witness', 'caller', 'parent_or_carer', 'missing'];

/** The honest contact of one day. */
export function telephoneThroughDay(force: Force, day: number, log: CallLog): void {
  const dice = new Dice(force.seed, `calls ${day}`);
  for (const officer of force.officers) {
    if (officer.phone < 0) continue;
    const shift = force.roster.working(officer.n, day);
    if (!shift) {
      // Phones lie in lockers off duty, but some people ring all the same.
      if (dice.chance(0.05))
        fromTheCases(force, dice, officer, force.period.at(day, 480), force.period.at(day, 1200), log);
      continue;
    }
    const phone = phoneHeld(force.phones, officer, shift.from);
    if (!phone) continue;
    caseContact(force, dice, officer, phone, shift.from, shift.to, log);
    everythingElse(force, dice, phone, shift.from, shift.to, log);
  }
  afterAttending(force, day, dice, log);
}

/** Sensible hours: people are rung between eight and nine in the evening; texts a little beyond. */
function civil(force: Force, dice: Dice, from: number, to: number): number {
  const day = force.period.dayOf(from);
  const early = Math.max(from, force.period.at(day, 490));
  const late = Math.min(to, force.period.at(day, 1265));
  return late > early ? dice.between(early, late) : dice.between(from, to);
}

function caseContact(
  force: Force,
  dice: Dice,
  officer: Officer,
  phone: ForcePhone,
  from: number,
  to: number,
  log: CallLog,
): void {
  const keen = 0.6 + ((officer.n * 29) % 17) / 14;
  const usual =
    (officer.role === 'public_protection' ? 0.19 : officer.role === 'response' ? 0.1 : 0.12) * keen;
  for (const list of [force.cases[officer.n], force.longTasks[officer.n]]) {
    for (const { incident, assignment } of list ?? []) {
      if (assignment.from > to) continue;
      // Some cases need a great deal of talking, most very little.
      const rate = Math.min(0.9, usual * Math.exp(3 * ((scramble(incident.n, 77) % 1000) / 1000 - 0.55)));
      const since = assignment.to > 0 ? from - assignment.to : -1;
      if (since > 12 * DAY) continue;
      // After closure: the outcome is told, mostly within days.
      const chance =
        since > 0 ? (since < 3 * DAY ? 0.16 : 0.015) : from - assignment.from < 2 * DAY ? rate * 2.2 : rate;
      if (!dice.chance(chance)) continue;
      const part = dice.chance(0.6) ? nth(incident.parts, 0) : dice.pick(incident.parts);
      if (!SPOKEN_WITH.includes(part.role) && !dice.chance(0.15)) continue;
      const person = nth(force.people, part.person);
      if (person.age < 13) continue;
      converse(dice, phone, person, civil(force, dice, Math.max(from, assignment.from), to), log);
    }
  }
}

/** A natural exchange: tries, a talk or a text, perhaps an answer. */
export function converse(
  dice: Dice,
  phone: ForcePhone,
  person: Person,
  start: number,
  log: CallLog,
  plot = -1,
): void {
  let at = start;
  const tries = 1 + (dice.chance(0.3) ? dice.whole(1, 2) : 0);
  for (let i = 0; i < tries; i++) {
    if (dice.chance(0.56)) {
      const answered = dice.chance(0.6);
      log.ring(phone, person, at, answered ? Math.ceil(dice.skewed(170, 0.9)) : 0, 'out', plot);
      if (answered) break;
      at += dice.whole(2, 90) * MINUTE;
      if (dice.chance(0.25)) log.ring(phone, person, at, Math.ceil(dice.skewed(150, 0.8)), 'in', plot);
    } else {
      const texts = 1 + dice.count(0.7);
      for (let t = 0; t < texts; t++) {
        log.text(phone, person, at, t % 2 === 0 ? 'out' : 'in', '', plot);
        at += Math.ceil(dice.skewed(12, 1.2)) * MINUTE;
      }
    }
  }
}

/** Calls back by people of open cases while the officer is off. */
function fromTheCases(
  force: Force,
  dice: Dice,
  officer: Officer,
  from: number,
  to: number,
  log: CallLog,
): void {
  const cases = (force.cases[officer.n] ?? []).filter(
    (c) => c.assignment.from < from && c.assignment.to > from,
  );
  const phone = phoneHeld(force.phones, officer, from);
  if (cases.length === 0 || !phone) return;
  const { incident } = dice.pick(cases);
  const person = nth(force.people, dice.pick(incident.parts).person);
  const at = dice.between(from, to);
  if (dice.chance(0.6)) log.ring(phone, person, at, 0, 'in');
  else log.text(phone, person, at, 'in');
}

/** 'We are outside', 'we will be late', 'your reference is': the crew and the people of the incident. */
function afterAttending(force: Force, day: number, dice: Dice, log: CallLog): void {
  for (const incident of force.incidentsByDay[day] ?? []) {
    for (const a of incident.assignments) {
      if (a.role !== 'attending' || !dice.chance(0.11)) continue;
      const officer = nth(force.officers, a.officer);
      const phone = phoneHeld(force.phones, officer, a.from);
      const part = dice.pick(incident.parts);
      if (!phone || !SPOKEN_WITH.includes(part.role)) continue;
      const person = nth(force.people, part.person);
      if (person.age < 13) continue;
      const later = dice.chance(0.3);
      const at = later ? a.to + dice.next() * 2 * HOUR : dice.between(a.from, a.to);
      if (later && dice.chance(0.6)) log.text(phone, person, at, 'out');
      else log.ring(phone, person, at, dice.chance(0.3) ? 0 : Math.ceil(dice.skewed(75, 0.8)), 'out');
    }
  }
}

/** Colleagues, courts, shops, family: numbers that are nobody's on record. */
function everythingElse(
  force: Force,
  dice: Dice,
  phone: ForcePhone,
  from: number,
  to: number,
  log: CallLog,
): void {
  for (let n = dice.count(1.3); n > 0; n--) {
    const at = dice.between(from, to);
    const direction = dice.chance(0.35) ? 'in' : 'out';
    const draw = dice.next();
    let other = strangerNumber(dice.whole(0, 40_000));
    if (draw < 0.3) other = dice.pick(force.phones).number;
    else if (draw < 0.34) other = direction === 'in' ? 'withheld' : '60999';
    if (other === phone.number) continue;
    if (dice.chance(0.7))
      log.stranger(
        phone,
        other,
        at,
        direction,
        'voice',
        dice.chance(0.25) ? 0 : Math.ceil(dice.skewed(100, 1)),
      );
    else log.stranger(phone, other, at, direction, 'sms', -1);
  }
}
