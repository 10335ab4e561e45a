/** Markup that has been escaped. Made by the functions below only. */
export type Svg = string & { readonly svg: unique symbol };

const UNSAFE: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in markup, without characters that XML does not allow. */
export function escaped(text: string): Svg {
  return text
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => UNSAFE[character] ?? '') as Svg;
}

/** An element. Attributes that are undefined are left out; numbers are rounded to a tenth. */
export function el(
  name: string,
  attributes: Record<string, string | number | undefined>,
  ...children: Svg[]
): Svg {
  const list = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escaped(String(value))}"`)
    .join('');
  return `<${name}${list}>${children.join('')}</${name}>` as Svg;
}

/** A line of text. */
export function text(x: number, y: number, words: string, kind = '', anchor?: 'middle' | 'end'): Svg {
  return el('text', { x, y, class: kind || undefined, 'text-anchor': anchor }, escaped(words));
}

/** About how wide a text stands, in units of the picture. */
export function widthOf(words: string, size = 13): number {
  return words.length * size * 0.53;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
