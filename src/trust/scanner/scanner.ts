/** What looks through files that come in from outside, before anything else reads them. */
export interface Scanner {
  /** What it calls itself on pages, such as `ClamAV`. */
  name: string;
  /**
   * Looks one file through.
   * @returns the name of what was found, or undefined for a clean file.
   * @throws Failure when the file could not be looked through; it must not be taken then.
   */
  scan(file: string): Promise<string | undefined>;
  /** @throws Failure when the scanner does not answer. */
  ping(): Promise<void>;
}
