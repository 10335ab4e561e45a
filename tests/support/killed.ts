import { spawn } from 'node:child_process';

/**
 * Runs a program of ours that says something once it has begun, and kills it so many milliseconds after that. `last` is the last line that it
 * said, `took` the milliseconds since its first.
 * @throws Error with what it said to be wrong, where it never began.
 */
export function runKilled(words: string[], killAfter?: number): Promise<{ last: string; took: number }> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, words);
    let [text, wrong, began] = ['', '', 0];
    child.stdout.on('data', (chunk) => {
      if (text === '') {
        began = performance.now();
        if (killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
      }
      text += chunk;
    });
    child.stderr.on('data', (chunk) => {
      wrong += chunk;
    });
    child.on('error', failed);
    child.on('close', () => {
      if (text === '') failed(new Error(wrong));
      else done({ last: text.trim().split('\n').at(-1) ?? '', took: performance.now() - began });
    });
  });
}
