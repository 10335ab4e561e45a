import { expect, it } from 'vitest';
import { atTerminal, processTerminal } from './terminal.ts';

it('names who gives a command by the machine’s user, and by the name they give', () => {
  expect(atTerminal('ada', undefined)).toBe('terminal (ada)');
  expect(atTerminal('root for ada', "Ada O'Example")).toBe("terminal (root for ada, as Ada O'Example)");
  expect(atTerminal('a\n"b', undefined)).toBe('terminal (a??b)');
  for (const name of ['', '  ', 'Ada)\n', 'x'.repeat(101), 'Ada (head)'])
    expect(() => atTerminal('ada', name), name).toThrow('--as');
});

it('knows the user of its own process', () => {
  expect(processTerminal().user).not.toBe('');
});
