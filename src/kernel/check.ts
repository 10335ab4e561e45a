/** One thing that `upstander verify` looked at, and what is wrong with it in sentences; none when it is sound. */
export interface Check {
  name: string;
  problems: string[];
}
