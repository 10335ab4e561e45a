import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hold, heldBy, heldTogether, isHeld, NOTHING_HELD } from './hold.ts';
import {
  addDays,
  addMonths,
  floorOn,
  isDay,
  keptUntil,
  nextDue,
  type Review,
  type Rule,
  standingOn,
} from './rule.ts';

const day = fc.integer({ min: 0, max: 60_000 }).map((n) => addDays('1960-01-01', n));
const months = fc.integer({ min: 1, max: 1200 });
const rule = fc.record({
  kind: fc.constant('calls'),
  version: fc.constant(1),
  months,
  reviewEvery: fc.option(fc.integer({ min: 1, max: 120 })),
  atEnd: fc.constantFrom('review', 'erase') as fc.Arbitrary<Rule['atEnd']>,
});
const review = fc.oneof(
  fc.record({ decision: fc.constant('keep' as const), keepUntil: day, decidedOn: day }),
  fc.record({ decision: fc.constant('erase' as const), keepUntil: fc.constant(null), decidedOn: day }),
) as fc.Arbitrary<Review>;

describe('how long something is kept', () => {
  it('counts months as people do, leap days and short months with them', () => {
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2024-02-29', 48)).toBe('2028-02-29');
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2026-01-15', -13)).toBe('2024-12-15');
    expect(addDays('2026-12-31')).toBe('2027-01-01');
    expect(addDays('2100-02-28')).toBe('2100-03-01');
    expect([isDay('2024-02-29'), isDay('2025-02-29'), isDay('x'), isDay('2025-13-01')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('ends with a day that is still kept, and what a whole table loses is just what has come to its end', () => {
    const two = { months: 24 };
    expect(keptUntil(two, '2024-02-29')).toBe('2026-02-28');
    expect(floorOn(two, '2026-02-28')).toBe('2024-02-28');
    expect(floorOn(two, '2026-03-01')).toBe('2024-03-01');
    fc.assert(
      fc.property(months, day, fc.integer({ min: -40, max: 40 }), (many, today, near) => {
        const floor = floorOn({ months: many }, today);
        const one = addDays(floor, near);
        expect(one < floor).toBe(keptUntil({ months: many }, one) < today);
      }),
    );
  });

  it('is never over before its end unless a person said so, and stays over', () => {
    fc.assert(
      fc.property(rule, day, fc.array(review, { maxLength: 4 }), day, (one, from, reviews, today) => {
        const standing = standingOn(one, from, reviews, today);
        const last = [...reviews].sort((a, b) => (a.decidedOn < b.decidedOn ? -1 : 1)).at(-1);
        if (standing === 'to be erased' && last?.decision !== 'erase') {
          expect(keptUntil(one, from) < today).toBe(true);
          expect(one.atEnd).toBe('erase');
          expect(last).toBeUndefined();
        }
        if (last?.keepUntil != null && last.keepUntil >= today) expect(standing).toBe('kept');
        // The day that is named is the first on which it is not merely kept.
        const due = nextDue(one, from, reviews);
        if (last?.decision !== 'erase') {
          expect(standingOn(one, from, reviews, due)).not.toBe('kept');
          expect(standingOn(one, from, reviews, addDays(due, -1))).toBe('kept');
        }
      }),
    );
  });
});

const id = fc.constantFrom('A', 'B', 'C', 'D');
const hold: fc.Arbitrary<Hold> = fc
  .record({
    about: fc.constantFrom('person', 'officer', 'matter', 'period', 'everything'),
    subject: id,
    from: day,
    long: fc.nat(400),
  })
  .map(({ about, subject, from, long }) => ({
    about: about as Hold['about'],
    subjectId: ['person', 'officer', 'matter'].includes(about) ? subject : null,
    fromDay: about === 'period' ? from : null,
    toDay: about === 'period' ? addDays(from, long) : null,
  }));
const thing = fc.record({
  people: fc.subarray(['A', 'B', 'C', 'D']),
  officers: fc.subarray(['A', 'B', 'C', 'D']),
  matter: fc.option(id, { nil: undefined }),
  day: fc.option(day, { nil: undefined }),
});
const subjects = (matter: string) => ({ people: [matter], officers: matter === 'A' ? ['D'] : [] });

describe('a legal hold', () => {
  it('is on a thing exactly when one of the holds is about it, or about a matter that concerns it', () => {
    fc.assert(
      fc.property(fc.array(hold, { maxLength: 4 }), thing, (holds, one) => {
        const expected = holds.some(
          (each) =>
            each.about === 'everything' ||
            (each.about === 'person' && one.people.includes(each.subjectId ?? '')) ||
            (each.about === 'officer' && one.officers.includes(each.subjectId ?? '')) ||
            (each.about === 'matter' &&
              (one.matter === each.subjectId ||
                one.people.some((who) => subjects(each.subjectId ?? '').people.includes(who)) ||
                one.officers.some((who) => subjects(each.subjectId ?? '').officers.includes(who)))) ||
            (each.about === 'period' &&
              one.day !== undefined &&
              (each.fromDay ?? '') <= one.day &&
              one.day <= (each.toDay ?? '')),
        );
        expect(isHeld(heldBy(holds, subjects), one)).toBe(expected);
      }),
    );
  });

  it('only adds: more holds never free anything', () => {
    fc.assert(
      fc.property(fc.array(hold), fc.array(hold), thing, (some, more, one) => {
        const [a, b] = [heldBy(some, subjects), heldBy(more, subjects)];
        expect(isHeld(heldTogether(a, b), one)).toBe(isHeld(a, one) || isHeld(b, one));
        expect(isHeld(heldBy([...some, ...more], subjects), one)).toBe(isHeld(a, one) || isHeld(b, one));
        expect(isHeld(NOTHING_HELD, one)).toBe(false);
      }),
    );
  });
});
