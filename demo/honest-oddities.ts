/** Honest officers who look guilty: each kind is here because some simple rule would accuse them. */
import {
  bombardedByVictim,
  declaredPartner,
  longFraud,
  manyContacts,
  outcomeCalls,
  phoneLent,
} from './oddities/contact.ts';
import { livesNear, nightMeal, sentToSameAddress } from './oddities/presence.ts';
import {
  clerkThousands,
  dipSampling,
  latePosting,
  maliciousComplainant,
  taskForce,
} from './oddities/records.ts';
import { copiesReferences, safeguardingVisits } from './oddities/returning.ts';
import type { Plot, Stage } from './stage.ts';

/** How each oddity is told, and why it is honest. */
export const ODD: Record<string, { why: string; tell: (stage: Stage, plot: Plot) => void }> = {
  many_contacts_public_protection: {
    why: 'Specialist with several open cases of vulnerable women: contact is frequent, on duty, and ends with the case.',
    tell: manyContacts,
  },
  long_fraud_one_witness: {
    why: 'Officer in a long fraud case: hundreds of texts with one witness about documents, all under assignment and in office hours.',
    tell: longFraud,
  },
  records_clerk_thousands: {
    why: 'Records clerk working a clearance queue: thousands of looks are the work of the role.',
    tell: clerkThousands,
  },
  lives_near_repeat_victim: {
    why: 'Lives some doors from a repeat victim and takes meal breaks at home: stops are at the own address.',
    tell: livesNear,
  },
  night_meal_near_hostel: {
    why: 'On nights takes the meal break at the same café near a hostel where vulnerable people live; enters nothing, contacts nobody.',
    tell: nightMeal,
  },
  late_personnel_posting: {
    why: 'Moved to another unit weeks before the personnel system says so: looks seem out of unit but follow the new team.',
    tell: latePosting,
  },
  sent_to_same_address: {
    why: 'Deployed again and again to one repeat domestic abuse address; every visit answers a call.',
    tell: sentToSameAddress,
  },
  dip_sampling_sergeant: {
    why: 'Sergeant who dip-samples the incidents of the own team far above usual.',
    tell: dipSampling,
  },
  phone_lent_while_sick: {
    why: "Off sick; the phone was lent to a colleague for the colleague's cases, and the register was put right late.",
    tell: phoneLent,
  },
  task_force: {
    why: 'Lent to a task force: looks and calls are about another unit\'s incidents, assigned as "other" and partly late.',
    tell: taskForce,
  },
  bombarded_by_victim: {
    why: 'A victim rings and texts dozens of times; the officer hardly ever answers and told the supervisor.',
    tell: bombardedByVictim,
  },
  malicious_complainant: {
    why: 'Two complaints in twelve months, both by the same complainant who complains of many officers; not upheld.',
    tell: maliciousComplainant,
  },
  declared_partner_former_victim: {
    why: 'Married somebody met years ago as a victim; declared at once, lives with them and rings home.',
    tell: declaredPartner,
  },
  outcome_calls_in_one_go: {
    why: 'Tells the outcome to everybody of closed cases in one afternoon a fortnight: one call each, after closure.',
    tell: outcomeCalls,
  },
  safeguarding_visits_alone: {
    why: 'Visits vulnerable people alone, whom the officer had met with a colleague: three visits each, in an open case that asks for them.',
    tell: safeguardingVisits,
  },
  copies_references: {
    why: 'Copies the reference of the job before into the next look: wrong each time, but each look belongs to a job of the officer.',
    tell: copiesReferences,
  },
};
