// What the sandbox builds, as data: chains, coins, pools and how much money is in them.

import type { ChainName } from '../../src/core/chain.js';
import type { CoinName } from '../../src/core/coin.js';

export interface ChainLayout {
  readonly name: ChainName;
  readonly chainId: number;
  /** Mainnet's pace, shortened where a person would wait. */
  readonly blockTimeMs: number;
  readonly fastBlockTimeMs: number;
  /** BSC's stablecoins have 18 decimals, all others here 6: as on the mainnets. */
  readonly decimals: number;
  /** Share of ethereum's money. */
  readonly size: number;
}

export const chainLayouts: readonly ChainLayout[] = [
  { name: 'ethereum', chainId: 1, blockTimeMs: 2_000, fastBlockTimeMs: 500, decimals: 6, size: 1 },
  { name: 'polygon', chainId: 137, blockTimeMs: 1_000, fastBlockTimeMs: 500, decimals: 6, size: 0.4 },
  { name: 'arbitrum', chainId: 42161, blockTimeMs: 500, fastBlockTimeMs: 250, decimals: 6, size: 0.6 },
  { name: 'bsc', chainId: 56, blockTimeMs: 500, fastBlockTimeMs: 250, decimals: 18, size: 0.5 },
];

/** USDX is fictitious and is the one that gets into trouble. The others are deployed here too. */
export const coinNames: readonly CoinName[] = ['USDX', 'USDC', 'USDT'];
export const troubled: CoinName = 'USDX';

export type PoolKind = 'uniswap-v2' | 'uniswap-v3' | 'stableswap';

export interface PoolLayout {
  /** Unique on its chain. */
  readonly id: string;
  readonly kind: PoolKind;
  readonly coins: readonly CoinName[];
  readonly on: 'all' | readonly ChainName[];
  /** Whole tokens of each coin at size 1; concentrated pools: one number for each of `ranges`. */
  readonly deposits: readonly number[];
}

/** Concentrated liquidity: most of it within half a percent of the peg, the rest within 16 percent. */
export const ranges: readonly (readonly [lower: number, upper: number])[] = [
  [-50, 50],
  [-1500, 1500],
];

/** The fee tier of stable pairs, 0.01%, which mainnet's factory owner enabled later too. */
export const v3Fee = { fee: 100, tickSpacing: 1 } as const;
export const stableSwap = { amplification: 200, fee: 4_000_000 } as const;

export const poolLayouts: readonly PoolLayout[] = [
  { id: 'usdx-usdc-v2', kind: 'uniswap-v2', coins: ['USDX', 'USDC'], on: 'all', deposits: [12_000_000] },
  {
    id: 'usdx-usdt-v3',
    kind: 'uniswap-v3',
    coins: ['USDX', 'USDT'],
    on: 'all',
    deposits: [8_000_000, 12_000_000],
  },
  {
    id: 'usdc-usdt-v3',
    kind: 'uniswap-v3',
    coins: ['USDC', 'USDT'],
    on: 'all',
    // The deepest pool of every chain, as on the mainnets: it says what these two are worth.
    deposits: [60_000_000, 10_000_000],
  },
  {
    id: 'usdx-usdc-usdt-stableswap',
    kind: 'stableswap',
    coins: ['USDX', 'USDC', 'USDT'],
    on: ['ethereum'],
    deposits: [15_000_000],
  },
];

/** The parties by the number of their dev account, and what each holds of every coin at size 1. */
export const parties = {
  issuer: { account: 0, holds: 0 },
  maker: { account: 1, holds: 120_000_000 },
  whale: { account: 2, holds: 60_000_000 },
  crowd: { account: 3, holds: 4_000_000 },
  holders: { account: 4, holds: 60_000_000 },
  buyers: { account: 6, holds: 40_000_000 },
  /** Answers the price feeds; an account of its own, so that a feed never waits for anything else. */
  oracle: { account: 5, holds: 0 },
} as const;
export type Party = keyof typeof parties;
