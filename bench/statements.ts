/**
 * Where the time of a detection goes: seconds of each statement of the events store, of the clock and of the processor, and the most memory held meanwhile.
 *
 *   node bench/statements.ts HOME [--world] [--as-of TIME]
 *
 * On a data folder that an import has filled (`npm run bench -- --folder DIR` leaves one in `DIR/home`). With `--world` only the
 * world is built, and taken away again.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { detect } from '../src/detection/detect.ts';
import { encounterSettings } from '../src/encounters/settings.ts';
import { buildWorld, dropWorld } from '../src/encounters/world.ts';
import { type Events, openEvents, type Values } from '../src/stores/events/events.ts';
import { openHome } from './open-home.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { world: { type: 'boolean', default: false }, 'as-of': { type: 'string' } },
});
const [home = ''] = positionals;
const asOf = options['as-of'] === undefined ? null : new Date(options['as-of']);

/** The most memory held since it was asked last, in megabytes of 10^6 bytes. */
function peakMb(): number {
  const [, kb] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  writeFileSync('/proc/self/clear_refs', '5');
  return (Number(kb ?? 0) * 1024) / 1e6;
}

/** What a statement is about, in a few words. */
function titleOf(sql: string): string {
  const [, target] =
    /(?:INSERT INTO|CREATE TABLE|ALTER TABLE|DROP TABLE)\s+(?:\{world:Identifier\}\.)?(\w+)/.exec(sql) ?? [];
  const [verb = ''] = /\w+/.exec(sql) ?? [];
  return target === undefined ? sql.replaceAll(/\s+/g, ' ').slice(0, 60) : `${verb} ${target}`;
}

const times: [title: string, seconds: number, cpu: number, megabytes: number][] = [];

/** Seconds of the processor that this process has used. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function timed(events: Events): Events {
  const watched = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const cpu = cpuSeconds();
    const result = await work();
    times.push([titleOf(sql), (performance.now() - began) / 1000, cpuSeconds() - cpu, peakMb()]);
    return result;
  };
  return new Proxy(events, {
    get(target, name) {
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      if (name !== 'query' && name !== 'command') return member.bind(target);
      return (sql: string, values?: Values) =>
        watched(sql, () => Promise.resolve(member.call(target, sql, values)));
    },
  });
}

const { records, key } = await openHome(home);
const events = await openEvents({ home, key });
const began = performance.now();
if (options.world) {
  await buildWorld(timed(events), { world: 'statements_world', asOf, settings: encounterSettings() });
  await dropWorld(events, 'statements_world');
} else {
  await detect({ records, events: timed(events) }, { asOf, clock: () => new Date() });
}
await records.destroy();
const all = (performance.now() - began) / 1000;
const sum = (of: (time: (typeof times)[number]) => number) =>
  times.reduce((total, time) => total + of(time), 0);
const cell = (n: number, digits = 2) => n.toFixed(digits).padStart(8);
for (const [title, seconds, cpu, megabytes] of times) {
  if (seconds >= 0.1) console.log(`${cell(seconds)} s ${cell(cpu)} s cpu ${cell(megabytes, 0)} MB  ${title}`);
}
console.log(
  `${cell(sum((time) => time[1]))} s ${cell(sum((time) => time[2]))} s cpu in ${times.length} statements`,
);
console.log(`${cell(all)} s ${cell(cpuSeconds())} s cpu in all`);
await events.close();
