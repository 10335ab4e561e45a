import { expect, it } from 'vitest';
import type { Upstander } from '../compose.ts';
import type { Detected } from '../detection/detect.ts';
import { program } from './program.ts';

const DONE: Detected = {
  run_id: 7,
  signals: 2,
  officers: 2,
  encounters: 3,
  seconds: 1,
  not_authorised: [],
  lacking: {},
  in_shadow: [],
  failed: [],
};

/** What `detect` says and with which status it ends, when the run ended with `result`. */
async function ended(result: Detected) {
  const said = { out: '', err: '' };
  const terminal = {
    out: async (text: string | Uint8Array) => {
      said.out += text;
    },
    err: (text: string) => {
      said.err += text;
    },
    live: false,
    columns: 80,
    user: 'test',
  };
  const upstander = { detect: async () => result } as unknown as Upstander;
  let status: Promise<number> | undefined;
  const top = program(terminal, (_, run) => {
    status = run({ terminal, cwd: '/', upstander });
  });
  top.parse(['detect', '--json'], { from: 'user' });
  return { status: await status, ...said };
}

it('ends with 0 when every indicator ran', async () => {
  expect(await ended(DONE)).toMatchObject({ status: 0 });
});

it('ends with 1, and says what was saved without what, when an indicator failed', async () => {
  const failed = [{ indicator: 'access-browsing', failure: 'UNKNOWN_IDENTIFIER 47' }];
  const { status, out, err } = await ended({ ...DONE, failed });
  expect(status).toBe(1);
  expect(err).toContain('FAILED: access-browsing (UNKNOWN_IDENTIFIER 47). The run is saved without it.');
  expect(JSON.parse(out)).toMatchObject({ run_id: 7, failed });
});

it('names those in shadow', async () => {
  const { status, err } = await ended({ ...DONE, in_shadow: ['dependence'] });
  expect([status, err]).toEqual([0, 'In shadow, flagging nobody: dependence\n']);
});
