import { percent } from '../words.ts';
import { el, escaped, type Svg, text, widthOf } from './svg.ts';

/** One bar: what it stands for, and its parts in the order of the key. */
export interface StackedBar {
  label: string;
  /** Shares of 0 to 1, which add up to 1. */
  parts: readonly number[];
  /** Of how many things. */
  of: string;
}

const BAR = 26;
const GAP = 10;
const RIGHT = 900;

/**
 * Lying bars of equal length, each cut into the same parts; the last part is the loud one. Parts of a twelfth and more say
 * their share.
 */
export function stackedShares(
  id: string,
  title: string,
  names: readonly string[],
  bars: readonly StackedBar[],
): Svg {
  const left = 20 + Math.max(60, ...bars.map(({ label }) => widthOf(label)));
  const keyed = key(names, left);
  const top = keyed.height + 14;
  const width = RIGHT - left - 90;
  const rows = bars.flatMap(({ label, parts, of }, n) => {
    const y = top + n * (BAR + GAP);
    let x = left;
    const boxes = parts.flatMap((share, i) => {
      const wide = share * width;
      const box = el(
        'rect',
        { x, y, width: Math.max(0, wide - 1), height: BAR, class: kindOf(i, names.length) },
        el('title', {}, escaped(`${label}, ${names[i]}: ${percent(share)}`)),
      );
      const words =
        share >= 1 / 12
          ? [text(x + wide / 2, y + 18, percent(share), dark(i, names.length) ? 't-inverse' : '', 'middle')]
          : [];
      x += wide;
      return wide > 0.5 ? [box, ...words] : [];
    });
    return [
      text(left - 10, y + 18, label, '', 'end'),
      ...boxes,
      text(left + width + 8, y + 18, of, 't-soft'),
    ];
  });
  return el(
    'svg',
    {
      viewBox: `0 0 ${RIGHT} ${top + bars.length * (BAR + GAP) + 6}`,
      width: RIGHT,
      role: 'img',
      'aria-labelledby': `${id}-title`,
      class: 'shares',
    },
    el(
      'title',
      { id: `${id}-title` },
      escaped(`${title}. The table after the picture holds the same facts.`),
    ),
    ...keyed.parts,
    ...rows,
  );
}

const kindOf = (part: number, parts: number) => (part === parts - 1 ? 'share-none' : `share-${part}`);
const dark = (part: number, parts: number) => part === parts - 1 || part < 3;

function key(names: readonly string[], left: number): { parts: Svg[]; height: number } {
  const parts: Svg[] = [];
  let x = left;
  let y = 8;
  names.forEach((name, i) => {
    const wide = 26 + widthOf(name) + 18;
    if (x + wide > RIGHT && x > left) {
      x = left;
      y += 24;
    }
    parts.push(
      el('rect', { x, y, width: 16, height: 16, class: kindOf(i, names.length) }),
      text(x + 24, y + 13, name),
    );
    x += wide;
  });
  return { parts, height: y + 16 };
}
