// The recent values of one source, folded from its observations. Plain data: a lane clones it before a block
// changes it, so that a dead block can be undone, and checkpoints store it as it is. A chain with late finality keeps
// thousands of these clones: windows are no longer and no finer than the detectors need.

import type { Hex } from '../core/hex.js';
import type { ControlAction } from '../core/observation.js';
import type { Window } from '../core/window.js';
import type { Stream } from './stream.js';

/** The last block that changed a source: the evidence of whatever is judged from it. Set by the lane. */
export interface Touch {
  blockNumber: number;
  blockHash: Hex;
  blockTimeMs: number;
  /** The last transaction in that block that touched the source; null after a call. */
  transactionHash: Hex | null;
}

/** The same quantity over an hour (a bucket a minute) and over a day (a bucket a quarter of an hour). */
export interface HourAndDay {
  readonly hour: Window;
  readonly day: Window;
}

/** Prices of the past, as of the last quarter of an hour; NaN where unknown. */
export interface ReportedPast {
  readonly hourLeast: number;
  readonly hourMost: number;
  readonly dayLeast: number;
  readonly dayMost: number;
  readonly dayMean: number;
  /** The mean of the two weeks before that day. */
  readonly meanBefore: number;
  /** The mean absolute difference between neighbouring quarters of an hour, over the day. */
  readonly noise: number;
}

/** What a market that only reports prices has said: nothing is known of what stands behind them but the volume. */
export interface Reported {
  /** Token 1 per token 0. */
  price: number;
  /**
   * The last price of each minute (ten of them), and the first of each quarter of an hour (a day) and of each six hours
   * (two weeks). Windows here are replaced, never written to, so that clones may share them.
   */
  minutes: Window;
  day: Window;
  fortnight: Window;
  /** What the long windows say, made anew with each quarter of an hour. */
  past: ReportedPast;
  /** Traded of token 0; replaced with each report. Null where the market does not say. */
  volume: Stream | null;
}

export interface PoolSeries {
  readonly type: 'pool';
  readonly source: string;
  touch: Touch | null;
  /** Whole tokens, in the source's token order; null until known. */
  reserves: number[] | null;
  /** Concentrated pools: square root of token1 per token0 in raw units; liquidity in range; tick. */
  sqrtRatio: number | null;
  liquidity: number | null;
  tick: number | null;
  /** StableSwap amplification as `A()` returns it. */
  amplification: number | null;
  /** Marginal price of each token in units of token 0 (so `prices[0]` is 1), fees ignored; null until known. */
  prices: readonly number[] | null;
  /** What the pool holds (concentrated: what moves its price by 1 %), in pegs: see `pricing/`. Null until known. */
  liquidityUsd: number | null;
  readonly liquidityLevel: HourAndDay;
  /** What it reached in between: see `highest`. */
  readonly liquidityPeak: HourAndDay;
  /**
   * The highest `liquidityUsd` of the past day, as of the last block that touched the pool: how much the pool matters.
   * What it holds now does not say: in a crisis a deep pool is empty when its price speaks loudest.
   */
  peakDayUsd: number | null;
  /** Volume in pegs. */
  readonly volume: Stream;
  /** What holders sold into the pool less what they took out of it, for each token in pegs; null for one without peg. */
  readonly sold: readonly (Stream | null)[];
  /** Null for a pool on a chain. */
  reported: Reported | null;
  /** The share of the scarcest coin, 0 to 1, where a report says it without the coin. */
  leastShare: number | null;
}

export interface OracleSeries {
  readonly type: 'oracle';
  readonly source: string;
  touch: Touch | null;
  /** US dollars for one coin; null until known, and after an answer that is no price. */
  answerUsd: number | null;
  updatedAtMs: number | null;
  /** How many answers in a row were the same, and when the first of them was given. */
  sameAnswers: number;
  sameSinceMs: number | null;
  emitter: Hex | null;
}

export interface TokenSeries {
  readonly type: 'token';
  readonly source: string;
  touch: Touch | null;
  /** Whole tokens; null until read. */
  totalSupply: number | null;
  /** Whole tokens minted and burned (both positive). */
  readonly minted: HourAndDay;
  readonly burned: HourAndDay;
  /** After a pause was seen and until it was lifted; what stood before the first reading is not known. */
  paused: boolean;
  /** How often the issuer did what, a bucket a quarter of an hour, one day. Replaced, never changed: acts are rare. */
  controls: ReadonlyMap<ControlAction, Window>;
}

/** A collateral vault or the escrow of a bridge, by reports. */
export interface BackingSeries {
  readonly type: 'vault' | 'escrow';
  readonly source: string;
  touch: Touch | null;
  /** In pegs; null until reported. */
  held: number | null;
  owed: number | null;
  /** Held over owed. */
  readonly ratio: HourAndDay;
}

/** An issuer, by reports: what it minted and what it received, in pegs. */
export interface IssuerSeries {
  readonly type: 'issuer';
  readonly source: string;
  touch: Touch | null;
  readonly minted: HourAndDay;
  readonly received: HourAndDay;
}

export type Series = PoolSeries | OracleSeries | TokenSeries | BackingSeries | IssuerSeries;
