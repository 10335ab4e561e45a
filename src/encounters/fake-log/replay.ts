import type { Events, Values } from '../../stores/events/events.ts';
import { judge, LIFT_SETTINGS, type Measured } from './lift.ts';

/** The statements of a replay, made by whoever knows how encounters are explained (world.ts). */
export interface ReplayStatements {
  /** Makes the three logs (logs.sql). */
  logs: readonly string[];
  /** Explains the looks of `looks`, as it does those of a force. */
  explain: readonly string[];
  /** Counts what held (counts.sql). */
  counts: string;
}

/** How many looks a world has. */
export async function looksIn(events: Events, world: string): Promise<number> {
  const [all] = await events.queryForWrite<{ looks: number }>(
    "SELECT count() AS looks FROM {world:Identifier}.encounters WHERE kind = 'access'",
    { world },
  );
  return all?.looks ?? 0;
}

/** One pair in how many has to be taken, so that about `wanted` of so many looks are. */
export const sampling = (looks: number, wanted: number) => Math.max(1, Math.floor(looks / wanted));

/**
 * Tries every explanation on a sample of the looks of a world, and on the same looks with somebody else put in. Where there
 * are too few looks to judge anything, nothing is tried. Changes nothing in the world.
 */
export async function measureExplanations(
  events: Events,
  values: Values & { world: string },
  statements: ReplayStatements,
): Promise<Measured[]> {
  const looks = await looksIn(events, values.world);
  if (looks < LIFT_SETTINGS.looks_least) return judge([]);
  return inReplay(events, values, statements, LIFT_SETTINGS.sample, async (beside) =>
    judge(await events.queryForWrite(statements.counts, beside)),
  );
}

/**
 * Makes the three logs of about so many looks, explains them with the statements that explain the force's own, and asks
 * `work` what came of it; `beside` are the values of its statements. All of it stands in a database beside the world, which
 * is gone at the end.
 */
export async function inReplay<T>(
  events: Events,
  values: Values & { world: string },
  statements: Pick<ReplayStatements, 'logs' | 'explain'>,
  sample: number,
  work: (beside: Values) => Promise<T>,
): Promise<T> {
  const { world } = values;
  const replay = `${world}_replay`;
  const every = sampling(await looksIn(events, world), sample);
  const drop = () => events.command('DROP DATABASE IF EXISTS {replay:Identifier}', { replay });
  await drop();
  try {
    await events.command('CREATE DATABASE {replay:Identifier}', { replay });
    for (const statement of statements.logs) {
      const named = statement.replaceAll('@world', () => world).replaceAll('@replay', () => replay);
      await events.command(named, { ...values, replay, every });
    }
    const beside = { ...values, world: replay, refused: [] };
    for (const statement of statements.explain) await events.command(statement, beside);
    return await work(beside);
  } finally {
    await drop();
  }
}
