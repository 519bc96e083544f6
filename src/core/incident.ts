// An incident: signals that belong together, and their life.

import type { BlindSpot } from './blind-spot.js';
import type { ChainName } from './chain.js';
import type { CoinName } from './coin.js';
import type { Severity } from './severity.js';
import type { Signal } from './signal.js';

export type IncidentLife = 'open' | 'escalated' | 'easing' | 'closed' | 'retracted';

/** The first signal of an incident on one chain; the first of high impact where there was one. */
export interface Onset {
  readonly chain: ChainName;
  readonly blockTimeMs: number;
  readonly highImpact: boolean;
}

/** Signals that belong together. One incident is one conversation with each channel. */
export interface Incident {
  /** A hash of the signal that opened it. */
  readonly id: string;
  readonly life: IncidentLife;
  /** How bad it is now. */
  readonly severity: Severity;
  /** How bad it was when it opened. */
  readonly openedSeverity: Severity;
  /** The worst severity it ever had. */
  readonly worst: Severity;
  readonly coins: readonly CoinName[];
  readonly chains: readonly ChainName[];
  /** Where and when it began on each chain, by block time; kept when the signals themselves have moved on. */
  readonly onsets: readonly Onset[];
  /** Where it came from, by two of three witnesses (see `incidents/movement.ts`). */
  readonly leadChain: ChainName;
  /** The share of the witnesses that name the lead; 0 on one chain. */
  readonly leadConfidence: number;
  /** More than half of its pairs of chains moved together in the last hour. */
  readonly spreading: boolean;
  /** Three or more high-impact signals of distinct sources stood within the window, at some time. */
  readonly cascade: boolean;
  readonly openedAtMs: number;
  readonly updatedAtMs: number;
  /** Since when all of its signals have eased; null while one stands. */
  readonly easingSinceMs: number | null;
  readonly closedAtMs: number | null;
  /** The present signal of each subject, oldest first; eased ones stay with `severity: null`. */
  readonly signals: readonly Signal[];
  readonly title: string;
  /** What was not watched on its chains while it lasted; left out where all of it was. */
  readonly blindSpots?: readonly BlindSpot[];
}
