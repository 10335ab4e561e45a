/** The wording of messages on those force phones whose text is captured; ordinary unless a story says otherwise. */
import type { CallRow } from './calls.ts';
import type { Dice } from './random.ts';

export interface MessageRow {
  at: number;
  number: string;
  other: string;
  channel: string;
  direction: 'out' | 'in';
  text: string;
  plot: number;
}

const OUT = [
  'Hello, this is the officer dealing with your report. Please ring me when you can.',
  'Hi, your crime reference is on its way by post. Any problem, ring 101.',
  'I tried to ring you about your statement. When would suit you?',
  'We will be with you at about 3pm, sorry for the delay.',
  'Just to let you know he has been bailed with conditions not to contact you.',
  'The file has gone to the CPS. I will update you when I hear.',
  'Thanks for sending the CCTV, it has arrived safely.',
  'Can you confirm the date of birth of the other party please?',
  'I am on rest days until Tuesday. In an emergency dial 999.',
  'The support worker will be in touch tomorrow. Take care.',
  'Your case has been closed, a letter will explain why. You can ask for a review.',
  'Could you come to the station on Thursday at 10 to sign?',
];
const IN = [
  'ok thank you',
  'Thanks for letting me know',
  'what time are you coming',
  'he has texted me again what do i do',
  'Can you ring me after 4 please',
  'I sent the photos to the email address',
  'any news on my case?',
  'Who is this?',
  'Yes thats fine see you then',
  'Sorry missed your call was at work',
];

/** Overfamiliar wording, from careful to plain; invented. Index 0 is mildest. */
export const FAMILIAR: string[][] = [
  [
    'Hope you are ok today x',
    'Was nice chatting the other day :)',
    'You did really well yesterday, proud of you x',
    'Just checking in, no work reason x',
    'Hope you dont mind me texting, you seemed so down',
  ],
  [
    'You have lovely eyes, hope thats ok to say xx',
    'Are you on Snapchat? easier to talk there x',
    'Cant stop thinking about our talk xx',
    'Fancy a coffee when I finish? Nobody needs to know',
    'Whats your private number? This is my work one',
    'You deserve someone who looks after you xxx',
  ],
  [
    'Delete these after you read them xx',
    'Dont tell anyone I came round, I could get in trouble xx',
    'You looked gorgeous last night xxx 😘',
    'Send me a picture? just for me 😉 xx',
    'I can pop round on nights when hes away xxx',
  ],
];
const REPLIES = [
  'ok x',
  'thank you x',
  'why are you asking',
  'can we just keep it about the case please',
  'lol',
  'maybe',
  'ok',
  'x',
];

/** A line out of a story: `level` 0 to 2, from friendly to plain. */
export function familiar(dice: Dice, level: number): string {
  return dice.pick(FAMILIAR[Math.min(2, Math.max(0, level))] ?? OUT);
}

/** What somebody answers to an overfamiliar text. */
export function reply(dice: Dice): string {
  return dice.pick(REPLIES);
}

/** The captured row of a billed text. The gateway stamps it a few seconds apart from the bill. */
export function captured(dice: Dice, row: CallRow): MessageRow {
  const text = row.text || dice.pick(row.direction === 'out' ? OUT : IN);
  const channel = row.kind === 'mms' ? 'mms' : 'sms';
  return {
    at: row.at + dice.whole(-2, 4) * 1000,
    number: row.number,
    other: row.other,
    channel,
    direction: row.direction,
    text,
    plot: row.plot,
  };
}

/** Messages by other ways (e-mail, WhatsApp, Teams) on a captured phone, which no bill shows. */
export function otherWays(dice: Dice, number: string, other: string, at: number): MessageRow {
  const direction = dice.chance(0.6) ? 'out' : 'in';
  const channel = dice.weighted(['email', 'whatsapp', 'teams'], (c) => (c === 'whatsapp' ? 3 : 1));
  return {
    at,
    number,
    other: channel === 'whatsapp' ? other : '',
    channel,
    direction,
    text: dice.pick(direction === 'out' ? OUT : IN),
    plot: -1,
  };
}
