// An observation: a typed fact, read from one log or one call. All that the engine knows of a protocol are these.

import type { Hex } from './hex.js';

/** A token amount in the token's smallest unit. Positive: into the pool (or minted); negative: out (or burned). */
export type Amount = bigint;

/**
 * An act of an issuer. `paused`: nobody can move the token. `frozen`, `released`, `wiped`: one account. `minter`: who
 * may mint, and how much. `upgraded`: other code. `owner`, `role`: other hands. `deprecated`: another contract stands
 * in for it. `fee`: what a transfer costs.
 */
export type ControlAction =
  | 'paused'
  | 'unpaused'
  | 'frozen'
  | 'released'
  | 'wiped'
  | 'minter'
  | 'upgraded'
  | 'owner'
  | 'role'
  | 'deprecated'
  | 'fee';

/** A typed fact, read from one log or one call. Amounts stand in the source's token order. */
export type Observation =
  /** A trade: what went into and out of the pool, and the price after it where the event tells it. */
  | {
      readonly kind: 'swap';
      readonly amounts: readonly Amount[];
      /** Uniswap V3 only: square root of token1 per token0 (raw units), times 2^96. */
      readonly sqrtPriceX96: bigint | null;
      /** Uniswap V3 only: liquidity in range after the trade. */
      readonly liquidity: bigint | null;
      readonly tick: number | null;
    }
  /** Absolute reserves of a pool. */
  | { readonly kind: 'reserves'; readonly amounts: readonly Amount[] }
  /** The present state of a concentrated pool, read by call. */
  | {
      readonly kind: 'range';
      readonly sqrtPriceX96: bigint | null;
      readonly liquidity: bigint | null;
      readonly tick: number | null;
    }
  /** Liquidity added (positive) or removed (negative); `amounts` is null where the event does not tell the coin. */
  | {
      readonly kind: 'liquidity';
      readonly amounts: readonly Amount[] | null;
      /** Uniswap V3 only: signed change of liquidity between the two ticks. */
      readonly liquidityDelta: bigint | null;
      readonly tickLower: number | null;
      readonly tickUpper: number | null;
    }
  /** What a position had earned or given up leaves a concentrated pool: neither price nor liquidity changes by it. */
  | {
      readonly kind: 'collect';
      readonly amounts: readonly Amount[];
      readonly tickLower: number;
      readonly tickUpper: number;
    }
  /** StableSwap amplification as returned by `A()`. */
  | { readonly kind: 'amplification'; readonly a: bigint }
  /** Supply change: positive minted, negative burned. */
  | { readonly kind: 'supply'; readonly delta: Amount }
  | { readonly kind: 'totalSupply'; readonly amount: Amount }
  /** An oracle's answer in its own decimals. */
  | {
      readonly kind: 'answer';
      readonly answer: bigint;
      readonly roundId: bigint;
      readonly updatedAtMs: number;
    }
  /**
   * What a market or a reference reports: the price of token 0 in token 1, and how much of token 0 was traded since
   * the report before (null where it does not say), both with 18 decimals.
   */
  | { readonly kind: 'price'; readonly price: bigint; readonly volume: bigint | null }
  /** The smallest share that a coin has of a pool, 18 decimals, by a report that does not say which coin it is. */
  | { readonly kind: 'leastShare'; readonly share: bigint }
  /** What a vault or an escrow holds and what it owes, both in pegs with 18 decimals, by a report. */
  | { readonly kind: 'backing'; readonly held: bigint; readonly owed: bigint }
  /** What an issuer minted and received since the report before, likewise. */
  | { readonly kind: 'issuance'; readonly minted: bigint; readonly received: bigint }
  /** What an issuer did to its token; `subject`: the address that the event names first, if any. */
  | { readonly kind: 'control'; readonly action: ControlAction; readonly subject: Hex | null }
  /** The contract that emits this source's events, where it is not the source's own address. */
  | { readonly kind: 'emitter'; readonly address: Hex };
