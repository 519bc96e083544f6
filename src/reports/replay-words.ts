// How a replay came out otherwise than the live run, in lines for people: incidents first, then what was told, then the
// signals behind them; of each kind the first few.

import { counted } from '../core/counted.js';
import { printable } from '../core/printable.js';
import type { Course, IncidentChange, Turn } from './incident-changes.js';
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
  const days = new Set<string>();
  const told = course.turns.map((turn) => ({ atMs: turn.atMs, now: standing(turn) }));
  // It may become a cascade without becoming worse.
  const turns = told
    .filter(({ now }, i) => now !== told[i - 1]?.now)
    .map(({ atMs, now }) => {
      const [day = '', time = ''] = moment(atMs).split(' ');
      const when = days.has(day) ? time : `${day} ${time}`;
      days.add(day);
      return `${when} ${now}`;
    });
  const said = [...shortened(turns)].join(', ');
  const beside = other === null ? [] : traits.filter((trait) => trait(course) !== trait(other));
  return [`${course.id}: ${said}`, ...beside.map((trait) => trait(course))].join('; ');
}

function standing({ life, severity }: Turn): string {
  return life === 'open' || life === 'escalated' ? severity : life;
}

/** Long courses keep their beginning and their end. */
function shortened(turns: readonly string[]): readonly string[] {
  return turns.length <= 8
    ? turns
    : [...turns.slice(0, 4), `… ${turns.length - 7} more …`, ...turns.slice(-3)];
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
