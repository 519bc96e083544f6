// A chain: one EVM network, described by one file in `chains/`. This is what the engine knows of it.

/** A chain's configured name, for example `ethereum`. */
export type ChainName = string;

export interface ChainSpec {
  readonly chain: ChainName;
  readonly chainId: number;
  readonly blockTimeMs: number;
  /** Finality that has not moved for this long is a signal; left out: never. */
  readonly finalityStalledAfterMs?: number;
  /** So many endpoints must tell the same block with the same logs before a critical on it is confirmed; left out: 1. */
  readonly agreement?: number;
}
