// What a detector file says: which quantities it offers to the rules, how it measures them, and the sentence a
// person reads. The numbers that make a measurement a signal stand in config/thresholds.yaml.

import type { CoinName, CoinSpec } from '../core/coin.js';
import type { Quantities } from '../core/signal.js';
import type { SourceSpec, SourceType } from '../core/source.js';
import type { OracleSeries, PoolSeries, Series } from '../series/series.js';

/** What a detector may look at: the series of its own chain, at one moment. */
export interface Look {
  /** The moment of judgement: the block's time; on a tick, the time up to which the chain was heard. */
  readonly nowMs: number;
  coin(coin: CoinName): CoinSpec | undefined;
  spec(source: string): SourceSpec;
  /** All pools of the chain that hold the coin. */
  poolsOf(coin: CoinName): readonly PoolSeries[];
  oraclesOf(coin: CoinName): readonly OracleSeries[];
}

/** The quantities of one coin at one source, ready for the rule. NaN says unknown: no rule holds on it. */
export interface Measurement {
  readonly coin: CoinName;
  readonly values: Quantities;
}

export interface Detector {
  readonly name: string;
  readonly judges: SourceType;
  /**
   * `block`: when a block changed the source; an oracle also when a block changed any pool of its coin on its chain,
   * because the two are compared. `tick`: as time passes (staleness has no event).
   */
  readonly wakes: 'block' | 'tick';
  /** What each quantity means, with its unit; the names that rules may use. */
  readonly quantities: Readonly<Record<string, string>>;
  /** Empty where the series does not know enough yet: a missing input is unknown, never fine. */
  measure(series: Series, look: Look): readonly Measurement[];
  /** One sentence in plain words, without chain data other than configured names. */
  sentence(coin: CoinName, source: string, values: Quantities): string;
}
