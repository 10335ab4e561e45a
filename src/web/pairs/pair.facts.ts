import type { TimelineDuty, TimelineFacts } from '../charts/timeline.facts.ts';
import type { EncounterRow } from '../encounters/encounter.ts';
import { asDate, words } from '../words.ts';
import type { Duty, PairIncident, Purpose } from './pairs.store.ts';

const DAY = 86_400_000;

/**
 * The time that the timeline of a pair shows: from before their first encounter or own purpose to after the last, with
 * some room, and not beyond the horizon.
 */
export function spanOf(
  encounters: EncounterRow[],
  purposes: Purpose[],
  horizon: Date,
): { from: Date; to: Date } {
  const moments = [
    ...encounters.map((encounter) => asDate(encounter.at).getTime()),
    ...purposes.flatMap((purpose) =>
      [purpose.from, purpose.to ?? purpose.from].map((at) => asDate(at).getTime()),
    ),
  ].filter((at) => at <= horizon.getTime());
  if (moments.length === 0) return { from: new Date(horizon.getTime() - 28 * DAY), to: horizon };
  const first = Math.min(...moments);
  const last = Math.max(...moments);
  const room = Math.max(3 * DAY, (last - first) * 0.04);
  return { from: new Date(first - room), to: new Date(Math.min(horizon.getTime() + DAY, last + room * 3)) };
}

/** The rows of a pair as the timeline wants them. */
export function timelineFacts(
  names: { officer: string; person: string },
  span: { from: Date; to: Date },
  rows: { encounters: EncounterRow[]; incidents: PairIncident[]; purposes: Purpose[]; duties: Duty[] },
): TimelineFacts {
  const shown = rows.incidents.filter(
    (incident) =>
      asDate(incident.opened_at) < span.to &&
      (incident.closed_at === null || asDate(incident.closed_at) > span.from),
  );
  return {
    ...names,
    ...span,
    duties: rows.duties.map(
      (duty): TimelineDuty => ({ kind: duty.kind, from: asDate(duty.from), to: asDate(duty.to) }),
    ),
    incidents: shown.map((incident) => ({
      id: incident.id,
      label: `${incidentWords(incident)} ${incident.id}`,
      from: asDate(incident.opened_at),
      to: incident.closed_at === null ? null : asDate(incident.closed_at),
      own: rows.purposes
        .filter((purpose) => purpose.incident_id === incident.id)
        .map((purpose) => ({
          from: asDate(purpose.from),
          to: purpose.to === null ? null : asDate(purpose.to),
        })),
    })),
    encounters: rows.encounters.map((row) => ({
      id: row.id,
      kind: row.kind,
      at: asDate(row.at),
      endsAt: asDate(row.ends_at),
      explained: row.explanation !== '',
      duty: row.duty,
      count: row.count,
      texts: row.texts,
      calls: row.calls,
      unanswered: row.unanswered,
      crew: row.crew,
    })),
  };
}

/** What an incident is, in a few words: its own type where it has one. */
export function incidentWords(incident: { kind: string; type: string }): string {
  const said = incident.type || words(incident.kind);
  return said.charAt(0).toUpperCase() + said.slice(1);
}
