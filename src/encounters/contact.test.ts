import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertRows, type Row } from '../../tests/support/force.ts';
import { openTestStores, type TestStores } from '../../tests/support/stores.ts';
import { type Encounter, encountersIn } from '../../tests/support/world.ts';

const DESK = '+447700900001';
const SHARED = '+447700900002';
const HERS = '+447700900101';
const FAMILY = '+447700900102';
const REISSUED = '+447700900103';

const call = (time: string, more: Row = {}): Row => ({
  at: `2026-03-${time}Z`,
  number: DESK,
  other_number: HERS,
  direction: 'out',
  kind: 'voice',
  duration_s: 60,
  ...more,
});
const text = (time: string, more: Row = {}): Row =>
  call(time, { kind: 'sms', duration_s: null, direction: 'in', ...more });
const message = (time: string, more: Row = {}): Row => ({
  at: `2026-03-${time}Z`,
  number: DESK,
  other_number: HERS,
  direction: 'in',
  channel: 'sms',
  text: 'ok',
  ...more,
});

describe('calls and messages', () => {
  let stores: TestStores;
  let all: Encounter[];
  const on = (day: string) => all.filter((encounter) => encounter.at.startsWith(`2026-03-${day}`));

  beforeAll(async () => {
    stores = await openTestStores();
    const { events } = stores;
    const from = '2026-01-01T00:00:00Z';
    await insertRows(events, 'devices', [
      { number: DESK, officer_id: 'First', from, to: '2026-03-10T00:00:00Z' },
      { number: DESK, officer_id: 'Second', from: '2026-03-10T00:00:00Z' },
      { number: SHARED, officer_id: 'Early', from },
      { number: SHARED, officer_id: 'Late', from },
    ]);
    await insertRows(events, 'person_phones', [
      { person_id: 'Her', number: HERS },
      { person_id: 'Mother', number: FAMILY },
      { person_id: 'Son', number: FAMILY },
      { person_id: 'Old', number: REISSUED, to: '2026-03-05T00:00:00Z' },
      { person_id: 'New', number: REISSUED, from: '2026-03-05T00:00:00Z' },
      { person_id: 'Anybody', number: 'withheld' },
    ]);
    await insertRows(events, 'calls', [
      // A long call: the gap counts from its end; then just too late.
      call('01T10:00:00', { duration_s: 1800 }),
      call('01T10:59:59', { duration_s: 0 }),
      text('01T11:10:00'),
      call('01T11:12:00', { duration_s: 4 }),
      call('01T11:42:04', { duration_s: null }),
      call('02T10:00:00', { other_number: FAMILY }),
      call('03T10:00:00', { other_number: REISSUED }),
      call('05T00:00:00', { other_number: REISSUED }),
      call('06T10:00:00', { number: SHARED }),
      call('07T10:00:00', { other_number: 'withheld' }),
      call('07T11:00:00', { other_number: DESK }),
      call('07T12:00:00', { other_number: '+447700900999' }),
      text('08T10:00:00'),
      call('12T10:00:00'),
    ]);
    await insertRows(events, 'messages', [
      message('08T10:00:07'),
      message('08T10:05:00', { direction: 'out' }),
      message('08T10:10:00', { channel: 'whatsapp' }),
      message('08T10:11:00', { channel: 'email', other_number: 'her@example.invalid' }),
    ]);
    all = await encountersIn(events);
  });
  afterAll(() => stores.close());

  it('fold while under 30 minutes pass between the end of one and the start of the next', () => {
    expect(on('01')).toMatchObject([
      {
        officer_id: 'First',
        person_id: 'Her',
        at: '2026-03-01 10:00:00.000',
        ends_at: '2026-03-01 11:12:04.000',
        count: 4,
        calls: 3,
        texts: 1,
        outgoing: 3,
        incoming: 1,
        unanswered: 1,
        short_calls: 2,
        talk_s: 1804,
        number_shared_by: 1,
        device_shared_by: 1,
      },
      // The length of a call is not always known: not known is not unanswered.
      { at: '2026-03-01 11:42:04.000', count: 1, unanswered: 0, short_calls: 0, talk_s: 0 },
    ]);
  });

  it('give everybody who shares a number the contact, and say so', () => {
    expect(on('02').map((e) => [e.person_id, e.number_shared_by])).toEqual([
      ['Mother', 2],
      ['Son', 2],
    ]);
    expect(on('02')[0]?.text).toContain('on a number that 2 people share');
  });

  it('follow the dates of a reissued number', () => {
    expect(on('03').map((e) => e.person_id)).toEqual(['Old']);
    expect(on('05').map((e) => e.person_id)).toEqual(['New']);
  });

  it('follow the dates of a reissued device, and give everybody who shares one the contact', () => {
    expect(on('12').map((e) => e.officer_id)).toEqual(['Second']);
    expect(on('06').map((e) => [e.officer_id, e.device_shared_by])).toEqual([
      ['Early', 2],
      ['Late', 2],
    ]);
    expect(on('06')[0]?.text).toContain('from a device that 2 officers share');
  });

  it('are nobody’s when the number is withheld, unknown, or a force device', () => {
    expect(on('07')).toEqual([]);
  });

  it('count a text that was billed and captured once', () => {
    expect(on('08')).toMatchObject([{ texts: 3, count: 3, outgoing: 1, incoming: 2 }]);
  });
});
