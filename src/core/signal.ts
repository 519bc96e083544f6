// A signal: a detector's judgement, with what it was made of.

import type { ChainName } from './chain.js';
import type { CoinName } from './coin.js';
import type { Hex } from './hex.js';
import type { Severity } from './severity.js';

/** The values a judgement was made of, by quantity name; units stand last in the names. */
export type Quantities = Readonly<Record<string, number>>;

/** What one detector measures of one coin at one source at this moment, whatever its rule thinks of it. */
export interface Measured {
  readonly detector: string;
  readonly coin: CoinName;
  readonly source: string;
  readonly values: Quantities;
}

/** Where a fact stands on its chain. `transactionHash` is null where no single transaction caused it. */
export interface Evidence {
  readonly chain: ChainName;
  readonly source: string;
  readonly blockNumber: number;
  readonly blockHash: Hex;
  readonly blockTimeMs: number;
  readonly transactionHash: Hex | null;
  /** How much later than its block it was judged, where that is long: it was found while catching up. */
  readonly lateMs?: number;
  readonly values: Quantities;
  /** The rule that spoke: its expression, and the numbers it compares with. */
  readonly rule: string;
  readonly thresholds: Quantities;
}

/**
 * A detector's judgement about one coin at one source. A signal is a transition: it is raised when the
 * severity changes and not again until it changes again. `severity: null` says that the matter has eased.
 */
export interface Signal {
  /** Made of chain data: the same in a replay, after a restart, in a second instance. */
  readonly id: string;
  /** What the signal is about: detector, source and coin. Two signals with one subject follow each other. */
  readonly subject: string;
  readonly detector: string;
  readonly coin: CoinName;
  readonly chain: ChainName;
  readonly source: string;
  readonly severity: Severity | null;
  /** 0 (nothing) to 1 (as bad as it gets), as the rule says. */
  readonly impact: number;
  /** Engine time of the judgement. */
  readonly atMs: number;
  readonly evidence: Evidence;
  readonly sentence: string;
}
