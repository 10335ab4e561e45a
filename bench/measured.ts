import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');

/** What a process of its own said, how long it took and the most memory it held (VmHWM, megabytes of 10^6 bytes). */
export interface Measured {
  stdout: string;
  seconds: number;
  peakMb: number;
}

/**
 * Runs a Node program of this project as a process of its own.
 * @throws when it ends with a status that is not in `allowed`.
 */
export async function measured(
  script: string,
  words: string[],
  env: NodeJS.ProcessEnv,
  allowed = [0],
): Promise<Measured> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--liftoff-only', path.join(ROOT, script), ...words],
    {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let peakMb = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      const [, kb] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
      peakMb = Math.max(peakMb, (Number(kb ?? 0) * 1024) / 1e6);
    } catch {
      // it has just ended
    }
  }, 100);
  let stdout = '';
  for await (const piece of child.stdout) stdout += piece;
  const status = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode);
    else child.once('exit', resolve);
  });
  clearInterval(watch);
  if (status === null || !allowed.includes(status))
    throw new Error(`${script} ${words.join(' ')} ended with ${status}`);
  return { stdout, seconds: (performance.now() - began) / 1000, peakMb };
}
