// A coin: one stablecoin over all its deployments, described by one file in `config/coins/`.

/** A coin's configured symbol, for example `USDC`; `*` in a signal about a whole chain. */
export type CoinName = string;

export interface CoinSpec {
  readonly coin: CoinName;
  /** Value of one coin in US dollars while the peg holds. */
  readonly pegUsd: number;
}
