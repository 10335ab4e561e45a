import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { billOf } from '../../scripts/supply/bill.ts';
import { breaches } from '../../scripts/supply/breaches.ts';
import { licenceList } from '../../scripts/supply/licence-list.ts';
import {
  type Locked,
  lockedPackages,
  namedPackages,
  type Policy,
  readPolicy,
} from '../../scripts/supply/locked.ts';

describe('packages from outside', () => {
  it('keep to docs/dependencies.yaml', () => {
    expect(breaches(readPolicy(), namedPackages(), lockedPackages())).toEqual([]);
  });

  it('are handed on with the texts of their licences', () => {
    const program = lockedPackages().filter((one) => !one.tool);
    const list = licenceList(path.join(import.meta.dirname, '../..'), program);
    for (const { name, version } of program) expect(list).toContain(`${name} ${version} (`);
    expect(list).toContain('Permission is hereby granted');
  });

  it('stand in the bill of materials, every one with its digest and what it needs', () => {
    const program = lockedPackages().filter((one) => !one.tool);
    const bill = JSON.parse(
      billOf({ name: 'upstander', version: '1', licence: 'MIT', needs: ['fastify'] }, program),
    );
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const refs = bill.components.map((one: { 'bom-ref': string }) => one['bom-ref']);
    expect(refs.toSorted()).toEqual(program.map((one) => one.place).toSorted());
    for (const one of bill.components) {
      expect(one.hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
      expect(one.licenses).toHaveLength(1);
    }
    const needs = (ref: string) =>
      bill.dependencies.find((one: { ref: string }) => one.ref === ref).dependsOn ?? [];
    expect(needs('upstander')).toEqual(['node_modules/fastify']);
    expect(needs('node_modules/fastify')).toContain('node_modules/pino');
  });
});

describe('the policy', () => {
  const policy: Policy = {
    version: 1,
    licences: { program: ['MIT', 'Apache-2.0'], tools: ['MPL-2.0'] },
    install_scripts: { '@real/*': 'for tests' },
    program: { good: 'a use' },
    tools: {},
  };
  const named = { program: { good: '1.2.3' }, tools: {} };
  const good: Locked = {
    name: 'good',
    version: '1.2.3',
    licence: 'MIT',
    integrity: 'sha512-x',
    tool: false,
    installScript: false,
    needs: [],
    place: 'node_modules/good',
  };
  const of = (change: Partial<Locked>) => breaches(policy, named, [{ ...good, ...change }]);

  it('lets good packages be', () => {
    expect(of({})).toEqual([]);
    expect(of({ licence: 'GPL-2.0-only OR MIT' })).toEqual([]);
    expect(of({ licence: '(MIT AND Apache-2.0)' })).toEqual([]);
    expect(of({ licence: 'MPL-2.0', tool: true })).toEqual([]);
    expect(of({ name: '@real/thing', installScript: true })).toEqual([]);
  });

  it.each<[string, Partial<Locked>]>([
    ['is under', { licence: 'MPL-2.0' }],
    ['is under', { licence: 'MIT AND SSPL-1.0' }],
    ['is under no licence', { licence: undefined }],
    ['no SHA-512 digest', { integrity: undefined }],
    ['no SHA-512 digest', { integrity: 'sha1-x' }],
    ['runs a script', { installScript: true }],
    ['runs a script', { installScript: true, name: '@realistic' }],
  ])('sees what %s (%j)', (words, change) => {
    expect(of(change)).toEqual([expect.stringContaining(words)]);
  });

  it('sees what is used without a reason, named without use, or not pinned', () => {
    const used = breaches(policy, { program: { good: '^1.2.3', more: '1.0.0' }, tools: {} }, []);
    expect(used).toEqual(['good is not pinned: ^1.2.3', 'more is used, and nothing says what for']);
    expect(breaches(policy, { program: {}, tools: {} }, [])).toEqual([
      'good is named in the policy and not used',
    ]);
  });
});
