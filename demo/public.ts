/** The members of the public the force knows of: homes, households, phones, vulnerabilities. */
import type { Period } from './clock.ts';
import { DAY } from './clock.ts';
import type { Marker, Person } from './force.ts';
import type { Sex } from './names.ts';
import { fullName, surname } from './names.ts';
import { publicNumber } from './phones.ts';
import type { County, Hood, Point } from './places.ts';
import { near } from './places.ts';
import { Dice, nth } from './random.ts';

const MARKERS: [Marker, number][] = [
  ['domestic_abuse', 24],
  ['mental_health', 22],
  ['substance_use', 12],
  ['sexual_violence', 7],
  ['stalking_harassment', 8],
  ['self_harm', 6],
  ['learning_disability', 5],
  ['bereaved', 5],
  ['homeless', 3],
  ['sex_work', 2.5],
  ['trafficking', 1],
  ['missing', 3],
  ['other', 3],
];

/** People of the county, with indexes that the incidents draw from. */
export class Public {
  readonly people: Person[] = [];
  readonly byDistrict: number[][];
  readonly byMarker = new Map<string, number[]>();
  private readonly running: Float64Array[];

  constructor(people: Person[], districts: number) {
    this.people = people;
    this.byDistrict = Array.from({ length: districts }, () => []);
    for (const p of people) {
      nth(this.byDistrict, p.hood.district).push(p.n);
      for (const m of p.markers) {
        const key = `${p.hood.district}/${m.marker}`;
        const list = this.byMarker.get(key) ?? [];
        if (list.length === 0) this.byMarker.set(key, list);
        list.push(p.n);
      }
    }
    this.running = this.byDistrict.map((list) => {
      let sum = 0;
      return Float64Array.from(list, (n) => (sum += nth(people, n).pull));
    });
  }

  /** Anyone of a district; those with a heavy pull far more often. */
  anyone(dice: Dice, district: number): Person {
    const running = nth(this.running, district);
    const aim = dice.next() * nth(running, running.length - 1);
    let low = 0;
    let high = running.length - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (nth(running, mid) > aim) high = mid;
      else low = mid + 1;
    }
    return nth(this.people, nth(nth(this.byDistrict, district), low));
  }

  /** Someone of a district with a marker (anyone where there is none), heavy pulls preferred. */
  marked(dice: Dice, district: number, marker: Marker): Person {
    const list = this.byMarker.get(`${district}/${marker}`);
    if (!list) return this.anyone(dice, district);
    const a = nth(this.people, dice.pick(list));
    const b = nth(this.people, dice.pick(list));
    return a.pull > b.pull ? a : b;
  }
}

function postcode(dice: Dice, outward: string): string {
  const letters = 'ABDEFGHJLNPQRSTUWXYZ';
  return `${outward} ${dice.whole(1, 9)}${dice.pick(letters)}${dice.pick(letters)}`;
}

/** Populates the county. About one in four has a marker; homes cluster in neighbourhoods. */
export function populate(seed: number, county: County, period: Period, count: number): Public {
  const people: Person[] = [];
  const hoods: Hood[] = county.towns.flatMap((t) => t.hoods);
  const hardship = new Map<Hood, number>();
  const dice = new Dice(seed, 'hoods');
  for (const hood of hoods)
    hardship.set(hood, dice.skewed(1, 0.7) * (nth(county.towns, hood.town).radius / 2_000));
  let numbers = 0;
  for (let house = 0; people.length < count; house++) {
    const d = new Dice(seed, `house ${house}`);
    const hostel = house % 300 === 17 ? county.hostels[Math.floor(house / 300)] : undefined;
    const hood = hostel ? nearestHood(hoods, hostel) : d.weighted(hoods, (h) => hardship.get(h) ?? 1);
    const home =
      hostel ?? (d.chance(0.92) ? near(d, hood.centre, 0, hood.radius) : near(d, hood.centre, 0, 5_000));
    const code = postcode(d, nth(county.towns, hood.town).postcode);
    const size = hostel ? d.whole(12, 20) : d.weighted([1, 2, 3, 4], (n) => nth([0, 55, 27, 11, 7], n));
    const family = surname(d);
    const members: Person[] = [];
    for (let i = 0; i < size && people.length < count; i++) {
      const person = born(d, people.length, seed, home, code, hood, i, hostel ? surname(d) : family);
      if (hostel && d.chance(0.7))
        mark(d, person, d.pick(['homeless', 'substance_use', 'mental_health'] as const));
      people.push(person);
      members.push(person);
    }
    for (const m of members) m.household = hostel ? [] : members.filter((o) => o !== m).map((o) => o.n);
    numbers = giveNumbers(d, members, numbers, hostel !== undefined);
    for (const m of members)
      if (!hostel && d.chance(0.03))
        m.movedFrom = { home: near(d, hood.centre, 0, 4_000), day: d.whole(0, period.days - 1) };
  }
  reissueNumbers(new Dice(seed, 'reissued numbers'), people, period);
  return new Public(people, county.districts);
}

