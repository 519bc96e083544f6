// What two runs over one journal judged otherwise: which signals were raised in one of them only, or at another moment.
// A number that a signal repeats from the thresholds is no judgement: two signals are the same when they are about the
// same, as severe, and raised at the same moment.

import type { Effect } from '../core/io.js';
import type { Signal } from '../core/signal.js';

export type Raised = Pick<Signal, 'subject' | 'severity' | 'atMs' | 'sentence'>;

/** `live` null: raised by the replay only; `replayed` null: raised live only. */
export interface JudgementChange {
  readonly live: Raised | null;
  readonly replayed: Raised | null;
}

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
    changes: () => paired(lost, gained),
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
  const same = (one: Raised, other: Raised): boolean => isAlike(one, other) && one.atMs === other.atMs;
  return all.filter((one) => !others.some((other) => same(one, other)));
}

/** The nth of a kind that only one run has goes with the nth that only the other has: the same, at another moment. */
function paired(lost: readonly Raised[], gained: readonly Raised[]): readonly JudgementChange[] {
  const waiting = new Map<string, Raised[]>();
  for (const one of gained) {
    const queue = waiting.get(keyOf(one));
    if (queue === undefined) waiting.set(keyOf(one), [one]);
    else queue.push(one);
  }
  const changes: JudgementChange[] = lost.map((live) => {
    return { live, replayed: waiting.get(keyOf(live))?.shift() ?? null };
  });
  for (const replayed of [...waiting.values()].flat()) changes.push({ live: null, replayed });
  return changes.sort((a, b) => earliest(a) - earliest(b));
}

function isAlike(one: Raised, other: Raised): boolean {
  return one.subject === other.subject && one.severity === other.severity;
}

function keyOf({ subject, severity }: Raised): string {
  return `${severity} ${subject}`;
}

function earliest({ live, replayed }: JudgementChange): number {
  return Math.min(live?.atMs ?? Number.POSITIVE_INFINITY, replayed?.atMs ?? Number.POSITIVE_INFINITY);
}

/** `2024-01-01 00:41 critical instead of 00:45: USDC trades 3 % below its peg`. At most `most` lines, and how many more. */
export function changeWords(changes: readonly JudgementChange[], most: number): readonly string[] {
  const lines = changes.slice(0, most).map(({ live, replayed }) => {
    const level = live?.severity ?? replayed?.severity ?? 'over';
    if (live === null) return `${moment(replayed?.atMs)} ${level}, only in the replay: ${replayed?.sentence}`;
    if (replayed === null) return `${moment(live.atMs)} ${level}, only live: ${live.sentence}`;
    return `${level} at ${moment(replayed.atMs)} instead of ${moment(live.atMs)}: ${replayed.sentence}`;
  });
  const rest = changes.length - lines.length;
  return rest === 0 ? lines : [...lines, `and ${rest} more, all in --json`];
}

/** To the second, UTC. */
function moment(ms: number | undefined): string {
  return ms === undefined ? '' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
