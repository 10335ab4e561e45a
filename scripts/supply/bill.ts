import * as CDX from '@cyclonedx/cyclonedx-library';
import type { Locked } from './locked.ts';

/**
 * The packages of the running program as CycloneDX 1.6: each with its licence, the digest that npm checks, and what it
 * needs itself. The same lock file gives the same text.
 */
export function billOf(
  program: { name: string; version: string; licence: string; needs: string[] },
  packages: readonly Locked[],
): string {
  const { Models, Enums } = CDX;
  const root = new Models.Component(Enums.ComponentType.Application, program.name, {
    version: program.version,
    bomRef: program.name,
    licenses: licences(program.licence),
  });
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: root }) });
  const byPlace = new Map<string, CDX.Models.Component>();
  for (const one of packages) {
    const slash = one.name.startsWith('@') ? one.name.indexOf('/') : -1;
    const component = new Models.Component(Enums.ComponentType.Library, one.name.slice(slash + 1), {
      ...(slash < 0 ? {} : { group: one.name.slice(0, slash) }),
      version: one.version,
      bomRef: one.place,
      purl: `pkg:npm/${one.name.replace('@', '%40')}@${one.version}`,
      licenses: licences(one.licence ?? ''),
      hashes: new Models.HashDictionary([
        [
          Enums.HashAlgorithm['SHA-512'],
          Buffer.from(one.integrity?.replace('sha512-', '') ?? '', 'base64').toString('hex'),
        ],
      ]),
    });
    bom.components.add(component);
    byPlace.set(one.place, component);
  }
  for (const one of packages) {
    const component = byPlace.get(one.place);
    for (const needed of one.needs) {
      const found = nearest(needed, one.place, byPlace);
      if (found !== undefined) component?.dependencies.add(found.bomRef);
    }
  }
  for (const name of program.needs) {
    const found = nearest(name, '', byPlace);
    if (found !== undefined) root.dependencies.add(found.bomRef);
  }
  const serializer = new CDX.Serialize.JsonSerializer(
    new CDX.Serialize.JSON.Normalize.Factory(CDX.Spec.Spec1dot6),
  );
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

/** The package that a `require` of that name finds from a place: the nearest on the way up. */
function nearest(name: string, from: string, byPlace: ReadonlyMap<string, CDX.Models.Component>) {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const found = byPlace.get(place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`);
    if (found !== undefined || place === '') return found;
  }
}

function licences(expression: string) {
  const license = / (OR|AND|WITH) /.test(expression)
    ? new CDX.Models.LicenseExpression(expression)
    : new CDX.Models.SpdxLicense(expression);
  return new CDX.Models.LicenseRepository([license]);
}
