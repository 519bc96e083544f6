// One subject's verdicts over time, turned into signals. Worse is told at once; milder only after it has lasted for
// the rule's `holdMs`, so that a value at the threshold does not flap.

import { hashOf } from '../core/hash.js';
import { type Severity, severityRank, worse } from '../core/severity.js';
import type { Evidence, Quantities, Signal } from '../core/signal.js';

/** What stands for one subject; plain data, undone with its source. */
export interface Standing {
  readonly severity: Severity | null;
  readonly impact: number;
  /** Since when every verdict has been milder than `severity`; null while the last was not. */
  readonly milderSinceMs: number | null;
  /** The worst of those milder verdicts: what the signal eases to. */
  readonly milder: Severity | null;
  /** The signal that told it; null while nothing stands. */
  readonly signalId: string | null;
}

export const nothingStanding: Standing = {
  severity: null,
  impact: 0,
  milderSinceMs: null,
  milder: null,
  signalId: null,
};

export interface Verdict {
  readonly severity: Severity | null;
  readonly impact: number;
}

/** What follows from a new verdict: the standing afterwards, and whether it is a transition worth a signal. */
export function weigh(
  before: Standing,
  verdict: Verdict,
  nowMs: number,
  holdMs: number,
): { after: Standing; changed: boolean } {
  const difference = severityRank(verdict.severity) - severityRank(before.severity);
  if (difference >= 0) {
    const { severity, impact } = verdict;
    const quiet = before.milderSinceMs === null && difference === 0;
    // While nothing stands, its impact is of no interest: a calm market changes no standing.
    if (quiet && (severity === null || impact === before.impact)) return { after: before, changed: false };
    return {
      after: { ...before, severity, impact, milderSinceMs: null, milder: null },
      changed: difference > 0,
    };
  }
  const milder = before.milderSinceMs === null ? verdict.severity : worse(before.milder, verdict.severity);
  const waiting: Standing = { ...before, milderSinceMs: before.milderSinceMs ?? nowMs, milder };
  return mature(waiting, nowMs, holdMs) ?? { after: waiting, changed: false };
}

/** Eases a standing whose milder verdicts have lasted long enough; null where it is not time yet. */
export function mature(
  before: Standing,
  nowMs: number,
  holdMs: number,
): { after: Standing; changed: boolean } | null {
  if (before.milderSinceMs === null || nowMs - before.milderSinceMs < holdMs) return null;
  const impact = before.milder === null ? 0 : before.impact;
  return {
    after: { ...before, severity: before.milder, impact, milderSinceMs: null, milder: null },
    changed: true,
  };
}

/** What a signal is about. */
export interface Subject {
  readonly detector: string;
  readonly coin: string;
  readonly source: string;
}

export function subjectKey({ detector, source, coin }: Subject): string {
  return `${detector}|${source}|${coin}`;
}

/**
 * Words a transition as a signal. `cause` is chain data that no other transition of this subject to this severity has:
 * the block that was judged, or for what time alone brought about, the source's last block and the signal that stood.
 */
export function signalOf(
  subject: Subject,
  standing: Standing,
  cause: string,
  evidence: Evidence,
  atMs: number,
  sentence: string,
): Signal {
  const key = subjectKey(subject);
  return {
    id: `sig-${hashOf(`${key}|${standing.severity ?? 'eased'}|${cause}`)}`,
    subject: key,
    detector: subject.detector,
    coin: subject.coin,
    chain: evidence.chain,
    source: subject.source,
    severity: standing.severity,
    impact: standing.impact,
    atMs,
    evidence,
    sentence,
  };
}

export const noValues: Quantities = {};
