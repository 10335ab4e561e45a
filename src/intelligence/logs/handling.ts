import type { Handling } from './grading.ts';

/**
 * Conditions of the handling code C, and whom a paragraph may go to. Versioned settings: the codes are professional knowledge,
 * the audiences our own wording.
 */
export const HANDLING = {
  version: '1',
  conditions: {
    A1: 'Covert development is permitted',
    A2: 'Covert action is permitted',
    A3: 'Overt action is permitted',
    S1: 'Whoever receives it may sanitise it further',
    S2: 'The originator must agree before it is shared',
  },
  audiences: {
    'this force': 'Others in this force',
    'other forces': 'Another police force or the national agency',
    prosecutors: 'Prosecutors',
    'independent office': 'The independent office that investigates complaints',
    partners: 'A partner agency that supports people',
    abroad: 'Anybody outside the United Kingdom',
  },
} as const;

export type Condition = keyof typeof HANDLING.conditions;
export type Audience = keyof typeof HANDLING.audiences;

export const isCondition = (text: string): text is Condition => Object.hasOwn(HANDLING.conditions, text);
export const isAudience = (text: string): text is Audience => Object.hasOwn(HANDLING.audiences, text);

/** How one paragraph is to be handled. */
export interface Handled {
  number: number;
  handling: Handling;
  conditions: readonly string[];
  /** Whom a paragraph under C may go to; under P it says nothing. */
  audiences: readonly string[];
}

/**
 * Which paragraphs may not go to an audience, and why, in words; empty where all may. `agreed`: the originator has agreed to the
 * sharing. Nothing goes abroad unless its conditions name that.
 */
export function sharingRefused(
  paragraphs: readonly Handled[],
  audience: Audience,
  agreed: boolean,
): string[] {
  return paragraphs.flatMap(({ number, handling, conditions, audiences }) => {
    const which = `Paragraph ${number}`;
    if (handling === 'P' && audience !== 'abroad') return [];
    const refused: string[] = [];
    if (!audiences.includes(audience)) {
      const whom = audiences.filter(isAudience).map((one) => HANDLING.audiences[one].toLowerCase());
      refused.push(
        handling === 'P'
          ? `${which} may not go abroad: its conditions do not name it.`
          : `${which} may go ${whom.length === 0 ? 'to nobody yet' : `only to: ${whom.join('; ')}`}.`,
      );
    }
    if (conditions.includes('S2') && !agreed)
      refused.push(`${which} may go on only once its originator has agreed (S2).`);
    return refused;
  });
}
