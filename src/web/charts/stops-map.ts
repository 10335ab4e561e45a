import { duration, several } from '../words.ts';
import { el, escaped, type Svg, text, widthOf } from './svg.ts';

export interface Place {
  lat: number;
  lon: number;
}

/** A stop near the person's home. `number` is its row in the table beside the picture. */
export interface MappedStop extends Place {
  number: number;
  id: string;
  seconds: number;
  explained: boolean;
}

export interface MappedIncident extends Place {
  id: string;
  label: string;
}

const SIZE = 560;
const HEIGHT = 470;
const EDGE = 40;
const CELL = 28;
const METRES_A_DEGREE = 111_320;

/**
 * Stops around a home, drawn without any outside map: north is up, distances are true, the ring is the distance at
 * which a stop counts as near. Larger circles are longer stops; places of incidents too far away stand at the edge.
 */
export function stopsMap(
  homes: Place[],
  stops: MappedStop[],
  incidents: MappedIncident[],
  nearMetres: number,
  links: { encounter(id: string): string; rows(): string },
): Svg {
  const centre = middle(homes.length > 0 ? homes : stops);
  const metres = (place: Place) => ({
    x: (place.lon - centre.lon) * METRES_A_DEGREE * Math.cos((centre.lat * Math.PI) / 180),
    y: (place.lat - centre.lat) * METRES_A_DEGREE,
  });
  const reach = Math.max(
    nearMetres * 1.15,
    ...[...homes, ...stops].map((place) => Math.hypot(metres(place).x, metres(place).y) * 1.1),
  );
  const scale = (HEIGHT / 2 - EDGE) / reach;
  const at = (place: Place) => {
    const { x, y } = metres(place);
    return { x: SIZE / 2 + x * scale, y: HEIGHT / 2 - y * scale };
  };
  const bare = stops.filter((stop) => !stop.explained).length;
  return el(
    'svg',
    { viewBox: `0 0 ${SIZE} ${HEIGHT + 34}`, role: 'group', 'aria-labelledby': 'map-title', class: 'map' },
    el(
      'title',
      { id: 'map-title' },
      escaped(
        `${several(stops.length, 'stop')} near the home, ${bare} unexplained. The table holds the same facts.`,
      ),
    ),
    el('rect', { x: 0.5, y: 0.5, width: SIZE - 1, height: HEIGHT - 1, class: 'sheet' }),
    ...homes.map((home) =>
      el('circle', { cx: at(home).x, cy: at(home).y, r: nearMetres * scale, class: 'ring' }),
    ),
    ...homes.map((home) => homeMark(at(home))),
    ...stopMarks(stops, at),
    ...incidents.map((incident) => incidentMark(incident, at(incident), metres(incident))),
    ...stopLinks(stops, at, links),
    ...scaleBar(scale),
    ...north(),
    ...key(),
  );
}

function middle(places: Place[]): Place {
  const sum = places.reduce((all, place) => ({ lat: all.lat + place.lat, lon: all.lon + place.lon }), {
    lat: 0,
    lon: 0,
  });
  const number = Math.max(1, places.length);
  return { lat: sum.lat / number, lon: sum.lon / number };
}

function homeMark({ x, y }: { x: number; y: number }): Svg {
  const roof = `M${x.toFixed(1)} ${(y - 13).toFixed(1)}l12 11h-3.5v9h-17v-9h-3.5z`;
  return el('path', { d: roof, class: 'home' }, el('title', {}, escaped('home')));
}

/** A stop's area grows with its length: 5 minutes are small, some hours large. */
function radius(seconds: number): number {
  return Math.min(20, 4 + Math.sqrt(seconds / 60) * 1.1);
}

// Long stops first, so that short ones lie on top; explained ones below the others.
function stopMarks(stops: MappedStop[], at: (place: Place) => { x: number; y: number }): Svg[] {
  const order = stops.toSorted((a, b) => Number(b.explained) - Number(a.explained) || b.seconds - a.seconds);
  return order.map((stop) => {
    const { x, y } = at(stop);
    return el('circle', {
      cx: x,
      cy: y,
      r: radius(stop.seconds),
      class: `${stop.explained ? 'quiet' : 'loud'} see-through`,
    });
  });
}

