// An incident in numbers: how much came of it since it opened, and what is new since a channel was told last.

import type { ChainName } from './chain.js';
import type { CoinName } from './coin.js';

export interface RunningDigest {
  /** Signals since it opened, those included whose block died meanwhile. */
  readonly signals: number;
  /** Logs of watched contracts on all chains that were read since it opened. */
  readonly events: number;
  /** Standing signals by detector, most first. */
  readonly byDetector: readonly (readonly [detector: string, standing: number])[];
  /** The furthest prices that stand, at most three. */
  readonly deviations: readonly {
    readonly coin: CoinName;
    readonly chain: ChainName;
    readonly source: string;
    readonly bps: number;
  }[];
  /** Since the channel was told last; null where it is told for the first time. */
  readonly since: {
    readonly atMs: number;
    readonly signals: number;
    readonly coins: readonly CoinName[];
    readonly chains: readonly ChainName[];
  } | null;
}
