/** What of the source can be read in a sanitised text: the words, and why they were found. */
export interface Trace {
  words: string;
  why: string;
}

const COMMON = new Set(
  `about after again also and any are because been before but came can could did does from gave had has have her here him his how into just know known later
   like made many more most much near not now off officer old one only other our out over people person police said same saw she some such take than that the
   their them then there they this those through time told too two until very was well went were what when where which while who will with would you
   monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december`.split(
    /\s+/,
  ),
);

/**
 * Where a sanitised text gives its source away: names, numbers and rare words that stand in what is held about the source too, the voice
 * of a witness, ties by which a source can be found, and times so exact that few could know them. Each is shown to the writer, who takes it
 * out or says why it may stand. It finds what is written, not what a reader who knows the people can conclude.
 */
export function sourceTraces(sanitised: string, source: { detail: string; author: string }): Trace[] {
  const traces = new Map<string, string>();
  const add = (words: string, why: string) => {
    if (!traces.has(words)) traces.set(words, why);
  };
  const held = new Set(wordsOf(source.detail));
  const author = new Set(wordsOf(source.author));
  for (const word of wordsOf(sanitised)) {
    if (author.has(word)) add(word, 'It is a part of the author’s name');
    else if (held.has(word)) add(word, 'It stands in what is held about the source');
  }
  for (const [pattern, why] of PATTERNS) {
    for (const [words] of sanitised.matchAll(pattern)) add(words.trim(), why);
  }
  return [...traces].map(([words, why]) => ({ words, why }));
}

const PATTERNS: [RegExp, string][] = [
  [
    /\b(?:I|we|my|our)\b(?=\s)/g,
    'It speaks with the voice of somebody who was there: say it as a report does',
  ],
  [
    /\b(?:his|her|their|the (?:officer|subject|man|woman)['’]s) (?:ex-)?(?:wife|husband|partner|girlfriend|boyfriend|mother|father|sister|brother|daughter|son|neighbour|colleague|crewmate|supervisor|sergeant|flatmate|friend)\b(?=[^.]{0,40}\b(?:said|says|told|reported|saw|heard|called|rang|stated|disclosed)\b)/gi,
    'It says who told it by their tie to somebody',
  ],
  [
    /\b(?:source|informant|caller|complainant|whistle-?blower|reporting (?:person|officer))\b/gi,
    'It speaks of the source',
  ],
  [
    /\bat \d{1,2}[:.]\d{2}\b(?: ?hours| ?hrs| ?[ap]m)?/gi,
    'The minute may be known to few: is the day, or the part of the day, enough?',
  ],
  [
    /\b(?:only|nobody but|no one but|just) (?:he|she|they|the two|two|three|both)\b/gi,
    'It says that few know it',
  ],
];

/** Words long or particular enough to give something away, in small letters, once each. */
function wordsOf(text: string): string[] {
  const found = text.match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? [];
  const own = found.map((word) => word.replace(/['’]s$/, '').toLowerCase());
  return [...new Set(own.filter((word) => (word.length > 2 || /\d\d/.test(word)) && !COMMON.has(word)))];
}
