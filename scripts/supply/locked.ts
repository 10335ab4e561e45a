import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.join(import.meta.dirname, '../..');

/** A package as package-lock.json pins it. */
export interface Locked {
  name: string;
  version: string;
  /** An SPDX expression, or undefined when its author gives none. */
  licence: string | undefined;
  /** Digest of the archive, such as `sha512-...`. */
  integrity: string | undefined;
  /** Builds or tests only; not handed on with the program. */
  tool: boolean;
  installScript: boolean;
  /** Names of the packages it uses itself. */
  needs: string[];
  /** Where it stands below the project. */
  place: string;
}

/** What the project lets in: docs/dependencies.yaml. */
export interface Policy {
  version: number;
  licences: { program: string[]; tools: string[] };
  install_scripts: Record<string, string>;
  program: Record<string, string>;
  tools: Record<string, string>;
}

/** All packages of the lock file, by place. */
export function lockedPackages(root = ROOT): Locked[] {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      {
        name?: string;
        version: string;
        license?: string;
        integrity?: string;
        dev?: boolean;
        hasInstallScript?: boolean;
        dependencies?: Record<string, string>;
        optionalDependencies?: Record<string, string>;
      }
    >;
  };
  return Object.entries(packages)
    .filter(([place]) => place !== '')
    .map(([place, one]) => ({
      name: one.name ?? place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: one.version,
      licence: one.license,
      integrity: one.integrity,
      tool: one.dev === true,
      installScript: one.hasInstallScript === true,
      needs: Object.keys({ ...one.dependencies, ...one.optionalDependencies }),
      place,
    }));
}

/** The packages that package.json names, each with its version as written there. */
export function namedPackages(root = ROOT): {
  program: Record<string, string>;
  tools: Record<string, string>;
} {
  const read = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return { program: read.dependencies, tools: read.devDependencies };
}

export function readPolicy(root = ROOT): Policy {
  return parse(readFileSync(path.join(root, 'docs/dependencies.yaml'), 'utf8'));
}
