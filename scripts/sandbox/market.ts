// One chain's market once it is deployed.

import type { Address } from 'viem';
import type { ChainName } from '../../src/core/chain.js';
import type { CoinName } from '../../src/core/coin.js';
import type { ChainClient, Contract } from './chain-client.js';
import type { ChainNode } from './chain-node.js';
import type { ChainLayout, Party, PoolKind } from './layout.js';

export interface Pool {
  readonly id: string;
  readonly kind: PoolKind;
  readonly contract: Contract;
  /** In the contract's order. */
  readonly coins: readonly CoinName[];
  /** What was deposited at the start, in raw liquidity of each range (concentrated pools only). */
  readonly liquidity: readonly bigint[];
}

export interface Feed {
  readonly coin: CoinName;
  readonly proxy: Contract;
  readonly aggregator: Contract;
}

export interface Market {
  readonly chain: ChainName;
  readonly layout: ChainLayout;
  readonly node: ChainNode;
  readonly client: ChainClient;
  readonly tokens: Readonly<Record<CoinName, Contract>>;
  readonly pools: Readonly<Record<string, Pool>>;
  readonly feeds: Readonly<Record<CoinName, Feed>>;
  readonly trader: Contract;
  readonly parties: Readonly<Record<Party, Address>>;
}

export function poolOf(market: Market, id: string): Pool {
  const pool = market.pools[id];
  if (pool === undefined) throw new Error(`${market.chain} has no pool ${id}`);
  return pool;
}

export function tokenOf(market: Pick<Market, 'chain' | 'tokens'>, coin: CoinName): Contract {
  const token = market.tokens[coin];
  if (token === undefined) throw new Error(`${market.chain} has no coin ${coin}`);
  return token;
}

/** Whole tokens to raw units; a millionth of a token is the finest. */
export function toRaw(market: Pick<Market, 'layout'>, tokens: number): bigint {
  return BigInt(Math.round(tokens * 1e6)) * 10n ** BigInt(market.layout.decimals - 6);
}

export function fromRaw(market: Pick<Market, 'layout'>, raw: bigint): number {
  return Number(raw) / 10 ** market.layout.decimals;
}

export async function holdings(market: Market, party: Party, coin: CoinName): Promise<number> {
  const raw = await market.client.read<bigint>(tokenOf(market, coin), 'balanceOf', [market.parties[party]]);
  return fromRaw(market, raw);
}
