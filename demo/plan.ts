/** Plans the whole force: workforce, roster, public, incidents and stories; the events are told from the plan later. */
import { makeAppointments } from './appointments.ts';
import { Control } from './assignments.ts';
import type { Cast } from './casting.ts';
import { castParts } from './casting.ts';
import { Period } from './clock.ts';
import { ordinaryMatters } from './conduct.ts';
import { crewsOn } from './crews.ts';
import { issueEquipment } from './equipment.ts';
import type { Crew, Force, Incident } from './force.ts';
import { ODD } from './honest-oddities.ts';
import { happenOn } from './incidents.ts';
import { FAMILIES } from './misconduct/families.ts';
import { layOutCounty } from './places.ts';
import type { Public } from './public.ts';
import { populate } from './public.ts';
import { Dice, nth } from './random.ts';
import { declareRelationships } from './relationships.ts';
import { drawUpRoster } from './shifts.ts';
import { Stage } from './stage.ts';
import type { Clearance, Post } from './vetting.ts';
import { vetWorkforce } from './vetting.ts';
import { recruit } from './workforce.ts';

export interface Planned {
  force: Force;
  stage: Stage;
  posts: Post[];
  clearances: Clearance[];
}

/** Days of earlier cases that are still open, or closed shortly before, when the period begins. */
const BEFORE = 75;

/** Plans a force. `progress` is told 0 to 1. */
export function planForce(
  seed: number,
  officerCount: number,
  days: number,
  endsOn: string,
  progress: (part: number) => void,
): Planned {
  const period = new Period(endsOn, days);
  const county = layOutCounty(new Dice(seed, 'county'), officerCount);
  const { units, officers } = recruit(seed, county, period, officerCount);
  const { posts, clearances } = vetWorkforce(seed, officers, units, period);
  const phones = issueEquipment(seed, officers, period);
  const cast = castParts(seed, officers, units, period);
  const roster = drawUpRoster(seed, officers, units, period, cast.spells);
  const known = populate(seed, county, period, Math.round(officerCount * (12 + days * 0.09)));
  const force: Force = {
    seed,
    period,
    county,
    units,
    officers,
    phones,
    roster,
    people: known.people,
    incidents: [],
    incidentsByDay: [],
    crews: [],
    cases: officers.map(() => []),
    longTasks: officers.map(() => []),
    attended: officers.map(() => []),
    relationships: [],
    matters: [],
  };
  progress(0.2);
  runThrough(force, known, cast, officerCount, progress);
  index(force);
  makeAppointments(force);
  force.relationships = declareRelationships(force);
  force.matters = ordinaryMatters(force);
  return { force, stage: tellStories(force, cast), posts, clearances };
}

/** Day after day: crews go on, incidents happen, work is given out. */
function runThrough(
  force: Force,
  known: Public,
  cast: Cast,
  officers: number,
  progress: (part: number) => void,
): void {
  const { seed, period, county, roster } = force;
  const control = new Control(seed, period, force.officers, force.units, roster);
  const perDay = officers * 0.3;
  let yesterday: Crew[] = [];
  let next = 0;
  for (let day = -BEFORE; day < period.days; day++) {
    const dice = new Dice(seed, `incidents ${day}`);
    const early = day < 0;
    const crews = early ? [] : crewsOn(force, day, cast.loners);
    const out: Crew[][] = county.towns.slice(0, county.districts).map(() => []);
    for (const c of [...yesterday, ...crews]) out[c.district]?.push(c);
    // Of the time before, only what became a case is in the extract.
    const happened = happenOn(dice, day, period, county, known, early ? perDay * 0.5 : perDay, next, seed);
    next += happened.length;
    const ofDay: Incident[] = [];
    for (const { incident, kind } of happened) {
      if (early) {
        if (!dice.chance(kind.caseChance)) continue;
        control.openCase(incident, kind, -1);
      } else control.handle(incident, kind, out[incident.district] ?? []);
      force.incidents.push(incident);
      ofDay.push(incident);
    }
    if (!early) {
      force.crews.push(crews);
      force.incidentsByDay.push(ofDay);
      if (day % 20 === 0) progress(0.2 + (0.7 * day) / period.days);
    }
    yesterday = crews;
  }
}

/** Who worked what. */
function index(force: Force): void {
  for (const incident of force.incidents) {
    for (const assignment of incident.assignments) {
      const entry = { incident, assignment };
      if (assignment.role === 'officer_in_case') nth(force.cases, assignment.officer).push(entry);
      else if (assignment.role === 'neighbourhood' || assignment.role === 'specialist')
        nth(force.longTasks, assignment.officer).push(entry);
      else if (assignment.role === 'attending') nth(force.attended, assignment.officer).push(entry);
    }
  }
}

function tellStories(force: Force, cast: Cast): Stage {
  const stage = new Stage(
    force,
    [...cast.offenders, ...cast.oddities].map((p) => p.officer.n),
  );
  // Oddities first: one of them moves homes that an offender's visits must then find.
  for (const part of cast.oddities) {
    const odd = ODD[part.name];
    if (!odd) continue;
    const plot = stage.open('look_alike', part.name, part.officer, part.strength);
    plot.why = odd.why;
    odd.tell(stage, plot);
  }
  for (const part of cast.offenders) {
    const plot = stage.open('planted', part.name, part.officer, part.strength);
    FAMILIES[part.name]?.(stage, plot);
  }
  for (const crews of force.crews) for (const crew of crews) crew.tasks.sort((a, b) => a.from - b.from);
  return stage;
}
