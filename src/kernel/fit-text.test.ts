import fc from 'fast-check';
import { expect, it } from 'vitest';
import { unfitText } from './fit-text.ts';

it('finds control characters and half characters, and lets everything people write through', () => {
  for (const text of ['', 'Ann', 'two\r\nlines\twith a tab', 'é🚓漢', 'right-to-left: שלום']) {
    expect(unfitText(text), text).toBe(false);
  }
  for (const text of ['\0', 'a\u0001', '\u001b[31m', '\u007f', '\ud83d', '\ude93x', 'x\udfff']) {
    expect(unfitText(text), JSON.stringify(text)).toBe(true);
  }
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => !unfitText(text)));
});
