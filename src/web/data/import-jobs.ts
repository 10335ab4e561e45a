import { newIdentifier } from '../../kernel/identifier.ts';
import type { Progress } from '../../kernel/progress.ts';

/** How an import that was asked for in the browser goes. */
export interface ImportJob {
  id: string;
  by: string;
  startedAt: Date;
  endedAt: Date | undefined;
  state: 'running' | 'done' | 'failed';
  /** 0 to 100, or undefined while it cannot be told. */
  percent: number | undefined;
  /** What is being done now, in a few words. */
  what: string;
  /** What went wrong, in words for people. */
  problem: string | undefined;
  /** Resolves when it has ended, however it did. */
  ended: Promise<void>;
}

/** What an import does: takes the files in, then brings detection up to date. */
export type RunImport = (
  paths: string[],
  mapping: string | undefined,
  by: string,
  progress: Progress,
) => Promise<unknown>;

/** Imports that run in this process, and the last of those that have ended. */
export class ImportJobs {
  readonly #jobs = new Map<string, ImportJob>();
  readonly #run: RunImport;
  readonly #now: () => Date;
  readonly #sayProblem: (problem: unknown) => string;

  constructor(run: RunImport, now: () => Date, sayProblem: (problem: unknown) => string) {
    this.#run = run;
    this.#now = now;
    this.#sayProblem = sayProblem;
  }

  /** Begins an import and returns its identifier at once. */
  start(paths: string[], mapping: string | undefined, by: string): string {
    const job: ImportJob = {
      id: newIdentifier(),
      by,
      startedAt: this.#now(),
      endedAt: undefined,
      state: 'running',
      percent: undefined,
      what: 'Waiting for its turn',
      problem: undefined,
      ended: Promise.resolve(),
    };
    this.#keep(job);
    job.ended = this.#work(job, paths, mapping);
    return job.id;
  }

  get(id: string): ImportJob | undefined {
    return this.#jobs.get(id);
  }

  async #work(job: ImportJob, paths: string[], mapping: string | undefined): Promise<void> {
    const progress: Progress = (done, total, what) => {
      job.percent = total > 0 ? Math.min(100, Math.floor((100 * done) / total)) : undefined;
      job.what = what;
    };
    try {
      await this.#run(paths, mapping, job.by, progress);
      job.state = 'done';
    } catch (problem) {
      job.state = 'failed';
      job.problem = this.#sayProblem(problem);
    }
    job.endedAt = this.#now();
  }

  // A hundred are enough to look back on; the reports themselves are in the records store.
  #keep(job: ImportJob): void {
    this.#jobs.set(job.id, job);
    for (const [id, old] of this.#jobs) {
      if (this.#jobs.size <= 100) break;
      if (old.state !== 'running') this.#jobs.delete(id);
    }
  }
}
