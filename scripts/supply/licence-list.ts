import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locked } from './locked.ts';

/**
 * Each package with its licence and the text of that licence as the package brings it. Equal texts stand once, under all
 * packages that have them. Packages for machines of another kind are not installed, and bring no text.
 */
export function licenceList(root: string, packages: readonly Locked[]): string {
  const byText = new Map<string, string[]>();
  for (const one of packages) {
    const text = licenceText(path.join(root, one.place));
    const names = byText.get(text) ?? [];
    names.push(`${one.name} ${one.version} (${one.licence})`);
    byText.set(text, names);
  }
  const parts = [...byText].map(([text, names]) => `${names.join('\n')}\n\n${text}\n`);
  return `Upstander runs on the following packages.\n\n${parts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

function licenceText(folder: string): string {
  const nothing = 'The package brings no text of its licence.';
  if (!existsSync(folder)) return nothing;
  const files = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice)/i.test(name))
    .sort();
  const texts = files.map((name) => readFileSync(path.join(folder, name), 'utf8').trim());
  return texts.length === 0 ? nothing : texts.join('\n\n');
}
