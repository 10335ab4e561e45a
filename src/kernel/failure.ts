/**
 * A failure that a person can act on: what went wrong, where, and what to do. Anything else that is thrown is a fault
 * of the program. `status` is the exit status on the command line.
 */
export class Failure extends Error {
  readonly todo: string | undefined;
  readonly status: number;

  constructor(what: string, options: { todo?: string; status?: number; cause?: unknown } = {}) {
    super(what, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Failure';
    this.todo = options.todo;
    this.status = options.status ?? 1;
  }

  /** The whole message, as it is printed: what happened, then what to do. */
  sentence(): string {
    return this.todo === undefined ? this.message : `${this.message}. ${this.todo}`;
  }
}
