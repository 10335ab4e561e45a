import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { phoneSteps } from './phone.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

async function e164(written: string[]): Promise<string[]> {
  const steps = phoneSteps('n', 'x_n').map((step) => `${step.sql} AS ${step.name}`);
  const rows = await stores.events.queryFiles<{ e164_n: string }>(
    `SELECT ${steps.join(', ')} FROM (SELECT pair.2 AS x_n, pair.1 AS i
       FROM (SELECT arrayJoin(arrayZip(arrayEnumerate({all:Array(String)} AS every), every)) AS pair)) ORDER BY i`,
    { all: written },
  );
  return rows.map((row) => row.e164_n);
}

it('numbers as people write them', async () => {
  const forms: Record<string, string> = {
    '07700 900123': '+447700900123',
    '+44 7700 900123': '+447700900123',
    '0044 7700 900123': '+447700900123',
    '447700900123': '+447700900123',
    '447700900123.0': '+447700900123',
    '7700900123': '+447700900123',
    '7700900123.0': '+447700900123',
    '+44 (0)7700 900-123': '+447700900123',
    '44(0)7700900123': '+447700900123',
    '(020) 7946 0018': '+442079460018',
    '020.7946.0018': '+442079460018',
    '[07700]900123': '+447700900123',
    '07700\u00a0900123': '+447700900123',
    '07700\u2011900123': '+447700900123',
    '\t07700900123 ': '+447700900123',
    '+33 6 12 34 56 78': '+33612345678',
    '0033 (0)6 12 34 56 78': '+33612345678',
    '+1 (202) 555-0143': '+12025550143',
  };
  expect(await e164(Object.keys(forms))).toEqual(Object.values(forms));
});

it('what is nobody’s number stays as it is written', async () => {
  const none = [
    '4.477E+11',
    '4.47700900123E+11',
    'withheld',
    'Anonymous',
    '999',
    '101',
    '116123',
    '60999',
    '0800 1111',
  ];
  none.push(
    '',
    '+',
    '0',
    '+0123456789',
    '+447700900',
    '07700 900123 ext 4',
    '07700900123/07700900124',
    '2079460018',
  );
  expect(await e164(none)).toEqual(none.map(() => ''));
});

it('British numbers in every form agree with libphonenumber', async () => {
  const digits = (n: number) => fc.stringMatching(new RegExp(`^[0-9]{${n}}$`));
  const national = fc.oneof(
    digits(6).map((rest) => `7700${rest}`),
    digits(9).map((rest) => `7${rest}`),
    digits(8).map((rest) => `20${rest}`),
    digits(7).map((rest) => `161${rest}`),
    digits(6).map((rest) => `1632${rest}`),
    digits(7).map((rest) => `300${rest}`),
  );
  const spaced = fc
    .tuple(national, fc.constantFrom(' ', '', '-', '.', '\u00a0'), fc.nat(5))
    .map(([number, gap, at]) => `${number.slice(0, 2 + at)}${gap}${number.slice(2 + at)}`);
  const prefix = fc.constantFrom('0', '+44', '+44 ', '0044', '0044 ', '+44 (0)', '(0044) ', '44', ' +44 0');
  const written = fc.tuple(prefix, spaced, fc.constantFrom('', ' ')).map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.array(written, { minLength: 200, maxLength: 400 }), async (forms) => {
      const got = await e164(forms);
      for (const [i, form] of forms.entries()) {
        const theirs = parsePhoneNumberFromString(
          form
            .replace(/^\(0044\)/, '0044')
            .replace(/^(\s*)0044/, '+44')
            .trim(),
          'GB',
        );
        // Theirs also knows which ranges are in use; ours takes every number of the right length.
        if (theirs?.isValid()) expect(got[i], form).toBe(theirs.number);
        else expect(got[i], form).toMatch(/^(\+44[1-9]\d{8,9})?$/);
      }
    }),
    { numRuns: 10, endOnFailure: true },
  );
});
