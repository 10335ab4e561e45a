/**
 * Makes what has to be handed on with the program: `npm run bill-of-materials` writes
 *   build/sbom.cdx.json  every package of the running program (CycloneDX 1.6), with its digest
 *   build/licences.txt   the same packages with their licences' texts
 * and refuses when the dependency policy is broken (docs/dependencies.md).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { billOf } from './supply/bill.ts';
import { breaches } from './supply/breaches.ts';
import { licenceList } from './supply/licence-list.ts';
import { lockedPackages, namedPackages, readPolicy } from './supply/locked.ts';

const ROOT = path.join(import.meta.dirname, '..');
const OUT = path.join(ROOT, 'build');

const locked = lockedPackages();
const wrong = breaches(readPolicy(), namedPackages(), locked);
if (wrong.length > 0) {
  process.stderr.write(`The dependency policy is broken:\n${wrong.map((one) => `  ${one}\n`).join('')}`);
  process.exit(1);
}
const program = locked.filter((one) => !one.tool);
const { name, version, license, dependencies } = JSON.parse(
  readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
);
const own = { name, version, licence: license, needs: Object.keys(dependencies) };
mkdirSync(OUT, { recursive: true });
writeFileSync(path.join(OUT, 'sbom.cdx.json'), billOf(own, program));
writeFileSync(path.join(OUT, 'licences.txt'), licenceList(ROOT, program));
process.stdout.write(`${program.length} packages: build/sbom.cdx.json, build/licences.txt\n`);
