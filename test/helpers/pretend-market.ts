// A pretend chain with one Uniswap V2 pool of two stablecoins, whose price a test sets as it likes.

import type { Hex } from '../../src/core/hex.js';
import { answering, type Contracts, hexOf } from './pretend-contracts.js';
import { type GivenBlock, type PretendNode, startPretendNode } from './pretend-node.js';

export interface Market {
  readonly chain: string;
  readonly chainId: number;
  readonly node: PretendNode;
  /** Mines a block in which the pool trades, `swaps` times, until one USDX is worth this much USDY. */
  trade(usd: number, options?: { readonly silent?: boolean; readonly swaps?: number }): GivenBlock;
}

export interface MarketOptions {
  /** Contracts that answer something else than they should. */
  readonly contracts?: Contracts;
  readonly finalDepth?: number;
  /** What `eth_chainId` says, where that is not the chain's own id. */
  readonly saysChainId?: number;
}

export const pool: Hex = '0x1111111111111111111111111111111111111111';
export const usdx: Hex = '0x2222222222222222222222222222222222222222';
export const usdy: Hex = '0x3333333333333333333333333333333333333333';
const syncTopic: Hex = '0x1c411e9a96e071241c2f21f7726b17ae89e3cab4c78be50e062b03a9fffbbad1';
const tokens = 10_000_000n * 10n ** 6n;

export async function startMarket(
  chain: string,
  chainId: number,
  options: MarketOptions = {},
): Promise<Market> {
  let reserves: readonly [bigint, bigint] = [tokens, tokens];
  const token = { 'decimals()': [6n], 'totalSupply()': [100n * tokens] };
  const contracts: Contracts = {
    [usdx]: token,
    [usdy]: token,
    [pool]: {
      'token0()': [BigInt(usdx)],
      'token1()': [BigInt(usdy)],
      'getReserves()': () => [...reserves, 0n],
    },
    ...options.contracts,
  };
  const node = await startPretendNode({
    chainId: options.saysChainId ?? chainId,
    onCall: answering(contracts),
    startMs: Date.now() - 60_000,
    finalDepth: options.finalDepth ?? 4,
  });
  return {
    chain,
    chainId,
    node,
    trade(usd, { silent = false, swaps = 1 } = {}) {
      const before = Number(reserves[1]) / Number(reserves[0]);
      const logs = Array.from({ length: swaps }, (_, i) => {
        // x * y stays as it is: the price is y / x. It goes there in equal steps.
        const root = Math.sqrt(before + ((usd - before) * (i + 1)) / swaps);
        reserves = [BigInt(Math.round(Number(tokens) / root)), BigInt(Math.round(Number(tokens) * root))];
        return { address: pool, topics: [syncTopic], data: hexOf(reserves) };
      });
      return node.addBlock(logs, { silent, timeMs: Math.max(Date.now(), node.head.timeMs) });
    },
  };
}

/** Coin files for these markets, as a person would write them. */
export function marketCoins(markets: readonly Pick<Market, 'chain'>[]): Record<string, unknown>[] {
  const deployments = (address: Hex) =>
    markets.map(({ chain }) => ({ chain, address, decimals: 6, kind: 'native' }));
  return [
    {
      coin: 'USDX',
      name: 'a coin in trouble',
      deployments: deployments(usdx),
      sources: markets.map(({ chain }) => ({
        id: `${chain}/usdx-usdy`,
        chain,
        protocol: 'uniswap-v2',
        address: pool,
        tokens: ['USDX', 'USDY'],
      })),
    },
    { coin: 'USDY', name: 'a coin that is well', deployments: deployments(usdy), sources: [] },
  ];
}
