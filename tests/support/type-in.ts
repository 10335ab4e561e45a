import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import { unfitText } from '../../src/kernel/fit-text.ts';
import { type Attack, THOROUGH } from './attacks.ts';
import { CORPUS, expectPlain, LISTED, type Listed } from './corpus.ts';
import type { Visitor } from './workbench.ts';

let turn = 0;
let places = 0;

/** What to type of a list: all of it, or in the sample the next of it. */
function some(family: Listed): readonly string[] {
  const all: readonly string[] = CORPUS[family];
  return THOROUGH ? all : [all[turn++ % all.length] ?? ''];
}

/** What a reader must never be told again: the token of their session. */
const secretsOf = (visitor: Visitor | undefined) =>
  Object.entries(visitor?.cookies ?? {}).flatMap(([name, value]) =>
    name.endsWith('_session') && value !== '' ? [value] : [],
  );

/** Types every list into one place, and holds every answer to what answers must be. `visitor` is who is signed in there. */
export async function typeIn(
  attack: Attack,
  where: string,
  send: (value: string) => Promise<LightMyRequestResponse>,
  visitor?: Visitor,
  only: (value: string) => boolean = () => true,
  sample = 3,
): Promise<void> {
  // The sample takes so many of the lists, others for the next place.
  const lists = THOROUGH ? LISTED : [...LISTED, ...LISTED].slice(places, places + sample);
  places = (places + sample) % LISTED.length;
  for (const family of lists) {
    for (const value of some(family).filter(only)) {
      await attack(family, `${where}: ${JSON.stringify(value.slice(0, 60))}`, async () => {
        const answer = await send(value);
        expectPlain(answer, secretsOf(visitor));
        if (family === 'text that no store takes') expect(answer.statusCode).toBe(400);
        if (visitor !== undefined && answer.statusCode === 303)
          expect(answer.headers.location, 'the session is lost').not.toMatch(/^\/sign-in/);
      });
    }
  }
}

/** Whether HTTP itself can carry a text in a header. */
export const fitsHeader = (value: string) => value !== '' && !unfitText(value) && !/[\t\r\n]/.test(value);
