// What the benchmarks watch: four chains, 44 sources. Each concentrated pool pairs a coin of its own with USDC, so
// that every crash that is staged is a matter of its own: a new incident, a new alert.

import { createHash } from 'node:crypto';
import type { Hex } from '../../src/core/hex.js';

export interface PoolPlan {
  readonly kind: 'v3' | 'v2';
  readonly address: Hex;
  /** 18 decimals, token 0; USDC with 6 decimals is token 1. */
  readonly coin: string;
  readonly coinAddress: Hex;
}

export interface ChainPlan {
  readonly chain: string;
  readonly chainId: number;
  readonly usdc: Hex;
  readonly feed: Hex;
  /** Emits the feed's events. */
  readonly aggregator: Hex;
  readonly pools: readonly PoolPlan[];
}

const v3Pools = 8;
const v2Pools = 1;

export const chainPlans: readonly ChainPlan[] = [
  ['ethereum', 1],
  ['polygon', 137],
  ['arbitrum', 42_161],
  ['bsc', 56],
].map(([chain, chainId], at) => planOf(String(chain), Number(chainId), at));

/** Liquidity of a concentrated pool: selling some five million dollars moves its price by one per cent. */
export const liquidity = 10n ** 21n;

function planOf(chain: string, chainId: number, at: number): ChainPlan {
  const pools = Array.from({ length: v3Pools + v2Pools }, (_, i): PoolPlan => {
    const coin = `C${at}${i}`;
    return {
      kind: i < v3Pools ? 'v3' : 'v2',
      address: address(`pool ${coin}`),
      coin,
      coinAddress: address(`coin ${coin}`),
    };
  });
  return {
    chain,
    chainId,
    usdc: address(`usdc ${chain}`),
    feed: address(`feed ${chain}`),
    aggregator: address(`aggregator ${chain}`),
    pools,
  };
}

/** Digits that look like those of a real chain and are the same in every run. */
export function digits(name: string, bytes: number): string {
  return createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, bytes * 2);
}

function address(name: string): Hex {
  return `0x${digits(name, 20)}`;
}

/** The first block of a benchmark; some empty ones lie before it, because a follower looks at its ancestors. */
export const firstBlock = 20_000_000;

export function blockHash(chain: string, number: number): Hex {
  return `0x${digits(`${chain}/${number}`, 32)}`;
}
