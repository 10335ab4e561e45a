/** All families by name. */
import type { Plot, Stage } from '../stage.ts';
import { afterClosureReturner, carefulOffender } from './cases.ts';
import { conductPattern } from './complaints.ts';
import { browser, ownCircle } from './looking.ts';
import { childWatcher, partnerFromDuty, referenceForger, returnerAlone } from './returning.ts';
import { exploratory, multiVictimGroomer, prolificTexter } from './texting.ts';
import { lookContactVisit, undeployedVisitor } from './visiting.ts';

/** How each family's story is told. */
export const FAMILIES: Record<string, (stage: Stage, plot: Plot) => void> = {
  prolific_texter: prolificTexter,
  multi_victim_groomer: multiVictimGroomer,
  look_contact_visit: lookContactVisit,
  own_circle: ownCircle,
  after_closure_returner: afterClosureReturner,
  undeployed_visitor: undeployedVisitor,
  browser,
  careful_offender: carefulOffender,
  conduct_pattern: conductPattern,
  exploratory,
  returner_alone: returnerAlone,
  child_watcher: childWatcher,
  reference_forger: referenceForger,
  partner_from_duty: partnerFromDuty,
};
