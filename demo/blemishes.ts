/** What a real feed has wrong with it: a dozen rows for the quarantine page, repeated rows, strangers' references. */
import type { Force } from './force.ts';
import type { Extra } from './registers.ts';

/** A row planted to be quarantined. */
export interface Blemish {
  table: string;
  /** Day whose event file takes it; -1 for registers. */
  day: number;
  line: string;
  reason: string;
}

/** Stands for the first row of the day's file sent again with another terminal. */
export const CONFLICT = '@conflict';

/** All rows of the force that a careful import must quarantine, and nothing else it should. */
export function blemishes(force: Force): Blemish[] {
  const { period, officers, people, incidents, phones } = force;
  const day = Math.floor(period.days / 2);
  const date = period.date(day);
  const officer = officers[officers.length >> 1]?.id ?? '';
  const person = people[people.length >> 1]?.id ?? '';
  const incident = incidents[incidents.length >> 1]?.id ?? '';
  const phone = phones[phones.length >> 1]?.number ?? '';
  const at = `${date}T11:20:00+01:00`;
  const list: Blemish[] = [
    {
      table: 'accesses',
      day,
      line: `7f3a90c1d2aa,31/02/2026 25:61,${officer},Records,view,person,${person},${person},,,T0001,desktop`,
      reason: 'a time that cannot be read (at)',
    },
    {
      table: 'accesses',
      day,
      line: `7f3a90c1d2ab,${at},${officer},Records,peek,person,${person},${person},,,T0001,desktop`,
      reason: 'a value outside its list (action)',
    },
    {
      table: 'accesses',
      day,
      line: `7f3a90c1d2ac,${at},,Records,view,person,${person},${person},,,T0001,desktop`,
      reason: 'a required field empty (officer_id)',
    },
    { table: 'accesses', day, line: CONFLICT, reason: 'an event_id stored with other content (event_id)' },
    {
      table: 'calls',
      day,
      line: `7f3a90c1d2ad,${date}T11:20:00,${phone},447700900001,sideways,voice,12`,
      reason: 'a value outside its list (direction)',
    },
    {
      table: 'calls',
      day,
      line: `7f3a90c1d2ae,${date}T11:21:00,${phone},447700900001,out,voice,twelve`,
      reason: 'a value that is no number (duration_s)',
    },
    {
      table: 'positions',
      day,
      line: `${date}T11:20:00Z,vehicle,V0001,155.50000,2.20000,0,on`,
      reason: 'a coordinate out of range (lat)',
    },
    {
      table: 'positions',
      day,
      line: `${date}T11:20:00Z,vehicle,V0001,55.50000,2.20000,0,on,spare`,
      reason: 'too many fields',
    },
    {
      table: 'messages',
      day,
      line: `7f3a90c1d2af,${at},${phone},447700900001,sms,out,`,
      reason: 'a required field empty (text)',
    },
    {
      table: 'duties',
      day: -1,
      line: `${officer},${date}T16:00:00+01:00,${date}T07:00:00+01:00,duty,`,
      reason: 'an end before its start (to)',
    },
    {
      table: 'incidents',
      day: -1,
      line: `I00000000X,${at},,riot,public order,55.5,2.2,`,
      reason: 'a value outside its list (kind)',
    },
    {
      table: 'people',
      day: -1,
      line: `${'P'.repeat(70)},Nemo Testerley,1990-01-01,m`,
      reason: 'an identifier over 64 characters (person_id)',
    },
    { table: 'assignments', day: -1, line: `${incident},${officer},attending`, reason: 'too few fields' },
  ];
  const spring = springForward(force);
  if (spring >= 0) {
    list.push({
      table: 'calls',
      day: spring,
      line: `7f3a90c1d2b0,${period.date(spring)}T01:30:00,${phone},447700900001,out,voice,12`,
      reason: 'a time that does not exist (at)',
    });
  }
  return list;
}

/** The day in the period on which clocks go forward, or -1. */
function springForward(force: Force): number {
  const { period } = force;
  for (let d = 0; d < period.days; d++)
    if (period.midnight(d + 1) - period.midnight(d) === 23 * 3_600_000) return d;
  return -1;
}

/** The blemishes of the registers, by table. */
export function registerBlemishes(list: Blemish[]): Extra {
  const extra: Extra = new Map();
  for (const b of list) if (b.day < 0) extra.set(b.table, [...(extra.get(b.table) ?? []), b.line]);
  return extra;
}
