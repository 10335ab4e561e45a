/** Names that nobody bears: ordinary first names, surnames and places made of words for 'made up'. */
import type { Dice } from './random.ts';

const WOMEN =
  'Abena Agnes Aisha Alice Amara Anika Beatrix Bethan Carys Cerys Chidi Clara Dalia Daphne Edith Elif Elsie Esme ' +
  'Farah Fenella Gaia Gwen Halima Hattie Ines Iris Jamila Joan Kezia Lena Lottie Mabel Maeve Mina Nadia Nell Nia ' +
  'Odette Olive Parveen Petra Rhona Rosa Sabine Seren Shreya Tamsin Thea Una Vera Wanda Winifred Xanthe Yara Zadie';
const MEN =
  'Abdul Alban Alfie Angus Anton Arjun Barnaby Bilal Boris Callum Cedric Cian Dafydd Darius Dewi Edgar Emeka Ewan ' +
  'Farid Felix Fergus Gareth Gideon Hamza Harvey Hugo Idris Ivor Jasper Jonah Kamal Kenji Kofi Lachlan Leon Lorcan ' +
  'Magnus Milo Murdo Nikhil Noel Olu Oscar Piotr Quentin Rafe Rhys Rohan Rufus Silas Tariq Teddy Umar Victor Wilf Yusuf';
const FRONT =
  'Tester Mock Sample Sham Fable Figment Pseudo Faux Dummy Pretend Specimen Fictor Makeup Notreal Imagin Exampl ' +
  'Draft Stand Proxy Blank Decoy Placer Myth Quasi Feign Mimic Props Conject Fancy Hypo';
const BACK =
  'ley ford wick ton by worth ham stone well thorpe field combe shaw croft man smith sby den more hurst';
const TOWN_FRONT =
  'Faux Mock Sham Pretend Fable Sample Figment Counterfeit Nowhere Madeup Dummy Fictle Quasi Unreal Mimic Proxy ' +
  'Phantom Notional Example Seeming Storybook Pasteboard';
const TOWN_BACK = 'bury ford mouth wick dale stead haven minster pool bridge church cross';
const HOOD =
  'Sham Mock Test Blank Draft Cardboard Stage Puppet Paper Plaster Canvas Prompt Curtain Mask Tinsel';
const HOOD_BACK = ' Hill| Green| Park| Estate| Quay| Fields| End| Heath| Wharf| Grove';

const women = WOMEN.split(' ');
const men = MEN.split(' ');
const fronts = FRONT.split(' ');
const backs = BACK.split(' ');

export type Sex = 'f' | 'm' | 'x';

/** An invented surname, such as Samplewick. */
export function surname(dice: Dice): string {
  return dice.pick(fronts) + dice.pick(backs);
}

/** First name and invented surname. */
export function fullName(dice: Dice, sex: Sex, family?: string): string {
  const first = dice.pick(sex === 'f' || (sex === 'x' && dice.chance(0.5)) ? women : men);
  return `${first} ${family ?? surname(dice)}`;
}

/** `count` different town names; the first is always Fauxbury. */
export function townNames(dice: Dice, count: number): string[] {
  const all: string[] = [];
  for (const back of TOWN_BACK.split(' ')) for (const front of TOWN_FRONT.split(' ')) all.push(front + back);
  const rest = dice.shuffled(all.filter((name) => name !== 'Fauxbury'));
  return ['Fauxbury', ...rest].slice(0, count);
}

/** Names of a town's neighbourhoods. */
export function hoodNames(dice: Dice, count: number): string[] {
  const all: string[] = [];
  for (const front of HOOD.split(' ')) for (const back of HOOD_BACK.split('|')) all.push(front + back);
  return dice.sample(all, count);
}
