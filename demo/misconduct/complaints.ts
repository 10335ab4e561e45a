/** (9) A pattern on paper: alike complaints in twelve months, and an old one that went nowhere. */
import type { Matter } from '../force.ts';
import type { Plot, Stage } from '../stage.ts';
import { by } from '../stage.ts';

const STRONG = [
  'He asked if I was single and said he would come back when he was off duty.',
  'Comments about my body while he took my statement.',
  'Searched me himself although a woman officer was there, and made a remark.',
  'Sent me a friend request the evening after he came to my house.',
  'Stood too close, touched my hair, said I should call him.',
];
const MILD = [
  'Called me darling and asked personal questions that had nothing to do with it.',
  'Officer was overfamiliar and would not leave after the report was taken.',
  'Made me uncomfortable with jokes about my clothes.',
  'Kept asking whether my partner was at home.',
];

/** Three or more like matters within a year of the end of the period, plus one of years ago. */
export function conductPattern(stage: Stage, plot: Plot): void {
  const { period } = stage.force;
  const { dice, officer } = plot;
  plot.indicators = ['conduct-pattern'];
  const women = stage.met(officer, (p) => p.sex === 'f' && p.age > 16 && p.age < 50);
  const adults = stage.force.people.filter((p) => p.sex === 'f' && p.age > 17 && p.age < 50);
  const stranger = (): number => (adults.length > 0 ? dice.pick(adults).n : -1);
  const add = (day: number, words: string, category: string, outcome: string, person: number): void => {
    const closed = day + dice.whole(20, 70);
    const done = closed < period.days;
    stage.matter(
      {
        officer: officer.n,
        receivedOn: period.date(day),
        kind: dice.chance(0.8) ? 'complaint' : ('intelligence' satisfies Matter['kind']),
        allegation: words,
        category,
        source: dice.pick(['public', 'public', 'colleague', 'partner agency', 'anonymous']),
        outcome: done ? outcome : '',
        closedOn: done ? period.date(closed) : '',
        person,
      },
      plot,
    );
  };
  const words = dice.shuffled(plot.strength === 'strong' ? [...STRONG, ...MILD.slice(0, 1)] : MILD);
  const count = by(plot, 5, 4, 3);
  for (let i = 0; i < count; i++) {
    // Spread over the year, most inside the period if it is long enough.
    const day = Math.min(period.days - 3, period.days - 340 + Math.floor((i + dice.next()) * (335 / count)));
    const person = dice.chance(0.6)
      ? day > 0 && women.length > 0
        ? dice.pick(women).person.n
        : stranger()
      : -1;
    add(
      day,
      words[i % words.length] ?? '',
      plot.strength === 'strong' ? 'sexual conduct' : 'incivility',
      dice.pick(['not upheld', 'words of advice', 'withdrawn', 'service acceptable']),
      person,
    );
  }
  add(-dice.whole(1_900, 3_100), dice.pick(MILD), 'incivility', 'not upheld', -1);
}
