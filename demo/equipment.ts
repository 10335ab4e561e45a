/** Force phones, radios and vehicles. */
import type { Period } from './clock.ts';
import { DAY } from './clock.ts';
import type { ForcePhone, Officer } from './force.ts';
import { forceNumber } from './phones.ts';
import { Dice } from './random.ts';

const STREET = ['response', 'neighbourhood', 'roads'];

/** Share with a force phone by role. */
function hasPhone(officer: Officer, dice: Dice): boolean {
  if (officer.kind === 'volunteer') return dice.chance(0.1);
  if (officer.kind === 'special') return dice.chance(0.3);
  if (['contact_centre', 'dispatch', 'records'].includes(officer.role)) return dice.chance(0.3);
  return dice.chance(officer.kind === 'officer' || officer.kind === 'pcso' ? 0.96 : 0.6);
}

/** Issues phones and radios; writes `phone` and `radio` of each officer. Some phones change hands. */
export function issueEquipment(seed: number, officers: Officer[], period: Period): ForcePhone[] {
  const phones: ForcePhone[] = [];
  for (const officer of officers) {
    const dice = new Dice(seed, `equipment ${officer.n}`);
    if (STREET.includes(officer.role) && officer.kind !== 'volunteer') {
      officer.radio = `R${500_000 + ((officer.n * 3_571) % 400_000)}`;
    }
    if (!hasPhone(officer, dice)) continue;
    const joined = Date.parse(officer.joinedOn);
    const issued = Math.max(joined + DAY, period.from - dice.between(30, 1_500) * DAY);
    const from = period.midnight(Math.min(period.days - 1, period.dayOf(issued))) + 32_400_000;
    const desk = officer.kind === 'staff' && dice.chance(0.3);
    officer.phone = phones.length;
    phones.push({
      number: forceNumber(phones.length),
      kind: desk ? 'desk' : 'phone',
      holders: [{ officer: officer.n, from, to: officer.leftOn ? period.midnight(officer.servesTo) : 0 }],
      captured: dice.chance(0.25),
    });
    if (dice.chance(0.04)) {
      phones.push({
        number: forceNumber(phones.length),
        kind: 'tablet',
        holders: [{ officer: officer.n, from, to: 0 }],
        captured: false,
      });
    }
  }
  reissue(seed, officers, phones);
  return phones;
}

/** Phones that belonged to one officer, lay in a drawer, and went to another; all register dates are right. */
function reissue(seed: number, officers: Officer[], phones: ForcePhone[]): void {
  const dice = new Dice(seed, 'reissue');
  const withPhone = officers.filter((o) => o.phone >= 0);
  for (const officer of withPhone) {
    const phone = phones[officer.phone];
    const holder = phone?.holders[0];
    if (!phone || !holder || !dice.chance(0.05)) continue;
    const earlier = dice.pick(withPhone);
    if (earlier === officer) continue;
    const ended = holder.from - dice.between(2, 40) * DAY;
    phone.holders.unshift({ officer: earlier.n, from: ended - dice.between(60, 700) * DAY, to: ended });
  }
}

/** The phone an officer holds at an instant (null: none, or not yet issued). */
export function phoneHeld(phones: ForcePhone[], officer: Officer, at: number): ForcePhone | null {
  const phone = phones[officer.phone];
  if (!phone) return null;
  for (const h of phone.holders) {
    if (h.officer === officer.n && at >= h.from && (h.to === 0 || at < h.to)) return phone;
  }
  return null;
}

/** The k-th vehicle of a base's pool. Nights run into the next day, so odd and even days draw from apart. */
export function vehicleId(base: number, k: number, day: number): string {
  const n = base * 400 + (k % 200) * 2 + (((day % 2) + 2) % 2);
  return `V${1_000 + ((n * 7_919) % 9_000)}`;
}
