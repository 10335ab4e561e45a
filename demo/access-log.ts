/** The form of the access logs: one look at a record, and how a look comes about as rows. */
import type { Incident, Officer, Person } from './force.ts';
import type { Dice } from './random.ts';
import { scramble } from './random.ts';

export interface AccessRow {
  at: number;
  officer: number;
  system: string;
  action: string;
  kind: string;
  record: string;
  person: string;
  reference: string;
  reason: string;
  terminal: string;
  handheld: boolean;
  /** Number of the plot that planted it, -1 for ordinary work. */
  plot: number;
}

const REASONS = [
  'investigation',
  'call for service',
  'briefing',
  'safeguarding',
  'intelligence check',
  'file preparation',
  'enquiry',
];

/** What an officer looks at: a person, or the incident itself when `person` is null. */
export interface Look {
  at: number;
  officer: Officer;
  person: Person | null;
  incident: Incident | null;
  /** Chance that the incident is given as the reference. */
  cite?: number;
  handheld?: number;
  /** Force the kind of record. */
  kind?: string;
  plot?: number;
}

/** Collects rows of a day, so that planned looks and told ones come out in one form. */
export class AccessLog {
  readonly rows: AccessRow[] = [];

  /** Adds a look. A look at a person by name is often a search first, then one or more views. */
  look(dice: Dice, look: Look): void {
    const { officer, person, incident } = look;
    const handheld = dice.chance(look.handheld ?? (officer.radio ? 0.45 : 0));
    const reference = incident && dice.chance(look.cite ?? 0.3) ? incident.id : '';
    const reason = dice.chance(0.25) ? dice.pick(REASONS) : '';
    const terminal = handheld
      ? `H${officer.terminal.slice(1)}`
      : dice.chance(0.8)
        ? officer.terminal
        : `T${dice.whole(1000, 9999)}`;
    const base = { officer: officer.n, reference, reason, terminal, handheld, plot: look.plot ?? -1 };
    if (!person) {
      if (!incident) return;
      const system = dice.chance(0.55) ? 'Records' : 'Command';
      const action =
        officer.role === 'response' && dice.chance(0.15) ? 'edit' : dice.chance(0.02) ? 'print' : 'view';
      this.rows.push({
        ...base,
        at: look.at,
        system,
        action,
        kind: 'incident',
        record: incident.id,
        person: '',
      });
      return;
    }
    let at = look.at;
    if (dice.chance(0.35)) {
      this.rows.push({
        ...base,
        at,
        system: 'Records',
        action: 'search',
        kind: 'person',
        record: person.id,
        person: person.id,
      });
      at += dice.whole(6, 70) * 1000;
    }
    const draw = dice.next();
    const kind =
      look.kind ??
      (draw < 0.72
        ? 'person'
        : draw < 0.84
          ? 'address'
          : draw < 0.9
            ? 'image'
            : draw < 0.96
              ? 'intelligence'
              : 'person');
    const system =
      kind === 'image'
        ? 'Images'
        : kind === 'intelligence'
          ? 'Intelligence'
          : kind === 'person' && draw >= 0.96
            ? 'National index'
            : 'Records';
    const record = recordId(kind, person);
    const action = dice.chance(0.03) ? dice.pick(['print', 'export', 'edit']) : 'view';
    // One system in the log names only the record, not whom it is about.
    const said =
      kind === 'person' && dice.chance(0.15) ? '' : kind === 'address' && dice.chance(0.5) ? '' : person.id;
    this.rows.push({ ...base, at, system, action, kind, record, person: said });
  }
}

/** Id of the record of a kind about a person: members of a household share an address record. */
export function recordId(kind: string, person: Person): string {
  if (kind === 'person') return person.id;
  const root = kind === 'address' ? Math.min(person.n, ...person.household) : person.n;
  const letter = kind === 'address' ? 'A' : kind === 'image' ? 'M' : 'L';
  return `${letter}${(scramble(root, letter.charCodeAt(0)) % 100_000_000).toString().padStart(8, '0')}`;
}
