/** One role: what people call it, and what it is for. What each may do stands in the policy. */
export interface RoleMeaning {
  readonly id: string;
  readonly label: string;
  readonly description: string;
}

/** Every role an account may hold; an account may hold several. */
export const ROLE_LIST = [
  {
    id: 'analyst',
    label: 'Analyst',
    description: 'Works through the signals and looks at the officers and people behind them.',
  },
  {
    id: 'investigator',
    label: 'Investigator',
    description: 'Takes referred matters to their end and sees the matters they are assigned to.',
  },
  {
    id: 'intelligence_manager',
    label: 'Intelligence manager',
    description: 'Grades and develops intelligence and decides what is passed on.',
  },
  {
    id: 'ccu_head',
    label: 'Head of the counter-corruption unit',
    description: 'Leads the unit: assigns its work, sees all of it, and answers for it.',
  },
  {
    id: 'vetting_officer',
    label: 'Vetting officer',
    description: 'Works on vetting clearances and their reviews.',
  },
  {
    id: 'vetting_manager',
    label: 'Vetting manager',
    description: 'Decides on vetting, and on appeals against it, and answers for the vetting register.',
  },
  {
    id: 'professional_standards',
    label: 'Professional standards',
    description: 'Handles conduct matters that the unit has handed over.',
  },
  {
    id: 'supervisor',
    label: 'Supervisor',
    description: 'Answers for a team and does the checks about its members that are asked of a supervisor.',
  },
  {
    id: 'workforce',
    label: 'Member of the workforce',
    description: 'Makes declarations and reports of their own and sees nothing about others.',
  },
  {
    id: 'partner',
    label: 'Partner agency',
    description: 'Works for an agency outside the force and sees only what is shared with it.',
  },
  {
    id: 'chief_officer',
    label: 'Chief officer',
    description: 'Answers for the force and sees counts and decisions, not records of people.',
  },
  {
    id: 'national_reader',
    label: 'National reader',
    description: 'Reads comparable figures for a national body and sees nobody.',
  },
  {
    id: 'auditor',
    label: 'Auditor',
    description: 'Reads who looked at what and why, and checks that the record of it is whole.',
  },
  {
    id: 'administrator',
    label: 'Administrator',
    description: 'Takes data in and mends it, runs the system and its accounts, and sees no person’s data.',
  },
] as const satisfies readonly RoleMeaning[];

export type Role = (typeof ROLE_LIST)[number]['id'];

export const ROLES: readonly Role[] = ROLE_LIST.map(({ id }) => id);

/** Roles that only two people together may give. */
export const POWERFUL_ROLES: readonly Role[] = ['ccu_head', 'auditor', 'administrator'];

/** What the reader of the demonstration force gets, to look around. */
export const DEMONSTRATION_ROLES: readonly Role[] = ['administrator', 'ccu_head', 'analyst'];

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}

/** The roles in the order of the list, each once. */
export function inOrder(roles: Iterable<Role>): Role[] {
  const held = new Set(roles);
  return ROLES.filter((role) => held.has(role));
}

/** A role as people call it. */
export function roleLabel(role: Role): string {
  return ROLE_LIST.find(({ id }) => id === role)?.label ?? role;
}
