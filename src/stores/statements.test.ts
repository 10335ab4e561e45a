import { describe, expect, it } from 'vitest';
import { statementsOf } from './statements.ts';

describe('the statements of a file', () => {
  it('end with a semicolon at the end of a line, comments left out', () => {
    expect(statementsOf("-- One; two;\nselect ';' as a;  \n\n  -- three\nselect 2; select 3\n;\n")).toEqual([
      "select ';' as a",
      'select 2; select 3',
    ]);
    expect(statementsOf('\n-- nothing;\n')).toEqual([]);
  });

  it('hold the body of a function whole, and the last needs no end', () => {
    const body =
      'create function f() returns int language plpgsql as $$\nbegin\n  perform 1;\n  return 2;\nend $$';
    expect(statementsOf(`${body};\nselect $$a;\n$$;\nselect 1`)).toEqual([
      body,
      'select $$a;\n$$',
      'select 1',
    ]);
  });
});