/** Links over the cells in which stops stand: to the one stop's records, or to the table. */
function stopLinks(
  stops: MappedStop[],
  at: (place: Place) => { x: number; y: number },
  links: { encounter(id: string): string; rows(): string },
): Svg[] {
  const byCell = Map.groupBy(
    stops,
    (stop) => `${Math.floor(at(stop).x / CELL)},${Math.floor(at(stop).y / CELL)}`,
  );
  return [...byCell].map(([cell, inCell]) => {
    const [column = 0, row = 0] = cell.split(',').map(Number);
    const [only] = inCell;
    const one = inCell.length === 1 && only;
    const said = one
      ? `Stop ${one.number}, ${duration(one.seconds)}, ${one.explained ? 'explained' : 'unexplained'}`
      : `${several(inCell.length, 'stop')}: ${inCell.map((stop) => stop.number).join(', ')}`;
    return el(
      'a',
      { href: one ? links.encounter(one.id) : links.rows(), 'aria-label': said },
      el(
        'rect',
        { x: column * CELL + 1, y: row * CELL + 1, width: CELL - 2, height: CELL - 2, class: 'hit' },
        el('title', {}, escaped(said)),
      ),
    );
  });
}

function incidentMark(
  incident: MappedIncident,
  place: { x: number; y: number },
  metres: { x: number; y: number },
): Svg {
  const inside = place.x > 12 && place.x < SIZE - 12 && place.y > 12 && place.y < HEIGHT - 12;
  const x = Math.min(SIZE - 14, Math.max(14, place.x));
  const y = Math.min(HEIGHT - 14, Math.max(14, place.y));
  const far = Math.hypot(metres.x, metres.y);
  const away = far >= 1000 ? `${(far / 1000).toFixed(1)} km away` : `${Math.round(far)} m away`;
  const said = inside ? incident.label : `${incident.label}, ${away}`;
  const left = x > SIZE / 2;
  return el(
    'g',
    {},
    el('rect', {
      x: x - 5,
      y: y - 5,
      width: 10,
      height: 10,
      class: 'place',
      transform: `rotate(45 ${x.toFixed(1)} ${y.toFixed(1)})`,
    }),
    text(left ? x - 11 : x + 11, y + 4, said.slice(0, 48), 't-own t-small', left ? 'end' : undefined),
  );
}

function scaleBar(scale: number): Svg[] {
  const length = [25, 50, 100, 200, 500, 1000, 2000, 5000].find((m) => m * scale >= 80) ?? 10_000;
  const width = length * scale;
  const words = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  return [
    el('path', { d: `M16 ${HEIGHT - 22}v6h${width.toFixed(1)}v-6`, class: 'bar' }),
    text(16 + width / 2 - widthOf(words, 12) / 2, HEIGHT - 26, words, 't-soft'),
  ];
}

function north(): Svg[] {
  return [
    el('path', { d: `M${SIZE - 24} 44v-26m-5 8l5-9l5 9`, class: 'bar' }),
    text(SIZE - 24, 60, 'N', 't-lane', 'middle'),
  ];
}

function key(): Svg[] {
  const y = HEIGHT + 24;
  return [
    el('circle', { cx: 10, cy: y - 5, r: 7, class: 'loud see-through' }),
    text(24, y, 'unexplained stop'),
    el('circle', { cx: 152, cy: y - 5, r: 6, class: 'quiet' }),
    text(164, y, 'explained'),
    homeMark({ x: 250, y: y - 4 }),
    text(268, y, 'home'),
    el('rect', {
      x: 329,
      y: y - 10,
      width: 10,
      height: 10,
      class: 'place',
      transform: `rotate(45 334 ${y - 5})`,
    }),
    text(348, y, 'incident'),
    el('line', { x1: 414, x2: 440, y1: y - 5, y2: y - 5, class: 'ring' }),
    text(446, y, 'counts as near'),
  ];
}
