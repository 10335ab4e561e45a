/**
 * Makes the pictures of the README: `node scripts/pictures.ts [DATA_FOLDER]` writes docs/pictures/*.png. Without a data
 * folder it makes the demonstration force in a folder of its own first and takes it away afterwards.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { generateDemo } from '../demo/generate.ts';
import { openUpstander, type Upstander } from '../src/compose.ts';
import { defaultKeyFile } from '../src/stores/vault/master-key.ts';
import { createSignInLink } from '../src/trust/sign-in.ts';
import { Addresses } from '../src/web/addresses.ts';
import { buildServer } from '../src/web/server.ts';
import { NARROW, openBrowser, WIDE } from '../tests/support/browser.ts';

const OUT = path.join(import.meta.dirname, '../docs/pictures');

interface Pair {
  officer: string;
  person: string;
  signal: string;
}

/** The officer and person with a signal whose unexplained encounters are of the most kinds: there is most to see. */
async function loudestPair({ records, events }: Upstander): Promise<Pair> {
  const { rows } = await sql<Pair & { world: string }>`
    select s.officer_id as officer, s.person_id as person, r.world,
      (array_agg(s.signal_id order by s.encounters desc))[1] as signal
    from signal s join current_run c on c.run_id = s.run_id join run r on r.run_id = s.run_id
    where s.person_id <> '' group by 1, 2, 3`.execute(records);
  const pairs = new Map(rows.map((row) => [`${row.officer} ${row.person}`, row]));
  const ordered = await events.query<{ pair: string }>(
    `SELECT concat(officer_id, ' ', person_id) AS pair FROM {world:Identifier}.encounters
     WHERE pair IN {pairs:Array(String)} AND explanation = ''
     GROUP BY pair ORDER BY uniq(kind) DESC, countIf(kind = 'presence') DESC, count() DESC LIMIT 1`,
    { world: rows[0]?.world ?? '', pairs: [...pairs.keys()] },
  );
  const loudest = pairs.get(ordered[0]?.pair ?? '');
  if (loudest === undefined) throw new Error('there is no signal to show');
  return loudest;
}

async function fill(upstander: Upstander, home: string): Promise<void> {
  const out = path.join(home, 'force');
  await generateDemo({ out, officers: 400, days: 120, seed: 1 });
  await upstander.takeIn([path.join(out, 'extract')], { by: 'demonstration', invented: true });
  await upstander.detect({ asOf: null });
}

async function main(given: string | undefined): Promise<void> {
  const home = given ?? mkdtempSync(path.join(tmpdir(), 'upstander-pictures-'));
  const upstander = await openUpstander(
    {
      home,
      port: 0,
      host: '127.0.0.1',
      tls: undefined,
      proxies: [],
      origin: undefined,
      identityFile: path.join(home, 'identity.yaml'),
      databaseUrl: undefined,
      clickhouseUrl: undefined,
      force: undefined,
      clamd: undefined,
      keySource: { file: defaultKeyFile(home), make: true },
      eventsDiskBelow: false,
    },
    'pictures',
  );
  try {
    if (given === undefined) await fill(upstander, home);
    const pair = await loudestPair(upstander);
    const { records, events, clock, retention } = upstander;
    const server = await buildServer({
      records,
      events,
      clock,
      home,
      retention,
      origin: () => 'http://localhost',
      startImport: async () => '',
      importJob: () => undefined,
    });
    const baseUrl = await server.listen({ port: 0, host: '127.0.0.1' });
    const browser = await openBrowser();
    const page = await browser.newPage({ viewport: WIDE });
    await page.goto(
      await createSignInLink(records, { name: 'A. Nalyst', roles: ['analyst', 'ccu_head'], clock, baseUrl }),
    );
    await page.click('main button');
    mkdirSync(OUT, { recursive: true });
    const officer = `/officers/${encodeURIComponent(pair.officer)}`;
    const together = `${officer}/people/${encodeURIComponent(pair.person)}`;
    const pages = {
      signals: '/signals',
      signal: `/signals/${new Addresses(home).signal(pair.signal)}`,
      officer,
      data: '/data',
    };
    for (const [name, url] of Object.entries(pages)) {
      await page.goto(baseUrl + url);
      await page.screenshot({ path: path.join(OUT, `${name}.png`) });
    }
    await page.goto(baseUrl + together);
    await page.locator('svg.timeline').screenshot({ path: path.join(OUT, 'timeline.png') });
    const map = page.locator('svg.map');
    if ((await map.count()) > 0) await map.screenshot({ path: path.join(OUT, 'stops.png') });
    await page.setViewportSize(NARROW);
    await page.goto(`${baseUrl}/signals?band=high#found`);
    await page.screenshot({ path: path.join(OUT, 'narrow.png') });
    await browser.close();
    await server.close();
  } finally {
    await upstander.close();
    if (given === undefined) rmSync(home, { recursive: true, force: true });
  }
}

await main(process.argv[2]);
