/** What vehicles and personal radios report of an itinerary. */
import { utcText } from './clock.ts';
import type { Crew, Force } from './force.ts';
import type { Stop } from './itinerary.ts';
import { itinerary } from './itinerary.ts';
import { metres, shift } from './places.ts';
import { Dice, nth } from './random.ts';

/** How often a source reports, in ms; `radios` is the share of radios in vehicles that report. */
export interface Sampling {
  moving: number;
  still: number;
  radioFactor: number;
  radios: number;
}

export const USUAL: Sampling = { moving: 110_000, still: 300_000, radioFactor: 2.4, radios: 1 };

/** A coordinate to five places (a metre). */
function coordinate(degrees: number): string {
  const n = Math.round(Math.abs(degrees) * 1e5);
  const whole = Math.floor(n / 1e5);
  return `${degrees < 0 ? '-' : ''}${whole}.${String(n - whole * 1e5 + 1e5).slice(1)}`;
}

/** Receives a row: instant, text of the row without line end, plot. */
export type PositionSink = (at: number, row: string, plot: number) => void;

/**
 * Reports every position of a crew's shift: of its vehicle and of its members' radios.
 * With `count` the texts are left empty: for a caller that only wants to know how many there are.
 */
export function report(
  force: Force,
  crew: Crew,
  sampling: Sampling,
  sink: PositionSink,
  count = false,
): void {
  const stops = itinerary(force, crew);
  if (crew.vehicle) {
    track(
      new Dice(force.seed, `vehicle ${crew.key}`),
      stops,
      'vehicle',
      crew.vehicle,
      sampling.moving,
      sampling.still,
      crew.from,
      sink,
      count,
    );
  }
  for (const n of crew.officers) {
    const officer = nth(force.officers, n);
    if (!officer.radio) continue;
    if (crew.vehicle && ((n * 61) % 100) / 100 >= sampling.radios) continue;
    const f = sampling.radioFactor;
    track(
      new Dice(force.seed, `radio ${crew.key} ${n}`),
      stops,
      'handset',
      officer.radio,
      sampling.moving * f,
      sampling.still * f * 0.8,
      crew.from,
      sink,
      count,
    );
  }
}

function track(
  dice: Dice,
  stops: Stop[],
  source: 'vehicle' | 'handset',
  id: string,
  moving: number,
  still: number,
  begin: number,
  sink: PositionSink,
  count: boolean,
): void {
  const car = source === 'vehicle';
  let last = begin - 1;
  const send = (
    at: number,
    lat: number,
    lon: number,
    speed: number,
    ignition: string,
    plot: number,
  ): void => {
    const whole = Math.floor(at / 1000) * 1000;
    if (whole <= last) return;
    last = whole;
    if (count) sink(whole, '', plot);
    else {
      const place = `${coordinate(lat)},${coordinate(lon)}`;
      const pace = car ? Math.round(speed) : Math.round(speed * 10) / 10;
      sink(whole, `${utcText(whole)},${source},${id},${place},${pace},${car ? ignition : ''}`, plot);
    }
  };
  for (let i = 0; i < stops.length; i++) {
    const stop = nth(stops, i);
    const long = stop.to - stop.from > 480_000;
    const off = long && !(stop.plot < 0 && dice.chance(0.25));
    const jitter = car ? 6 : 14;
    for (let at = stop.from; at < stop.to - 20_000; at += still * dice.between(0.85, 1.15)) {
      const p = shift(stop.place, dice.normal() * jitter, dice.normal() * jitter);
      send(at, p.lat, p.lon, car || dice.chance(0.7) ? 0 : dice.between(0, 3), off ? 'off' : 'on', stop.plot);
    }
    const leave = shift(stop.place, dice.normal() * jitter, dice.normal() * jitter);
    send(stop.to, leave.lat, leave.lon, 0, i === stops.length - 1 ? 'off' : 'on', stop.plot);
    const next = stops[i + 1];
    if (!next) break;
    drive(dice, stop, next, moving, car, send);
  }
}

function drive(
  dice: Dice,
  from: Stop,
  to: Stop,
  moving: number,
  car: boolean,
  send: (at: number, lat: number, lon: number, speed: number, ignition: string, plot: number) => void,
): void {
  const time = to.from - from.to;
  const way = metres(from.place, to.place) * 1.3;
  const speed = Math.min(110, (way / Math.max(time, 1)) * 3600);
  // Time to spare is spent cruising: a slow leg still shows ordinary speeds, by way of a detour.
  const cruising = car && speed < 18;
  const bend = dice.between(-1, 1) * Math.min(600, 60 + time / 2_000);
  for (
    let at = from.to + moving * dice.between(0.2, 1);
    at < to.from - 15_000;
    at += moving * dice.between(0.85, 1.15)
  ) {
    const part = (at - from.to) / time;
    const lat = from.place.lat + (to.place.lat - from.place.lat) * part;
    const lon = from.place.lon + (to.place.lon - from.place.lon) * part;
    const swing = Math.sin(part * Math.PI) * bend + dice.normal() * 40;
    const p = cruising
      ? shift({ lat, lon }, swing + dice.normal() * 400, dice.normal() * 400)
      : shift({ lat, lon }, swing, swing * 0.6);
    const shown = cruising ? dice.between(14, 45) : speed * dice.between(0.6, 1.3);
    send(at, p.lat, p.lon, Math.max(car ? 6 : 2, shown), 'on', -1);
  }
}
