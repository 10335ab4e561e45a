import { TestRunner } from 'vitest';

/** Kinds of attack, in the order of the table that `npm run security` ends with. A new kind is a new line here. */
export const FAMILIES = [
  'somebody without the role, or a thing in the wrong state',
  'rows of another force',
  'forged form (CSRF)',
  'planted or stolen session',
  'open redirect',
  'path traversal',
  'SQL injection',
  'template injection',
  'script injection',
  'script injection, in a real browser',
  'header injection',
  'text that no store takes',
  'wrong shape or size',
  'bad input made from the forms (fuzz)',
  'page or header in a real browser',
  'too many requests',
  'transport',
] as const;
export type Family = (typeof FAMILIES)[number];

export interface Count {
  tried: number;
  stopped: number;
}

declare module 'vitest' {
  interface TaskMeta {
    attacks?: Partial<Record<Family, Count>>;
  }
}

/** One attack: `what` names it, `stopped` throws when it gets through. */
export type Attack = (family: Family, what: string, stopped: () => unknown) => Promise<void>;

const SHOWN = 40;

/**
 * Runs attacks within a test. Each that is made counts as tried, and as stopped once its check has passed: nothing else can
 * change the numbers. One that gets through does not keep the others from being tried; the test fails at the end and names them.
 */
export async function attacks(make: (attack: Attack) => Promise<void>): Promise<void> {
  const meta = TestRunner.getCurrentTest()?.meta;
  if (meta === undefined) throw new Error('Attacks are made within a test');
  meta.attacks ??= {};
  const counts = meta.attacks;
  const through: string[] = [];
  await make(async (family, what, stopped) => {
    counts[family] ??= { tried: 0, stopped: 0 };
    const count = counts[family];
    count.tried++;
    try {
      await stopped();
      count.stopped++;
    } catch (problem) {
      const said = problem instanceof Error ? problem.message : String(problem);
      through.push(`${family}: ${what}\n    ${said.split('\n').slice(0, 6).join('\n    ')}`);
    }
  });
  if (through.length > 0) {
    const more = through.length > SHOWN ? `\n... and ${through.length - SHOWN} more` : '';
    throw new Error(`${through.length} got through\n${through.slice(0, SHOWN).join('\n')}${more}`);
  }
}

/** Whether this is `npm run security`, which takes its time; `npm test` takes a sample. */
export const THOROUGH = process.env.SECURITY === 'thorough';

/** How long a test may take that asks for hundreds of pages: milliseconds. */
export const LONG = THOROUGH ? 3_600_000 : 300_000;
