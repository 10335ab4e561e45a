/** The county of Fauxshire, which lies in open water in the middle of the North Sea so that nobody lives there. */
import { hoodNames, townNames } from './names.ts';
import type { Dice } from './random.ts';

export interface Point {
  lat: number;
  lon: number;
}

/** A part of a town: centre and radius in metres. */
export interface Hood {
  name: string;
  town: number;
  district: number;
  centre: Point;
  radius: number;
}

export interface Town {
  name: string;
  district: number;
  centre: Point;
  radius: number;
  hoods: Hood[];
  /** Where crews buy coffee or stand by: retail parks, lay-bys. Away from homes by choice. */
  haunts: Point[];
  postcode: string;
}

export interface Station {
  name: string;
  town: number;
  district: number;
  at: Point;
}

export interface County {
  towns: Town[];
  districts: number;
  /** One main station per district first, in order of district; then the smaller ones. */
  stations: Station[];
  headquarters: Station;
  hostels: Point[];
}

const CENTRE: Point = { lat: 55.5, lon: 2.2 };
const METRES_PER_DEGREE = 111_195;

/** The point so many metres east and north of another. */
export function shift(from: Point, east: number, north: number): Point {
  return {
    lat: from.lat + north / METRES_PER_DEGREE,
    lon: from.lon + east / (METRES_PER_DEGREE * Math.cos((from.lat * Math.PI) / 180)),
  };
}

/** A point at a distance of `from` to `to` metres in any direction. */
export function near(dice: Dice, at: Point, from: number, to: number): Point {
  const angle = dice.next() * 2 * Math.PI;
  const distance = Math.sqrt(dice.between(from * from, to * to));
  return shift(at, Math.cos(angle) * distance, Math.sin(angle) * distance);
}

/** Metres between two points (flat-earth; right to a metre inside one county). */
export function metres(a: Point, b: Point): number {
  const north = (b.lat - a.lat) * METRES_PER_DEGREE;
  const east = (b.lon - a.lon) * METRES_PER_DEGREE * Math.cos((a.lat * Math.PI) / 180);
  return Math.sqrt(north * north + east * east);
}

/** Lays out the county for a workforce of this size: about one town for 60 people, a district for 375. */
export function layOutCounty(dice: Dice, officers: number): County {
  const districts = Math.max(1, Math.round(officers / 375));
  const townCount = Math.max(3, Math.round(officers / 60), districts * 2);
  const spread = 9_000 * Math.sqrt(townCount);
  const towns: Town[] = [];
  const names = townNames(dice, townCount);
  for (const [n, name] of names.entries()) {
    let centre = n === 0 ? CENTRE : near(dice, CENTRE, 4_000, spread);
    for (let tries = 0; tries < 30 && towns.some((t) => metres(t.centre, centre) < 8_000); tries++) {
      centre = near(dice, CENTRE, 4_000, spread);
    }
    const radius = n < districts ? dice.between(3_000, 3_800) : dice.between(1_600, 2_800);
    const district = n % districts;
    const hoods = hoodNames(dice, Math.max(4, Math.round(radius / 450))).map((hood) => ({
      name: hood,
      town: n,
      district,
      // Homes keep out of the middle: shops and the station are there.
      centre: near(dice, centre, 900, radius),
      radius: dice.between(300, 700),
    }));
    const haunts = [0, 1, 2, 3].map((i) =>
      near(dice, centre, i < 2 ? 0 : radius + 900, i < 2 ? 350 : radius + 2_500),
    );
    const postcode = `FX${n + 1}`;
    towns.push({ name, district, centre, radius, hoods, haunts, postcode });
  }
  const stationAt = (town: Town, n: number, name: string): Station => ({
    name,
    town: n,
    district: town.district,
    at: near(dice, town.centre, 100, 400),
  });
  const stations = towns
    .map((town, n) => ({ town, n }))
    .filter(({ n }) => n < districts || n % 3 === 0)
    .map(({ town, n }) => stationAt(town, n, `${town.name} police station`));
  const capital = towns[0];
  if (!capital) throw new RangeError('a county needs a town');
  const headquarters = stationAt(capital, 0, 'Fauxshire Police headquarters');
  const hostels = towns
    .filter((_, n) => n < Math.max(1, districts))
    .map((town) => near(dice, town.centre, 700, 1_100));
  return { towns, districts, stations, headquarters, hostels };
}
