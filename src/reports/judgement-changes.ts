// What two runs over one journal judged otherwise: which signals were raised in one of them only, or at another moment.
// A number that a signal repeats from the thresholds is no judgement: two signals are the same when they are about the
// same, as severe, raised at the same moment, and say the same of what was measured.

import type { Effect } from '../core/io.js';
import type { Signal } from '../core/signal.js';
import { type Pair, pairUp } from './pair-up.js';

export type Raised = Pick<Signal, 'subject' | 'severity' | 'atMs' | 'sentence'>;

export type JudgementChange = Pair<Raised>;

export interface JudgementLog {
  add(live: readonly Effect[], replayed: readonly Effect[]): void;
  changes(): readonly JudgementChange[];
}

/** Holds no more than what differs: what both said in one step is dropped at once. */
export function createJudgementLog(): JudgementLog {
  const lost: Raised[] = [];
  const gained: Raised[] = [];
  return {
    add(live, replayed) {
      const [ours, theirs] = [raisedIn(live), raisedIn(replayed)];
      lost.push(...without(ours, theirs));
      gained.push(...without(theirs, ours));
    },
    changes: () => pairUp(lost, gained, keyOf),
  };
}

function raisedIn(effects: readonly Effect[]): readonly Raised[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'signal') return [];
    const { subject, severity, atMs, sentence } = effect.signal;
    return [{ subject, severity, atMs, sentence }];
  });
}

function without(all: readonly Raised[], others: readonly Raised[]): readonly Raised[] {
  const same = (one: Raised, other: Raised): boolean =>
    isAlike(one, other) && one.atMs === other.atMs && one.sentence === other.sentence;
  return all.filter((one) => !others.some((other) => same(one, other)));
}

function isAlike(one: Raised, other: Raised): boolean {
  return one.subject === other.subject && one.severity === other.severity;
}

function keyOf({ subject, severity }: Raised): string {
  return `${severity} ${subject}`;
}

/** `2024-01-01 00:41:00 critical instead of at 2024-01-01 00:45:00: USDC trades 3 % below its peg`. At most `most` lines. */
export function changeWords(changes: readonly JudgementChange[], most: number): readonly string[] {
  const lines = changes.slice(0, most).map(({ live, replayed }) => {
    const level = levelOf(replayed ?? live);
    if (live === null) return `${moment(replayed?.atMs)} ${level}, only in the replay: ${replayed?.sentence}`;
    if (replayed === null) return `${moment(live.atMs)} ${level}, only live: ${live.sentence}`;
    if (live.atMs === replayed.atMs)
      return `${moment(live.atMs)} ${level}: "${replayed.sentence}" instead of "${live.sentence}"`;
    return `${moment(replayed.atMs)} ${level} instead of at ${moment(live.atMs)}: ${replayed.sentence}`;
  });
  return lines;
}

/** A milder verdict than before is an easing: its sentence says so, its severity alone does not. */
function levelOf(raised: Raised | null): string {
  if (raised === null || raised.severity === null) return 'over';
  return raised.sentence.endsWith('has eased') ? `eased to ${raised.severity}` : raised.severity;
}

/** To the second, UTC. */
export function moment(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
