import { momentInWords } from '../../kernel/local-time.ts';
import { several, words } from '../words.ts';
import { el, escaped, type Svg, text, widthOf } from './svg.ts';
import { shortDay, type TimeAxis, ticks, timeAxis } from './time-axis.ts';
import {
  AWAY,
  callouts,
  purposeEnded,
  purposeSentence,
  type TimelineFacts,
  titleSentence,
} from './timeline.facts.ts';
import { CELL, contact, looks, presence, type TimelineLinks } from './timeline-lanes.ts';

const WIDTH = 1180;
/** Characters of a title that fit into the width in the size of titles. */
const LONG_TITLE = 80;
const LEFT = 168;
const RIGHT = WIDTH - 24;
const SHOWN_INCIDENTS = 5;

/**
 * The encounter timeline of an officer and a person: lanes for duty, incidents, looks, contact and presence. Explained
 * encounters are grey outlines, unexplained ones solid red. Complete without scripts; everything in it is escaped.
 */
export function timeline(facts: TimelineFacts, links: TimelineLinks): Svg {
  const axis = timeAxis(facts.from, facts.to, LEFT, RIGHT);
  const incidentRows = Math.min(SHOWN_INCIDENTS, Math.max(1, facts.incidents.length));
  const lanes = { duty: 92, incidents: 140, looks: 0, contact: 0, presence: 0, foot: 0 };
  lanes.looks =
    lanes.incidents + incidentRows * 36 + (facts.incidents.length > SHOWN_INCIDENTS ? 20 : 0) + 14;
  lanes.contact = lanes.looks + 58;
  lanes.presence = lanes.contact + 150;
  lanes.foot = lanes.presence + 74;
  const height = lanes.foot + 62;
  const ended = purposeEnded(facts);
  const title = titleSentence(facts);
  const parts = [
    el('title', { id: 'timeline-title' }, escaped(title)),
    el(
      'desc',
      { id: 'timeline-text' },
      escaped(`${purposeSentence(facts)} The table after the picture holds the same facts.`),
    ),
    // Long names make a long sentence, which stands smaller, so that it ends within the picture.
    text(16, 34, title, title.length > LONG_TITLE ? 't-title t-title--long' : 't-title'),
    text(16, 58, purposeSentence(facts), 't-sub'),
    ...grid(axis, 78, lanes.foot),
    ...laneName('Duty', lanes.duty + 22, lanes.incidents - 8),
    ...laneName('Incidents', lanes.incidents + 24, lanes.looks - 8),
    ...laneName('Looks at records', lanes.looks + 32, lanes.contact - 8),
    ...laneName('Contact', lanes.contact + 82, lanes.presence - 4),
    ...laneName('Presence near home', lanes.presence + 40, lanes.foot),
    text(LEFT - 10, lanes.contact + 74, 'texts', 't-soft', 'end'),
    text(LEFT - 10, lanes.contact + 98, 'calls', 't-soft', 'end'),
    ...duty(facts, axis, lanes.duty),
    ...incidents(facts, axis, lanes.incidents, links),
    ...(ended
      ? [el('line', { x1: axis.x(ended), x2: axis.x(ended), y1: 78, y2: lanes.foot, class: 'ends' })]
      : []),
    ...looks(facts, axis, lanes.looks, links),
    ...contact(facts, axis, lanes.contact, links),
    ...presence(facts, axis, lanes.presence, links),
    ...notes(facts, axis, {
      contact: lanes.contact + 10,
      presence: lanes.presence + 12,
      looks: lanes.looks + 8,
    }),
    ...key(lanes.foot + 44, ended !== undefined),
  ];
  return el(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'group',
      'aria-labelledby': 'timeline-title timeline-text',
      class: 'timeline',
      'data-left': LEFT,
      'data-right': RIGHT,
    },
    ...parts,
  );
}

function grid(axis: TimeAxis, top: number, bottom: number): Svg[] {
  return ticks(axis).flatMap(({ at, label }) => [
    el('line', { x1: axis.x(at), x2: axis.x(at), y1: top, y2: bottom, class: 'grid' }),
    axis.x(at) < RIGHT - 30 ? text(axis.x(at) + 4, bottom + 16, label, 't-soft') : escaped(''),
  ]);
}

function laneName(name: string, y: number, rule: number): Svg[] {
  return [text(16, y, name, 't-lane'), el('line', { x1: 16, x2: RIGHT, y1: rule, y2: rule, class: 'rule' })];
}

function duty(facts: TimelineFacts, axis: TimeAxis, y: number): Svg[] {
  const inside = facts.duties.filter((part) => part.to > facts.from && part.from < facts.to);
  const bars = inside.map((part) => {
    const x = axis.x(part.from);
    const width = Math.max(1, axis.x(part.to) - x);
    const away = AWAY.has(part.kind);
    const rect = { x, width, y: away ? y + 1 : y + 6, height: away ? 32 : 22, class: away ? 'away' : 'duty' };
    const said = `${words(part.kind)}, ${momentInWords(part.from)} to ${momentInWords(part.to)}`;
    return el('rect', rect, el('title', {}, escaped(said)));
  });
  return [...bars, ...absences(inside, axis, y)];
}

