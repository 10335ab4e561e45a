import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.join(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'docs/threat-model.md'), 'utf8');

it('the threat model names no test and no page that is not there', () => {
  const tests = [...text.matchAll(/`((?:src|tests)\/[^`]+\.test\.ts)`/g)].map((found) => found[1] ?? '');
  const pages = [...text.matchAll(/\]\(([\w-]+\.md)\)/g)].map((found) => `docs/${found[1]}`);
  expect(tests.length).toBeGreaterThan(20);
  expect([...tests, ...pages].filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

it('every story says what stays exposed', () => {
  const stories = text.split(/^### /m).slice(1);
  expect(stories.length).toBe(10);
  for (const story of stories) expect(story.split('\n## ')[0]).toContain('*Stays exposed:*');
});
