/**
 * How often `message-language` calls ordinary messages what they are not: node bench/language.ts PATH [--label ham]
 *
 * PATH is a text file with a message a line (`LABEL<tab>message` where the corpus has labels), or NDJSON with `text`. It is
 * read, never kept. The messages go through the program itself, in a data folder that is removed: each once as the only text an officer
 * sends to somebody, each once as the only one somebody sends to an officer, and dealt in order into conversations.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openUpstander } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { readIndicators } from '../src/detection/indicator.ts';
import { raise } from '../src/detection/raise.ts';
import { workforceOf } from '../src/detection/workforce.ts';
import { encounterSettings } from '../src/encounters/settings.ts';
import { buildWorld } from '../src/encounters/world.ts';

const CONVERSATION = 20;
const HOURS_APART = 36;
const BEGIN = Date.parse('2026-03-02T09:00:00Z');
const HOUR = 3_600_000;

const { values, positionals } = parseArgs({ options: { label: { type: 'string' } }, allowPositionals: true });
const corpus = positionals[0];
if (corpus === undefined) throw new Error('Name the corpus: npm run bench:language -- PATH');
const texts = readCorpus(corpus, values.label);
const home = mkdtempSync(path.join(tmpdir(), 'upstander-language-'));
try {
  await measure();
} finally {
  rmSync(home, { recursive: true, force: true });
}

function readCorpus(file: string, label: string | undefined): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      if (file.endsWith('.ndjson')) return [(JSON.parse(line) as { text: string }).text];
      const tab = line.indexOf('\t');
      if (label !== undefined && line.slice(0, Math.max(0, tab)) !== label) return [];
      return [tab < 0 ? line : line.slice(tab + 1)];
    });
}

async function measure(): Promise<void> {
  // Officer and person of every message; one officer a conversation, so that no habit is weighed down.
  const ways = {
    sent: (n: number) => ({ officer: 'sender', person: `s${n}`, direction: 'out', at: BEGIN + n * 5000 }),
    received: (n: number) => ({ officer: 'reader', person: `r${n}`, direction: 'in', at: BEGIN + n * 5000 }),
    conversation: (n: number) => ({
      officer: `talker${Math.floor(n / CONVERSATION)}`,
      person: `c${Math.floor(n / CONVERSATION)}`,
      direction: 'out',
      at: BEGIN + (n % CONVERSATION) * HOURS_APART * HOUR,
    }),
  };
  const all = Object.values(ways).flatMap((way) => texts.map((text, n) => ({ text, ...way(n) })));
  const files = extract(all);
  const upstander = await openUpstander(
    readConfig({ ...process.env, UPSTANDER_HOME: home }, process.cwd()),
    'bench',
  );
  try {
    await upstander.takeIn(files, { by: 'bench', invented: true });
    const world = `${upstander.events.database}_world_1`;
    const { horizon } = await buildWorld(upstander.events, {
      world,
      asOf: null,
      settings: encounterSettings(),
    });
    const indicator = readIndicators().find((one) => one.id === 'message-language');
    if (indicator === undefined) throw new Error('There is no message-language');
    const scene = {
      world,
      horizon,
      settled: new Date('2200-01-01T00:00:00Z'),
      gapMinutes: 30,
      workforce: await workforceOf(upstander.events, world, [], horizon),
      who: new Map<string, string>(),
    };
    const found = await raise(upstander.events, indicator, scene);
    const raised = (begin: string) => found.filter((one) => one.person_id.startsWith(begin)).length;
    const conversations = Math.ceil(texts.length / CONVERSATION);
    console.log(
      `message-language, content ${indicator.content.slice(0, 12)}, over ${texts.length} messages of ${corpus}`,
    );
    say('sent by an officer, the only text: raises', raised('s'), texts.length);
    say('received by an officer, the only text: raises', raised('r'), texts.length);
    say(
      `conversations of ${CONVERSATION} in ${(CONVERSATION * HOURS_APART) / 24} days, sent: raise`,
      raised('c'),
      conversations,
    );
  } finally {
    await upstander.close();
  }
}

function say(what: string, n: number, of: number): void {
  console.log(`  ${what} ${n} of ${of} (${((100 * n) / of).toFixed(2)}%)`);
}

/** The smallest extract in which every officer is in an incident with the person before the first message. */
function extract(
  all: readonly { text: string; officer: string; person: string; direction: string; at: number }[],
): string[] {
  const officers = [...new Set(all.map((one) => one.officer))];
  const pairs = [...new Map(all.map((one) => [one.person, one])).values()];
  const number = (block: number, n: number) => `+44${String(block + n).padStart(10, '0')}`;
  const phones = new Map(officers.map((id, n) => [id, number(7_999_800_000, n)]));
  const numbers = new Map(pairs.map(({ person }, n) => [person, number(7_999_000_000, n)]));
  const since = new Date(BEGIN - 48 * HOUR).toISOString();
  const tables: Record<string, object[]> = {
    officers: officers.map((officer_id) => ({
      officer_id,
      name: 'Invented',
      kind: 'officer',
      joined_on: '2015-01-05',
    })),
    devices: officers.map((officer_id) => ({ number: phones.get(officer_id), officer_id, from: since })),
    people: pairs.map(({ person }) => ({ person_id: person })),
    person_phones: pairs.map(({ person }) => ({ person_id: person, number: numbers.get(person) })),
    incidents: pairs.map(({ person }) => ({ incident_id: person, opened_at: since, kind: 'crime' })),
    involvements: pairs.map(({ person }) => ({ incident_id: person, person_id: person, role: 'victim' })),
    assignments: pairs.map(({ person, officer }) => ({
      incident_id: person,
      officer_id: officer,
      role: 'officer_in_case',
      from: since,
    })),
    messages: all.map(({ text, officer, person, direction, at }, n) => ({
      event_id: `m${n}`,
      at: new Date(at).toISOString(),
      number: phones.get(officer),
      other_number: numbers.get(person),
      channel: 'sms',
      direction,
      text,
    })),
  };
  return Object.entries(tables).map(([name, rows]) => {
    const file = path.join(home, `${name}.ndjson`);
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    return file;
  });
}
