import type { Events } from '../../stores/events/events.ts';
import { WORLD_PLACES } from '../gate/places.ts';
import type { Target } from './reach.ts';
import { rewrite } from './rewrite.ts';

/** Encounters that are made of events of a kind. */
const MADE_OF: Readonly<Record<string, string>> = {
  accesses: 'access',
  calls: 'contact',
  messages: 'contact',
  positions: 'presence',
};

/**
 * Takes somebody, or encounters older than a moment, out of a world. Tables that serve only to make encounters are emptied: they
 * hold homes without names, and the next run makes its own.
 */
export async function eraseFromWorld(events: Events, world: string, target: Target): Promise<void> {
  const tables = await events.queryForWrite<{ name: string }>(
    'SELECT name FROM system.tables WHERE database = {world:String} ORDER BY name',
    { world },
  );
  for (const { name } of tables) {
    const place = WORLD_PLACES[name];
    if (place === undefined) {
      await rewrite(events, { database: world, table: name, rows: '1' }, {});
      continue;
    }
    if (target.scope === 'kind') {
      const kind = MADE_OF[target.kind];
      if (name !== 'encounters' || kind === undefined) continue;
      const rows = "kind = {kind:String} AND at < {before:DateTime64(3, 'UTC')}";
      await rewrite(events, { database: world, table: name, rows }, { kind, before: target.before });
      continue;
    }
    const columns = (target.scope === 'person' ? place.people : place.officers) ?? [];
    const mentions = target.scope === 'person' ? [] : (place.mentions ?? []);
    const crews = target.scope === 'person' ? [] : (place.crews ?? []);
    const emptied = [
      ...mentions.map((column) => `if(${column} = {target:String}, '', ${column}) AS ${column}`),
      ...crews.map((column) => `arrayFilter(one -> one != {target:String}, ${column}) AS ${column}`),
    ];
    if (columns.length === 0 && emptied.length === 0) continue;
    const rows =
      columns.length === 0 ? '0' : columns.map((column) => `${column} = {target:String}`).join(' OR ');
    await rewrite(events, { database: world, table: name, rows, emptied }, { target: target.id });
  }
}

/** Drops a world. */
export async function dropErasedWorld(events: Events, world: string): Promise<void> {
  await events.command('DROP DATABASE IF EXISTS {world:Identifier} SYNC', { world });
}
