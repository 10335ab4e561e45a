/** Command line of the generator: node demo/run.ts --out DIR [--officers N] [--days N] [--seed N] [--ends-on DATE] [--events N] */
import { parseArgs } from 'node:util';
import type { DemoOptions } from './generate.ts';
import { generateDemo } from './generate.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    officers: { type: 'string', default: '400' },
    days: { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    'ends-on': { type: 'string', default: '2026-11-01' },
    events: { type: 'string' },
  },
});
if (values.out === undefined) {
  process.stderr.write(
    'usage: run.ts --out DIR [--officers N] [--days N] [--seed N] [--ends-on DATE] [--events N]\n',
  );
  process.exit(2);
}
const options: DemoOptions = {
  out: values.out,
  officers: Number(values.officers),
  days: Number(values.days),
  seed: Number(values.seed),
  endsOn: values['ends-on'],
};
if (values.events !== undefined) options.events = Number(values.events);
const began = Date.now();
let shown = -1;
const { tables, truth } = await generateDemo(options, (done, total, what) => {
  const percent = Math.floor((100 * done) / total);
  if (percent === shown) return;
  shown = percent;
  process.stderr.write(`\r${percent}% ${what}      `);
});
process.stderr.write('\n');
const summary = {
  seconds: (Date.now() - began) / 1000,
  tables,
  planted: truth.planted.length,
  lookAlikes: truth.look_alikes.length,
};
process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