/** Words over a long absence, where they fit: days of one kind that follow each other within two days. */
function absences(duties: TimelineFacts['duties'], axis: TimeAxis, y: number): Svg[] {
  const names: Record<string, string> = { sick: 'off sick', annual_leave: 'leave', suspended: 'suspended' };
  const runs: { kind: string; from: Date; to: Date }[] = [];
  for (const part of duties.toSorted((a, b) => a.from.getTime() - b.from.getTime())) {
    if (!(part.kind in names)) continue;
    const last = runs.findLast((run) => run.kind === part.kind);
    if (last && part.from.getTime() - last.to.getTime() < 2 * 86_400_000) last.to = part.to;
    else runs.push({ ...part });
  }
  return runs.flatMap((run) => {
    const days = Math.max(1, Math.round((run.to.getTime() - run.from.getTime()) / 86_400_000));
    const room = axis.x(run.to) - axis.x(run.from);
    const said = [`${names[run.kind]} ${several(days, 'day')}`, names[run.kind] ?? ''].find(
      (w) => widthOf(w) < room - 4,
    );
    return said ? [text(axis.x(run.from) + 4, y + 21, said)] : [];
  });
}

function incidents(facts: TimelineFacts, axis: TimeAxis, y: number, links: TimelineLinks): Svg[] {
  if (facts.incidents.length === 0) return [text(LEFT, y + 24, 'none that involves this person', 't-soft')];
  // Those in which the officer has a part are the ones that matter here.
  const order = facts.incidents.toSorted(
    (a, b) => b.own.length - a.own.length || a.from.getTime() - b.from.getTime(),
  );
  const rows = order.slice(0, SHOWN_INCIDENTS).flatMap((incident, row) => {
    const top = y + row * 36;
    const x = axis.x(incident.from);
    const end = axis.x(incident.to ?? facts.to);
    const label = `${incident.label}${incident.to === null ? ' (open)' : ''}`;
    const at = Math.max(LEFT, Math.min(x, RIGHT - widthOf(label) - 4));
    const own = incident.own.map((part) => {
      const from = axis.x(part.from);
      return el('rect', {
        x: from,
        y: top + 21,
        width: Math.max(3, axis.x(part.to ?? facts.to) - from),
        height: 7,
        class: 'own',
      });
    });
    const part = incident.own.at(-1);
    const ended = part?.to && part.to < facts.to ? `own part ended ${shortDay(part.to)}` : '';
    const place = part?.to ? axis.x(part.to) + 6 : 0;
    const fits = place + widthOf(ended, 12) < RIGHT;
    return [
      el(
        'a',
        { href: links.incident(incident.id), 'aria-label': `Incident ${label}` },
        el('rect', {
          x: Math.min(at, x),
          y: top - 4,
          width: Math.max(CELL, widthOf(label), end - x),
          height: 25,
          class: 'hit',
        }),
        el('rect', { x, y: top + 13, width: Math.max(3, end - x), height: 7, class: 'open' }),
        text(at, top + 9, label, 't-soft'),
      ),
      ...own,
      ...(ended
        ? [
            text(
              fits ? place : axis.x(part?.to ?? facts.to) - 6,
              top + 31,
              ended,
              't-own t-small',
              fits ? undefined : 'end',
            ),
          ]
        : []),
    ];
  });
  const more = facts.incidents.length - SHOWN_INCIDENTS;
  return more > 0
    ? [
        ...rows,
        text(
          LEFT,
          y + SHOWN_INCIDENTS * 36 + 10,
          `and ${several(more, 'incident')} more, in the table`,
          't-soft',
        ),
      ]
    : rows;
}

function notes(
  facts: TimelineFacts,
  axis: TimeAxis,
  heights: Record<'contact' | 'presence' | 'looks', number>,
): Svg[] {
  const ends: Record<string, number> = {};
  return callouts(facts)
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .map((note) => {
      const half = widthOf(note.words) / 2;
      const wanted = Math.min(RIGHT - half, Math.max(LEFT + half, axis.x(note.at)));
      const x = Math.min(RIGHT - half, Math.max(wanted, (ends[note.lane] ?? 0) + half + 8));
      const taken = x - half < (ends[note.lane] ?? 0);
      ends[note.lane] = x + half;
      return text(x, heights[note.lane] + (taken ? 14 : 0), note.words, 't-note', 'middle');
    });
}

function key(y: number, ended: boolean): Svg[] {
  const entries: [Svg, string][] = [
    [el('circle', { cx: 8, cy: -5, r: 6, class: 'loud' }), 'no policing purpose found'],
    [el('circle', { cx: 8, cy: -5, r: 5, class: 'quiet' }), 'explained by a record'],
    [el('rect', { x: 2, y: -14, width: 12, height: 16, class: 'loud-pale' }), 'call not answered'],
    ...(ended
      ? [[el('line', { x1: 0, x2: 22, y1: -5, y2: -5, class: 'ends' }), 'own purpose ends'] as [Svg, string]]
      : []),
    [el('rect', { x: 0, y: -13, width: 20, height: 16, class: 'duty' }), 'on duty'],
    [el('rect', { x: 0, y: -13, width: 20, height: 16, class: 'away' }), 'sick, leave, rest day'],
    [text(4, 0, '1', 't-small'), 'alone in the vehicle'],
  ];
  let x = 16;
  return entries.map(([mark, words]) => {
    const entry = el('g', { transform: `translate(${x} ${y})` }, mark, text(28, 0, words));
    x += 28 + widthOf(words, 13) + 12;
    return entry;
  });
}
