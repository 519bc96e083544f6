// How a replay came out otherwise than the live run, in lines for people: incidents first, then what was told, then the
// signals behind them; of each kind the first few.

import { counted } from '../core/counted.js';
import { printable } from '../core/printable.js';
import type { Course, IncidentChange } from './incident-changes.js';
import { changeWords, type JudgementChange, moment } from './judgement-changes.js';
import type { Told, ToldChange } from './told-changes.js';

export interface RunChanges {
  readonly incidents: readonly IncidentChange[];
  readonly told: readonly ToldChange[];
  readonly signals: readonly JudgementChange[];
}

/** Empty where both decided the same. `most`: of each kind, with how many more. */
export function replayWords({ incidents, told, signals }: RunChanges, most: number): readonly string[] {
  if (incidents.length + told.length + signals.length === 0) return [];
  const counts = [
    ...(incidents.length === 0 ? [] : [counted(incidents.length, 'incident')]),
    ...toldKinds.flatMap(({ kind, one }) => {
      const many = told.filter((each) => (each.live ?? each.replayed)?.kind === kind).length;
      return many === 0 ? [] : [counted(many, one)];
    }),
    ...(signals.length === 0 ? [] : [counted(signals.length, 'signal')]),
  ];
  const section = (title: string, all: readonly unknown[], lines: readonly string[]): string[] => {
    const more = all.length - most;
    if (all.length === 0) return [];
    const rest = more > 0 ? [`and ${more} more, all in --json`] : [];
    return [`${title}:`, ...[...lines, ...rest].map((line) => `  ${line}`)];
  };
  return [
    `Judged otherwise: ${counts.join(', ')}. Times are UTC.`,
    ...section('Incidents', incidents, incidents.slice(0, most).flatMap(incidentWords)),
    ...section('Told', told, told.slice(0, most).map(toldWords)),
    ...section('Signals', signals, changeWords(signals, most)),
  ].map(printable);
}

const toldKinds = [
  { kind: 'alert', one: 'alert' },
  { kind: 'kept back', one: 'suppression' },
  { kind: 'hook', one: 'hook change' },
  { kind: 'retraction', one: 'retraction' },
] as const;

function incidentWords({ live, replayed }: IncidentChange): readonly string[] {
  const some = replayed ?? live;
  if (some === null) return [];
  const only = live === null ? ', only in the replay' : replayed === null ? ', only live' : '';
  return [
    `${some.coins.join(', ')} on ${some.chains.join(', ')}${only}`,
    ...(live === null ? [] : [`  live      ${courseWords(live, replayed)}`]),
    ...(replayed === null ? [] : [`  replayed  ${courseWords(replayed, live)}`]),
  ];
}

/** `inc-1f0c: 2024-01-01 00:41:00 medium, 00:45:00 critical, 01:10:00 closed; lead ethereum`. */
function courseWords(course: Course, other: Course | null): string {
  const turns = standings(course);
  const said = shortened(turns, other === null ? turns.length : sameBefore(turns, standings(other)));
  const days = new Set<string>();
  const words = said.map((turn) => {
    if (typeof turn === 'string') return turn;
    const [day = '', time = ''] = moment(turn.atMs).split(' ');
    const when = days.has(day) ? time : `${day} ${time}`;
    days.add(day);
    return `${when} ${turn.now}`;
  });
  const beside = other === null ? [] : traits.filter((trait) => trait(course) !== trait(other));
  return [`${course.id}: ${words.join(', ')}`, ...beside.map((trait) => trait(course))].join('; ');
}

interface Standing {
  readonly atMs: number;
  /** `high`, `easing`, `closed`. */
  readonly now: string;
}

/** It may become a cascade without becoming worse: that is no turn of its own here. */
function standings({ turns }: Course): readonly Standing[] {
  const all = turns.map(({ atMs, life, severity }) => {
    return { atMs, now: life === 'open' || life === 'escalated' ? severity : life };
  });
  return all.filter(({ now }, i) => now !== all[i - 1]?.now);
}

/** How many turns two courses have in common before they part. */
function sameBefore(one: readonly Standing[], other: readonly Standing[]): number {
  const parts = one.findIndex(({ atMs, now }, i) => other[i]?.atMs !== atMs || other[i]?.now !== now);
  return parts === -1 ? one.length : parts;
}

/** Of a long course its beginning, a few turns from where it parts from the other one, and its end. */
function shortened(turns: readonly Standing[], same: number): readonly (Standing | string)[] {
  if (turns.length <= 8) return turns;
  const from = same >= turns.length ? 1 : Math.max(1, same - 1);
  const to = Math.max(from, Math.min(from + 5, turns.length - 1));
  const gap = (count: number): readonly string[] => (count > 0 ? [`… ${count} more …`] : []);
  return [
    ...turns.slice(0, 1),
    ...gap(from - 1),
    ...turns.slice(from, to),
    ...gap(turns.length - 1 - to),
    ...turns.slice(-1),
  ];
}

const traits: readonly ((course: Course) => string)[] = [
  ({ worst }) => `${worst} at worst`,
  ({ coins }) => `about ${coins.join(', ')}`,
  ({ chains }) => `on ${chains.join(', ')}`,
  ({ leadChain }) => `lead ${leadChain}`,
  ({ cascade }) => (cascade ? 'a cascade' : 'no cascade'),
  ({ spreading }) => (spreading ? 'spreading' : 'not spreading'),
];

function toldWords({ live, replayed }: ToldChange): string {
  const some = replayed ?? live;
  if (some === null) return '';
  if (live === null || replayed === null) {
    const facts = Object.values(some.facts).join(', ');
    return `${moment(some.atMs)} ${some.kind} ${some.id}, only ${live === null ? 'in the replay' : 'live'}: ${facts}`;
  }
  const others = Object.keys(replayed.facts).filter((name) => replayed.facts[name] !== live.facts[name]);
  // Another reason or severity makes another text: that one is worth its length only where it alone differs.
  const names = others.length > 1 ? others.filter((name) => name !== 'text') : others;
  const parts = [
    ...(live.atMs === replayed.atMs ? [] : [`at ${moment(replayed.atMs)} instead of ${moment(live.atMs)}`]),
    ...names.map((name) => `${name} "${replayed.facts[name]}" instead of "${factOf(live, name)}"`),
  ];
  return `${moment(replayed.atMs)} ${replayed.kind} ${replayed.id}: ${parts.join(', ')}`;
}

function factOf({ facts }: Told, name: string): string {
  return facts[name] ?? 'nothing';
}
