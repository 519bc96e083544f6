// What an incident's signals said over the last hour: how much impact stood where and when, by block time. Signals are
// transitions, so a step stands until the next one of its subject.

import type { ChainName } from '../core/chain.js';
import type { Signal } from '../core/signal.js';

export interface ImpactStep {
  readonly chain: ChainName;
  readonly subject: string;
  readonly blockTimeMs: number;
  /** 0: it eased. */
  readonly impact: number;
}

/** In order of block time; of one moment, in order of arrival. */
export type ImpactTrail = readonly ImpactStep[];

/** A coin has some tens of subjects, each with a handful of transitions an hour; a flapping market must not fill the memory. */
const maxSteps = 600;

export function stepOf({ chain, subject, severity, impact, evidence }: Signal): ImpactStep {
  return { chain, subject, blockTimeMs: evidence.blockTimeMs, impact: severity === null ? 0 : impact };
}

/** The trail with one more signal; of what lies before `fromMs` only the last step of each subject is kept. */
export function withStep(trail: ImpactTrail, signal: Signal, fromMs: number): ImpactTrail {
  const step = stepOf(signal);
  const at = trail.findLastIndex(({ blockTimeMs }) => blockTimeMs <= step.blockTimeMs);
  const whole = [...trail.slice(0, at + 1), step, ...trail.slice(at + 1)];
  const stood = new Map<string, ImpactStep>();
  for (const one of whole) if (one.blockTimeMs < fromMs) stood.set(one.subject, one);
  const kept = whole.filter((one) => one.blockTimeMs >= fromMs || stood.get(one.subject) === one);
  return kept.slice(-maxSteps);
}
