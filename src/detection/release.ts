/** Whether an indicator flags anybody: `live`, or only shows what it would find: `shadow`. */
export type State = 'live' | 'shadow';

/** What somebody decided about one content of an indicator. */
export interface Decision {
  indicator: string;
  /** Digest of what was decided about. */
  content: string;
  state: State;
}

/**
 * The state in which an indicator runs. Its newest decision counts: `shadow` until another one, `live` for the content it was made
 * about. Where there is none about this content, a force that has changed indicators wait gets it in shadow; for any other it is
 * as the program released it.
 */
export function stateOf(
  indicator: { content: string; released: State },
  newest: Decision | undefined,
  changedInShadow: boolean,
): State {
  if (newest?.state === 'shadow') return 'shadow';
  if (newest?.content === indicator.content) return 'live';
  return changedInShadow ? 'shadow' : indicator.released;
}
