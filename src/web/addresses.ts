import { installationKey } from '../trust/pseudonym/key.ts';
import { Mask } from '../trust/pseudonym/mask.ts';

/**
 * What stands in addresses for signals and encounters. Their identifiers are hashes that anybody can work out who knows an
 * officer and a person; a reference is the identifier encrypted under the installation's key: the same for everybody who is
 * signed in, so that it can be handed on, and nobody can make one up.
 */
export class Addresses {
  readonly #mask: Mask;

  constructor(home: string) {
    this.#mask = new Mask(installationKey(home), 'addresses');
  }

  signal(id: string): string {
    return this.#mask.reference('signal', id);
  }

  encounter(id: string): string {
    return this.#mask.reference('encounter', id);
  }

  /** An entry of the audit log, for a reader who must not see its number. */
  logEntry(n: number): string {
    return this.#mask.reference('log entry', String(n));
  }

  /** The identifier behind a reference; empty, which nothing has, for any other text. */
  opened(reference: string): string {
    return this.#mask.identifier(reference) ?? '';
  }
}
