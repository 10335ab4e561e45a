/**
 * The 3x5x2 grading of intelligence, one for each paragraph: source, assessment, handling. Source of the scales: the national
 * standard for intelligence reports; the wordings of the assessments and of the codes are professional knowledge and a setting of the force.
 */
export const GRADING = {
  version: '1',
  sources: {
    '1': 'Reliable',
    '2': 'Untested',
    '3': 'Not reliable',
  },
  assessments: {
    A: 'Known directly to the source',
    B: 'Known indirectly, but corroborated',
    C: 'Known indirectly',
    D: 'Not known',
    E: 'Suspected to be false',
  },
  handlings: {
    P: 'Lawful sharing permitted',
    C: 'Sharing permitted with conditions',
  },
} as const;

export type SourceGrade = keyof typeof GRADING.sources;
export type Assessment = keyof typeof GRADING.assessments;
export type Handling = keyof typeof GRADING.handlings;

/** One paragraph's grading, such as 2C with handling code P. */
export interface Grading {
  source: SourceGrade;
  assessment: Assessment;
  handling: Handling;
}

/** As people write it: `2C P`. */
export function gradingText({ source, assessment, handling }: Grading): string {
  return `${source}${assessment} ${handling}`;
}

export const isSource = (text: string): text is SourceGrade => Object.hasOwn(GRADING.sources, text);
export const isAssessment = (text: string): text is Assessment => Object.hasOwn(GRADING.assessments, text);
export const isHandling = (text: string): text is Handling => Object.hasOwn(GRADING.handlings, text);

/**
 * What in a grading does not go together, as a question to its writer; empty where all does. `conditions` are the codes of the
 * handling, `corroboration` what is said to corroborate it.
 */
export function gradingDoubts(
  { source, assessment, handling }: Grading,
  { conditions, corroboration }: { conditions: readonly string[]; corroboration: string },
): string[] {
  const doubts: string[] = [];
  if (assessment === 'B' && corroboration === '')
    doubts.push('It is graded as corroborated (B), and nothing is named that corroborates it. Is it C?');
  if (assessment !== 'B' && corroboration !== '')
    doubts.push('Something is named that corroborates it, and it is not graded as corroborated. Is it B?');
  if (source === '1' && assessment === 'E')
    doubts.push('The source is reliable (1), and what it says is suspected to be false (E). Is that meant?');
  if (source === '3' && assessment === 'A')
    doubts.push(
      'The source is not reliable (3), and is said to know it directly (A). Does somebody besides the source say so?',
    );
  if (handling === 'P' && conditions.length > 0)
    doubts.push('Conditions are set, and the handling code is P, which sets none. Is it C?');
  if (handling === 'C' && conditions.length === 0)
    doubts.push('The handling code is C, and no condition is set. Which ones hold?');
  return doubts;
}

/** The older 5x5x5: source A-E, assessment 1-5, handling 1-5. */
export interface OldGrading {
  source: string;
  assessment: string;
  handling: string;
}

const OLD_SOURCES: Record<string, SourceGrade> = { A: '1', B: '1', C: '2', D: '3', E: '2' };
const OLD_ASSESSMENTS: Record<string, Assessment> = { '1': 'A', '2': 'A', '3': 'C', '4': 'D', '5': 'E' };

/**
 * An old grading in the scales of today; undefined where it is none. Sources: A always reliable and B mostly reliable become
 * reliable, C sometimes reliable and E untested become untested, D unreliable stays so. Assessments: 1 known to be true without
 * reservation and 2 known personally to the source become A, 3 not known personally but corroborated becomes B when what
 * corroborates it is named and else C, 4 cannot be judged becomes D, 5 suspected to be false becomes E. Handling 1 becomes P, every other
 * one C. The mapping is professional knowledge; the log keeps the old grading beside the new one.
 */
export function fromOldGrading(old: OldGrading, corroboration: string): Grading | undefined {
  const source = OLD_SOURCES[old.source.toUpperCase()];
  const assessment = OLD_ASSESSMENTS[old.assessment];
  if (source === undefined || assessment === undefined || !/^[1-5]$/.test(old.handling)) return undefined;
  return {
    source,
    assessment: old.assessment === '3' && corroboration !== '' ? 'B' : assessment,
    handling: old.handling === '1' ? 'P' : 'C',
  };
}
