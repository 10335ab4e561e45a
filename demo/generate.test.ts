import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { generateDemo } from './generate.ts';
import { read } from './read-back.ts';

const folders: string[] = [];
const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), 'upstander-demo-'));
  folders.push(path);
  return path;
};
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

function digest(path: string): string {
  const hash = createHash('sha256');
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files) {
    if (statSync(join(path, file)).isDirectory()) continue;
    hash.update(file).update(readFileSync(join(path, file)));
  }
  return hash.digest('hex');
}

describe('the generator', () => {
  it('gives the same bytes for the same seed and other bytes for another', async () => {
    const [a, b, c] = [folder(), folder(), folder()];
    const options = { officers: 40, days: 12, events: 12_000 };
    await generateDemo({ ...options, out: a, seed: 3 });
    await generateDemo({ ...options, out: b, seed: 3 });
    await generateDemo({ ...options, out: c, seed: 4 });
    expect(digest(a)).toBe(digest(b));
    expect(digest(a)).not.toBe(digest(c));
  });

  it('manages a tiny force, a short period, and both clock changes', async () => {
    const out = folder();
    const spring = await generateDemo({ out, officers: 10, days: 5, seed: 1, endsOn: '2026-04-01' });
    expect(spring.truth.quarantine.rows.map((r) => r.reason)).toContain('a time that does not exist (at)');
    await generateDemo({ out, officers: 20, days: 9, seed: 1, endsOn: '2026-11-01' });
    const autumn = read(join(out, 'extract'), 'calls').rows;
    expect(autumn.length).toBeGreaterThan(10);
  });

  it('tells how far it is', async () => {
    const said: number[] = [];
    await generateDemo({ out: folder(), officers: 10, days: 3, seed: 1 }, (done, total) =>
      said.push(done / total),
    );
    expect(said.at(-1)).toBe(1);
    expect(said).toEqual([...said].sort((a, b) => a - b));
  });

  it('refuses nonsense', async () => {
    const out = folder();
    await expect(generateDemo({ out, officers: 3, days: 10, seed: 1 })).rejects.toThrow(RangeError);
    await expect(generateDemo({ out, officers: 20, days: 0, seed: 1 })).rejects.toThrow(RangeError);
    await expect(generateDemo({ out, officers: 20, days: 5, seed: 1, endsOn: 'soon' })).rejects.toThrow(
      RangeError,
    );
  });
});
