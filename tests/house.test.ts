import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');

/** From the ground up; a room imports from its own floor's room and from floors below it. */
const FLOORS = [
  ['kernel'],
  ['stores'],
  ['trust'],
  ['extract'],
  ['encounters'],
  ['detection'],
  ['prevention', 'intelligence', 'enforcement', 'engagement', 'governance'],
  ['web', 'jobs', 'cli'],
];

// Read by the command line only: the demonstration force stands beside the house, not in it.
const BESIDE: Record<string, string[]> = { demo: ['cli'] };

interface Import {
  from: string;
  to: string;
}

function sources(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|mjs|js)$/.test(file) && !file.includes('node_modules'))
    .map((file) => path.join(folder, file));
}

function imports(file: string): Import[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((found) => ({
    from: file,
    to: path.join(path.dirname(file), found[1] ?? ''),
  }));
}

/** The room of a file in src/: `encounters` for src/encounters/world.ts, undefined for the files at its top. */
function room(file: string): string | undefined {
  const parts = file.split(path.sep);
  return parts[0] === 'src' && parts.length > 2 ? parts[1] : undefined;
}

const floorOf = (name: string) => FLOORS.findIndex((rooms) => rooms.includes(name));

describe('the house', () => {
  const files = sources('src').filter((file) => !file.endsWith('.test.ts'));

  it('has no room without a floor', () => {
    const rooms = new Set(files.map(room).filter((name) => name !== undefined));
    expect([...rooms].filter((name) => floorOf(name) < 0)).toEqual([]);
  });

  it('imports point down, and rooms of one floor do not know each other', () => {
    const wrong = files.flatMap(imports).filter(({ from, to }) => {
      const here = room(from);
      const there = room(to);
      if (to.startsWith('demo')) return here === undefined || !BESIDE.demo?.includes(here);
      if (!to.startsWith('src')) return true;
      if (here === undefined) return false; // compose and main join everything
      // config and compose are the shape of the whole; cli and jobs may name them, nothing below may.
      if (there === undefined) return !['cli', 'jobs'].includes(here);
      if (here === there) return false;
      if (here === 'cli') return floorOf(there) > floorOf(here);
      return floorOf(there) >= floorOf(here);
    });
    expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
  });

  it('keeps files short enough to be read in one sitting', () => {
    const long = ['src', 'demo', 'tests', 'bench', 'scripts']
      .flatMap((folder) => sources(folder))
      .map((file) => ({ file, lines: readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > 320);
    expect(long.map(({ file, lines }) => `${file}: ${lines} lines`)).toEqual([]);
  });
});