function nearestHood(hoods: Hood[], at: Point): Hood {
  let best = nth(hoods, 0);
  for (const h of hoods) {
    if (
      Math.abs(h.centre.lat - at.lat) + Math.abs(h.centre.lon - at.lon) <
      Math.abs(best.centre.lat - at.lat) + Math.abs(best.centre.lon - at.lon)
    )
      best = h;
  }
  return best;
}

function born(
  d: Dice,
  n: number,
  seed: number,
  home: Point,
  code: string,
  hood: Hood,
  i: number,
  family: string,
): Person {
  const sex: Sex = d.chance(0.52) ? 'f' : d.chance(0.006) ? 'x' : 'm';
  const age = i >= 2 ? d.between(6, 19) : Math.min(92, 17 + Math.abs(d.skewed(18, 0.6)));
  const bornAt = Date.UTC(2026, 6, 1) - age * 365.25 * DAY;
  const person: Person = {
    n,
    id: `P${1_000_000 + ((n * 1_234_577 + (seed % 1000) * 77) % 9_000_000)}`,
    name: fullName(d, sex, d.chance(0.8) ? family : undefined),
    sex,
    bornOn: new Date(bornAt).toISOString().slice(0, 10),
    age,
    home,
    postcode: code,
    hood,
    phones: [],
    markers: [],
    household: [],
    pull: d.skewed(0.6, 1),
  };
  if (age < 18) mark(d, person, 'child');
  if (d.chance(0.22)) {
    const times = d.chance(0.25) ? 2 : 1;
    for (let k = 0; k < times; k++)
      mark(d, person, d.weighted(MARKERS, ([m, w]) => markerWeight(m, w, sex, age))[0]);
    person.pull *= 2.2;
  }
  return person;
}

function markerWeight(marker: Marker, weight: number, sex: Sex, age: number): number {
  if (age < 16)
    return ['domestic_abuse', 'sex_work', 'substance_use', 'homeless'].includes(marker) ? 0 : weight;
  const women = ['domestic_abuse', 'sexual_violence', 'stalking_harassment', 'sex_work', 'trafficking'];
  return women.includes(marker) ? weight * (sex === 'f' ? 1.6 : 0.4) : weight;
}

function mark(d: Dice, person: Person, marker: Marker): void {
  if (person.markers.some((m) => m.marker === marker)) return;
  const since =
    marker === 'child' ? Date.parse(person.bornOn) : Date.UTC(2026, 5, 1) - d.between(10, 1_600) * DAY;
  const ended = marker !== 'child' && d.chance(0.08);
  person.markers.push({
    marker,
    from: new Date(since).toISOString().slice(0, 10),
    to: ended ? new Date(Date.UTC(2026, 6, 1) + d.between(-60, 120) * DAY).toISOString().slice(0, 10) : '',
  });
}

/** Numbers of a household: most adults have one, some two, some couples share, a hostel has one for the office. */
function giveNumbers(d: Dice, members: Person[], used: number, hostel: boolean): number {
  let next = used;
  const shared = hostel || (members.length > 1 && d.chance(0.08)) ? publicNumber(next++) : '';
  for (const m of members) {
    if (shared && (hostel ? d.chance(0.8) : m.age >= 16)) m.phones.push({ number: shared, from: 0, to: 0 });
    if (m.age < 11 || (shared && d.chance(0.7)) || d.chance(0.09)) continue;
    m.phones.unshift({ number: publicNumber(next++), from: 0, to: 0 });
    if (d.chance(0.05)) m.phones.push({ number: publicNumber(next++), from: 0, to: 0 });
  }
  return next;
}

/** Numbers given up by one person and, after some weeks of rest, issued to a stranger. */
function reissueNumbers(dice: Dice, people: Person[], period: Period): void {
  const owners = people.filter((p) => p.phones.length === 1);
  for (let i = 0; i + 1 < owners.length * 0.03; i++) {
    const a = dice.pick(owners);
    const b = dice.pick(owners);
    const phone = a.phones[0];
    if (
      a === b ||
      a.phones.length !== 1 ||
      !phone ||
      phone.to !== 0 ||
      phone.from !== 0 ||
      b.phones.length !== 1
    )
      continue;
    const ends = period.midnight(dice.whole(-90, Math.floor(period.days * 0.7)));
    a.phones = [{ number: phone.number, from: ends - dice.between(200, 900) * DAY, to: ends }];
    b.phones.push({ number: phone.number, from: ends + dice.between(25, 60) * DAY, to: 0 });
  }
}
