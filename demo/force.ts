/** What the pieces of the demonstration force are made of. Instants are ms since 1970 (UTC), days are numbers. */
import type { Period } from './clock.ts';
import type { Sex } from './names.ts';
import type { County, Hood, Point, Station } from './places.ts';
import type { Roster } from './shifts.ts';

export type Role =
  | 'response'
  | 'neighbourhood'
  | 'investigation'
  | 'public_protection'
  | 'custody'
  | 'contact_centre'
  | 'dispatch'
  | 'roads'
  | 'intelligence'
  | 'vetting'
  | 'records'
  | 'professional_standards'
  | 'training'
  | 'command'
  | 'other';

export type Pattern = 'cycle' | 'weekday' | 'neighbourhood' | 'evenings' | 'weekly';

export interface Unit {
  name: string;
  role: Role;
  district: number;
  station: Station;
  /** For cycle patterns: which of the five shift groups. */
  group: number;
}

export interface Officer {
  n: number;
  id: string;
  collar: string;
  name: string;
  sex: Sex;
  kind: 'officer' | 'special' | 'pcso' | 'staff' | 'volunteer' | 'contractor';
  rank: string;
  role: Role;
  pattern: Pattern;
  unit: number;
  supervisor: number;
  /** A change of unit in the period: on `day` in truth, from `postedDay` in the personnel system. */
  move?: { day: number; unit: number; postedDay: number };
  joinedOn: string;
  leftOn?: string;
  /** First and last (exclusive) day of the period on which they serve. */
  servesFrom: number;
  servesTo: number;
  home: Point;
  /** Index into the list of force phones, or -1. */
  phone: number;
  /** Radio that reports a position, or ''. */
  radio: string;
  terminal: string;
  postId: string;
}

export interface ForcePhone {
  number: string;
  kind: 'phone' | 'tablet' | 'desk';
  /** The holders on the register: from, to (0: still). */
  holders: { officer: number; from: number; to: number }[];
  /** Whether the force captures the text of messages on it. */
  captured: boolean;
}

export type Marker =
  | 'domestic_abuse'
  | 'sexual_violence'
  | 'stalking_harassment'
  | 'mental_health'
  | 'substance_use'
  | 'learning_disability'
  | 'missing'
  | 'child'
  | 'trafficking'
  | 'sex_work'
  | 'bereaved'
  | 'homeless'
  | 'self_harm'
  | 'other';

export interface Person {
  n: number;
  id: string;
  name: string;
  sex: Sex;
  bornOn: string;
  age: number;
  home: Point;
  postcode: string;
  hood: Hood;
  /** An earlier address and the day of the move, if any. */
  movedFrom?: { home: Point; day: number };
  phones: { number: string; from: number; to: number }[];
  markers: { marker: Marker; from: string; to: string }[];
  /** Numbers of those who share the household. */
  household: number[];
  /** How often life brings them to the police, 1 = ordinary. */
  pull: number;
}

export type PartRole =
  | 'victim'
  | 'witness'
  | 'suspect'
  | 'caller'
  | 'missing'
  | 'detainee'
  | 'parent_or_carer'
  | 'other';

export interface Part {
  person: number;
  role: PartRole;
  from: number;
}

export type DutyOnIncident =
  | 'attending'
  | 'officer_in_case'
  | 'supervisor'
  | 'call_handler'
  | 'dispatcher'
  | 'custody'
  | 'specialist'
  | 'neighbourhood'
  | 'other';

export interface Assignment {
  officer: number;
  role: DutyOnIncident;
  /** What truly happened; to = 0: still running. */
  from: number;
  to: number;
  /** What the paperwork says it began; 0: never written. */
  writtenFrom: number;
  /** The whole crew, the officer included (shared by its members; empty: nobody else). */
  crew: readonly number[];
}

export interface Incident {
  n: number;
  id: string;
  openedAt: number;
  closedAt: number;
  kind: 'incident' | 'crime' | 'missing' | 'custody' | 'safeguarding' | 'stop' | 'other';
  type: string;
  place: Point;
  district: number;
  /** Unit that holds it, or -1. */
  unit: number;
  outcome: string;
  parts: Part[];
  assignments: Assignment[];
}

/** People who go out together for one shift (or alone), with or without a vehicle. */
export interface Crew {
  key: string;
  day: number;
  officers: number[];
  vehicle: string;
  callsign: string;
  from: number;
  to: number;
  district: number;
  base: Station;
  /** Neighbourhood they walk, if they walk. */
  beat?: Hood;
  /** Whether they are sent to calls (response), or go to appointments (investigators). */
  work: 'response' | 'roads' | 'beat' | 'appointments';
  /** Attendances, in order. */
  tasks: Task[];
}

/** Something a crew does at one place. */
export interface Task {
  from: number;
  to: number;
  place: Point;
  /** Planted or told as an oddity: number of the plot, or -1. */
  plot: number;
}

/** A case somebody has to see through. */
export interface Case {
  incident: Incident;
  assignment: Assignment;
}

export interface Relationship {
  officer: number;
  person: number;
  kind: 'partner' | 'ex_partner' | 'family' | 'friend' | 'notifiable_association' | 'business';
  from: string;
  declaredOn: string;
  to: string;
}

export interface Matter {
  officer: number;
  receivedOn: string;
  kind: 'complaint' | 'conduct_matter' | 'intelligence' | 'grievance' | 'civil_claim';
  allegation: string;
  category: string;
  source: string;
  outcome: string;
  closedOn: string;
  person: number;
  plot: number;
}

/** The whole force, once planned; events are told from it day by day. */
export interface Force {
  seed: number;
  period: Period;
  county: County;
  units: Unit[];
  officers: Officer[];
  phones: ForcePhone[];
  roster: Roster;
  people: Person[];
  incidents: Incident[];
  /** By day of opening (index 0 = first day of the period). */
  incidentsByDay: Incident[][];
  crews: Crew[][];
  /** Cases by officer number. */
  cases: Case[][];
  /** Neighbourhood and specialist tasks by officer number. */
  longTasks: Case[][];
  /** Attendances by officer number, in order of time. */
  attended: Case[][];
  relationships: Relationship[];
  matters: Matter[];
}

/** Unit an officer truly works in on a day. */
export function unitOn(officer: Officer, day: number): number {
  return officer.move && day >= officer.move.day ? officer.move.unit : officer.unit;
}

/** No crew. */
export const ALONE: readonly number[] = [];

/** Number of a person at an instant, or ''. */
export function numberOf(person: Person, at: number): string {
  for (const phone of person.phones) {
    if (at >= phone.from && (phone.to === 0 || at < phone.to)) return phone.number;
  }
  return '';
}

/** Whether any vulnerability is on record. */
export function isVulnerable(person: Person): boolean {
  return person.markers.length > 0;
}
