// A source: one thing on one chain that is watched. It is a row of the configuration; how it is read, its protocol knows.

import type { ChainName } from './chain.js';
import type { CoinName } from './coin.js';
import type { Hex } from './hex.js';

/** What kind of thing a source is; detectors say which kind they judge. */
export type SourceType = 'pool' | 'oracle' | 'token' | 'vault' | 'escrow' | 'issuer';

/** One token of a source. `coin` is null for a token that has no peg of ours (WETH in a USDC pool). */
export interface TokenSpec {
  readonly symbol: string;
  readonly address: Hex;
  readonly decimals: number;
  readonly coin: CoinName | null;
}

/** One thing on one chain that is watched: a pool, an oracle feed, a token's supply. */
export interface SourceSpec {
  /** Stable and unique over all chains, for example `ethereum/usdc-usdt-v3`. */
  readonly id: string;
  readonly chain: ChainName;
  /** The coin in whose file the source stands. */
  readonly coin: CoinName;
  /** A name in `protocols/index.ts`. */
  readonly protocol: string;
  readonly address: Hex;
  /** Pool: in the contract's coin order. Token and oracle: exactly one. */
  readonly tokens: readonly TokenSpec[];
  /** Oracle only: the longest time between two answers that the operator of the feed promises. */
  readonly heartbeatMs: number | null;
  /** Oracle only: decimals of the answer. */
  readonly answerDecimals: number | null;
  /** Pool only: what a trade costs, in basis points; left out where it is not known, which is judged as none. */
  readonly feeBps?: number;
}
