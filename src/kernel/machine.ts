/** One move of a thing from a state to another. */
export interface Move<State extends string> {
  from: State;
  to: State;
  /** What somebody does, as a button says it. */
  act: string;
}

/** The states that a thing can be in, where it begins, and every move there is. Nothing else can happen to it. */
export interface Machine<State extends string> {
  states: readonly State[];
  start: State;
  moves: readonly Move<State>[];
}

/** The move of that name from a state; undefined where there is none. */
export function moveFrom<State extends string>(
  { moves }: Machine<State>,
  from: State,
  act: string,
): Move<State> | undefined {
  return moves.find((move) => move.from === from && move.act === act);
}

/** States that no moves lead to from the start. A machine should have none. */
export function unreached<State extends string>({ states, start, moves }: Machine<State>): State[] {
  const reached = new Set<State>([start]);
  for (const state of reached) {
    for (const { from, to } of moves) if (from === state) reached.add(to);
  }
  return states.filter((state) => !reached.has(state));
}

/** A machine as a Mermaid state diagram: what the docs show is what the program does. */
export function diagram<State extends string>({ start, moves }: Machine<State>): string {
  const name = (state: string) => state.replaceAll(' ', '_');
  return [
    'stateDiagram-v2',
    `  [*] --> ${name(start)}`,
    ...moves.map(({ from, to, act }) => `  ${name(from)} --> ${name(to)}: ${act}`),
  ].join('\n');
}
