// The recent values of one source, folded from its observations. Plain data: a lane clones it before a block
// changes it, so that a dead block can be undone, and checkpoints store it as it is.

import type { Hex } from '../core/types.js';
import type { Window } from '../core/window.js';

/** The last block that changed a source: the evidence of whatever is judged from it. */
export interface Touch {
  blockNumber: number;
  blockHash: Hex;
  blockTimeMs: number;
  /** The last transaction in that block that touched the source; null after a call. */
  transactionHash: Hex | null;
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
  prices: number[] | null;
  /** What the pool holds near the price, in pegs: see `pricing/`. Null until known. */
  liquidityUsd: number | null;
  /** `liquidityUsd`, a bucket a minute, 24 hours. */
  readonly liquidityLevel: Window;
  /** Volume in pegs, a bucket a minute, 24 hours. */
  readonly volume: Window;
}

export interface OracleSeries {
  readonly type: 'oracle';
  readonly source: string;
  touch: Touch | null;
  /** US dollars for one coin; null until known. */
  answerUsd: number | null;
  updatedAtMs: number | null;
  emitter: Hex | null;
}

export interface TokenSeries {
  readonly type: 'token';
  readonly source: string;
  touch: Touch | null;
  /** Whole tokens; null until read. */
  totalSupply: number | null;
  /** Whole tokens minted and burned (both positive), a bucket a minute, 24 hours. */
  readonly minted: Window;
  readonly burned: Window;
}

export type Series = PoolSeries | OracleSeries | TokenSeries;
