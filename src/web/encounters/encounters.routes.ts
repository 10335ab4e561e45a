import type { FastifyInstance } from 'fastify';
import { look } from '../../trust/look.ts';
import { NotFound } from '../errors/errors.ts';
import { officerNames, officerTitle, personNames } from '../names.ts';
import { happened } from './encounter.ts';
import { encounterById } from './encounters.store.ts';
import { rawRows } from './raw.store.ts';

const TITLES: Record<string, string> = {
  accesses: 'Looks at records',
  calls: 'Itemised billing',
  messages: 'Captured messages',
  positions: 'Positions reported',
};

/** One encounter, with every row of the force's tables that it was made from. */
export function encountersRoutes(app: FastifyInstance): void {
  const config = {
    action: 'open an encounter',
    look: { action: 'records', what: 'records of an encounter' },
  } as const;

  app.get<{ Params: { id: string } }>('/encounters/:id', { config }, async (request, reply) => {
    const { records, events, run, session, at, addresses } = await request.view();
    const id = addresses.opened(request.params.id);
    const encounter =
      run && /^[0-9a-f]{1,16}$/.test(id) ? await encounterById(events, run.world, id) : undefined;
    await look(records, session, at, async () => ({
      value: undefined,
      look: { ...config.look, officerId: encounter?.officer_id, personId: encounter?.person_id },
    }));
    if (!run || !encounter) throw new NotFound('encounter');
    const { officer_id, person_id } = encounter;
    const [officers, people, tables] = await Promise.all([
      officerNames(events, run.world, [officer_id], run.horizon),
      personNames(events, run.world, [person_id]),
      rawRows(events, run.world, encounter),
    ]);
    const officer = officers.get(officer_id) ?? { id: officer_id, name: '' };
    return reply.page('encounters/encounter.njk', {
      officer,
      officerTitle: officerTitle(officer),
      person: people.get(person_id) ?? { id: person_id },
      encounter: { ...encounter, text: happened(encounter) },
      tables: tables
        .filter((table) => table.rows.length > 0)
        .map((table) => ({ ...table, title: TITLES[table.table] })),
    });
  });
}
