import type { FastifyInstance } from 'fastify';
import type { EventsGate } from '../../trust/gate/events-gate.ts';
import { look } from '../../trust/look.ts';
import { NotFound } from '../errors/errors.ts';
import { officerNames, personNames } from '../names.ts';
import { incidentWords } from '../pairs/pair.facts.ts';

interface Incident {
  id: string;
  kind: string;
  type: string;
  opened_at: string;
  closed_at: string | null;
  outcome: string;
}

interface Assigned {
  officer_id: string;
  role: string;
  from: string;
  to: string | null;
  crewed_with: string[];
}

/** One incident: its facts, whom it involves, who was assigned. */
export function incidentsRoutes(app: FastifyInstance): void {
  const config = { action: 'open an incident', look: { action: 'view', what: 'incident' } } as const;

  app.get<{ Params: { id: string } }>('/incidents/:id', { config }, async (request, reply) => {
    const { id } = request.params;
    const { records, events, run, session, at } = await request.view();
    if (!run) throw new NotFound('incident');
    const { world, horizon } = run;
    const [incident, involved, assigned] = await Promise.all([
      incidentOf(events, world, id),
      events.query<{ person_id: string; role: string; from: string | null }>(
        `SELECT person_id, role, \`from\` FROM {world:Identifier}.involvements WHERE incident_id = {id:String}
         ORDER BY role, person_id LIMIT 200`,
        { world, id },
      ),
      events.query<Assigned>(
        `SELECT officer_id, role, \`from\`, \`to\`, crewed_with FROM {world:Identifier}.assignments
         WHERE incident_id = {id:String} ORDER BY \`from\`, officer_id LIMIT 200`,
        { world, id },
      ),
    ]);
    const officerIds = [...new Set(assigned.flatMap((row) => [row.officer_id, ...row.crewed_with]))];
    const personIds = [...new Set(involved.map((row) => row.person_id))];
    await look(records, session, at, async () => ({
      value: undefined,
      look: { ...config.look, found: { officers: officerIds, people: personIds } },
    }));
    if (!incident && involved.length === 0 && assigned.length === 0) throw new NotFound('incident');
    const [officers, people] = await Promise.all([
      officerNames(events, world, officerIds, horizon),
      personNames(events, world, personIds),
    ]);
    return reply.page('incidents/incident.njk', {
      id,
      incident,
      title: incident ? `${incidentWords(incident)} ${id}` : id,
      involved: involved.map((row) => ({
        ...row,
        person: people.get(row.person_id) ?? { id: row.person_id },
      })),
      assigned: assigned.map((row) => ({
        ...row,
        officer: officers.get(row.officer_id) ?? { id: row.officer_id },
        crew: row.crewed_with.map((other) => officers.get(other) ?? { id: other }),
      })),
    });
  });
}

async function incidentOf(events: EventsGate, world: string, id: string): Promise<Incident | undefined> {
  const [row] = await events.query<Incident>(
    `SELECT incident_id AS id, kind, type, opened_at, closed_at, outcome FROM {world:Identifier}.incidents
     WHERE incident_id = {id:String}`,
    { world, id },
  );
  return row;
}
