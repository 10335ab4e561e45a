import type { Check } from '../../kernel/check.ts';
import type { Events } from './events.ts';

/**
 * Everything that the events store holds lies on disks that it encrypts itself. `below`: the force says that whatever is under
 * a server's disks encrypts them, which nothing here can see.
 */
export async function checkDisk(events: Events, below: boolean): Promise<Check> {
  const name = below
    ? 'The events lie on disks that are encrypted below the server, as the environment says'
    : 'The events lie on an encrypted disk';
  if (below) return { name, problems: [] };
  const plain = await events.query<{ disk: string; n: number }>(
    `SELECT disk_name AS disk, uniqExact(database, table) AS n FROM system.parts
     WHERE active AND (database = {database:String} OR startsWith(database, {worlds:String}))
       AND disk_name NOT IN (SELECT name FROM system.disks WHERE is_encrypted)
     GROUP BY disk ORDER BY disk`,
    { database: events.database, worlds: `${events.database}_world_` },
  );
  return {
    name,
    problems: plain.map(
      ({ disk, n }) =>
        `${n} tables lie on the disk ${disk}, which the engine does not encrypt: see docs/operations.md, or set ` +
        'UPSTANDER_EVENTS_DISK=encrypted-below where the disk under it is encrypted',
    ),
  };
}
