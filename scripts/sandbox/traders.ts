// What the parties of the sandbox do to a market, one deed at a time, and how a person would tell it. Every deed
// ends when its transactions are mined; the words are made of what the chain then says.

import type { Hex } from 'viem';
import type { CoinName } from '../../src/core/coin.js';
import { type Party, ranges } from './layout.js';
import { fromRaw, holdings, type Market, type Pool, poolOf, tokenOf, toRaw } from './market.js';
import { balances, balancesToReach, priceIn, saleToReach } from './prices.js';

export type Deed =
  /** Trades until the pool's price of the coin is `to`: sells where it stands higher, buys where lower. */
  | {
      readonly kind: 'push';
      readonly party: Party;
      readonly pool: string;
      readonly coin: CoinName;
      readonly against: CoinName;
      readonly to: number;
    }
  /** Liquidity providers take out this share of what is in the pool now. */
  | { readonly kind: 'pull'; readonly pool: string; readonly share: number }
  /** They bring back this share of what they had at the start. */
  | { readonly kind: 'refill'; readonly pool: string; readonly share: number }
  /** Holders hand this share of the supply to the issuer, who burns it. */
  | { readonly kind: 'redeem'; readonly coin: CoinName; readonly share: number }
  /** The issuer mints this share of the supply. */
  | { readonly kind: 'issue'; readonly coin: CoinName; readonly share: number }
  /** The oracle answers. */
  | { readonly kind: 'answer'; readonly coin: CoinName; readonly usd: number };

const pieces = 4;

/** Does it and says it. */
export async function perform(market: Market, deed: Deed): Promise<string> {
  switch (deed.kind) {
    case 'push':
      return push(market, deed);
    case 'pull':
      return pull(market, deed.pool, deed.share);
    case 'refill':
      return refill(market, deed.pool, deed.share);
    case 'redeem':
    case 'issue':
      return changeSupply(market, deed.kind, deed.coin, deed.share);
    case 'answer': {
      await answer(market, deed.coin, deed.usd);
      return `the ${deed.coin}/USD oracle answers ${deed.usd.toFixed(4)}`;
    }
  }
}

async function push(market: Market, deed: Extract<Deed, { kind: 'push' }>): Promise<string> {
  const pool = poolOf(market, deed.pool);
  const before = await priceIn(market, pool, deed.coin, deed.against);
  const sells = before > deed.to;
  const spent = sells ? deed.coin : deed.against;
  const wanted = sells ? deed.against : deed.coin;
  const held = await holdings(market, deed.party, spent);
  const got = await holdings(market, deed.party, wanted);
  if (pool.kind === 'stableswap') await tradeStableSwap(market, deed.party, pool, deed.coin, deed.to);
  else await trade(market, deed.party, pool, spent, wanted, held, sells ? deed.to : 1 / deed.to);
  const paid = held - (await holdings(market, deed.party, spent));
  const received = (await holdings(market, deed.party, wanted)) - got;
  const after = await priceIn(market, pool, deed.coin, deed.against);
  const verb = (sells ? 'sell' : 'buy') + (deed.party.endsWith('s') ? '' : 's');
  const what = sells ? `${money(paid)} ${deed.coin} into` : `${money(received)} ${deed.coin} from`;
  const prices = `${before.toFixed(4)} -> ${after.toFixed(4)} ${deed.against}`;
  return `${deed.party} ${verb} ${what} the ${titleOf(pool)} pool: ${deed.coin} ${prices}`;
}

/** In a Uniswap pool: sells up to `most` of `spent`, until its price in `wanted` is `limit`. */
async function trade(
  market: Market,
  party: Party,
  pool: Pool,
  spent: CoinName,
  wanted: CoinName,
  most: number,
  limit: number,
): Promise<void> {
  const { client, trader } = market;
  const from = market.parties[party];
  const zeroForOne = pool.coins[0] === spent;
  if (pool.kind === 'uniswap-v3') {
    const root = Math.sqrt(zeroForOne ? limit : 1 / limit);
    const args = [pool.contract.address, zeroForOne, toRaw(market, most), BigInt(Math.floor(root * 2 ** 96))];
    await client.settle([await client.send(from, trader, 'swapV3', args)]);
    return;
  }
  const amount = Math.min(most, await saleToReach(market, pool, spent, limit));
  await client.settle([await sellExactly(market, party, pool, spent, wanted, amount)]);
}

/** Large traders split what they do in a pool of three coins, so that none of the other two is left over. */
async function tradeStableSwap(
  market: Market,
  party: Party,
  pool: Pool,
  coin: CoinName,
  to: number,
): Promise<void> {
  const { now, after } = await balancesToReach(market, pool, coin, to);
  const others = pool.coins.filter((other) => other !== coin);
  const moved = (of: CoinName): number => {
    const i = pool.coins.indexOf(of);
    return Math.max(0, (after[i] ?? 0) - (now[i] ?? 0));
  };
  const hashes: Hex[] = [];
  for (let piece = 0; piece < pieces; piece++) {
    for (const other of others) {
      const sold = moved(coin) / others.length / pieces;
      const spent = moved(other) / pieces;
      if (sold > 0) hashes.push(await sellExactly(market, party, pool, coin, other, sold));
      else if (spent > 0) hashes.push(await sellExactly(market, party, pool, other, coin, spent));
    }
  }
  await market.client.settle(hashes);
}

/** Sells that much, whatever the price. Resolves when the node has taken it, before it is mined. */
export async function sellExactly(
  market: Market,
  party: Party,
  pool: Pool,
  spent: CoinName,
  wanted: CoinName,
  amount: number,
): Promise<Hex> {
  const { client, trader } = market;
  const from = market.parties[party];
  const raw = toRaw(market, amount);
  const zeroForOne = pool.coins[0] === spent;
  // Uniswap V3's outermost prices: no limit.
  const limit = zeroForOne ? 4295128740n : 1461446703485210103287273052203988822378723970341n;
  const { address } = pool.contract;
  if (pool.kind === 'uniswap-v3')
    return client.send(from, trader, 'swapV3', [address, zeroForOne, raw, limit]);
  if (pool.kind === 'uniswap-v2') return client.send(from, trader, 'swapV2', [address, zeroForOne, raw]);
  const [i, j] = [pool.coins.indexOf(spent), pool.coins.indexOf(wanted)];
  return client.send(from, pool.contract, 'exchange', [BigInt(i), BigInt(j), raw, 0n]);
}

async function pull(market: Market, id: string, share: number): Promise<string> {
  const { client, trader } = market;
  const from = market.parties.maker;
  const pool = poolOf(market, id);
  const { address } = pool.contract;
  const hashes: Hex[] = [];
  if (pool.kind === 'uniswap-v3') {
    for (const [i, [lower, upper]] of ranges.entries()) {
      const amount = portion(pool.liquidity[i] ?? 0n, share);
      hashes.push(await client.send(from, trader, 'removeV3', [address, lower, upper, amount]));
    }
  } else if (pool.kind === 'uniswap-v2') {
    const shares = await client.read<bigint>(pool.contract, 'balanceOf', [from]);
    hashes.push(await client.send(from, trader, 'removeV2', [address, portion(shares, share)]));
  } else {
    const shares = await client.read<bigint>(pool.contract, 'shares', [from]);
    const least = pool.coins.map(() => 0n);
    hashes.push(await client.send(from, pool.contract, 'remove_liquidity', [portion(shares, share), least]));
  }
  await client.settle(hashes);
  return `makers pull ${percent(share)} of their liquidity out of the ${titleOf(pool)} pool`;
}

async function refill(market: Market, id: string, share: number): Promise<string> {
  const { client, trader } = market;
  const from = market.parties.maker;
  const pool = poolOf(market, id);
  const { address } = pool.contract;
  const hashes: Hex[] = [];
  if (pool.kind === 'uniswap-v3') {
    for (const [i, [lower, upper]] of ranges.entries()) {
      const amount = portion(pool.liquidity[i] ?? 0n, share);
      hashes.push(await client.send(from, trader, 'addV3', [address, lower, upper, amount]));
    }
  } else {
    const amounts = (await balances(market, pool)).map((held) => toRaw(market, (held * share) / (1 - share)));
    hashes.push(
      pool.kind === 'uniswap-v2'
        ? await client.send(from, trader, 'addV2', [address, ...amounts])
        : await client.send(from, pool.contract, 'add_liquidity', [amounts, 0n]),
    );
  }
  await client.settle(hashes);
  return `makers bring liquidity back to the ${titleOf(pool)} pool`;
}

async function changeSupply(
  market: Market,
  kind: 'redeem' | 'issue',
  coin: CoinName,
  share: number,
): Promise<string> {
  const { client, parties } = market;
  const token = tokenOf(market, coin);
  const amount = portion(await client.read<bigint>(token, 'totalSupply'), share);
  const hash =
    kind === 'redeem'
      ? await client.send(parties.holders, token, 'redeem', [amount])
      : await client.send(parties.issuer, token, 'mint', [parties.holders, amount]);
  await client.settle([hash]);
  const tokens = `${money(fromRaw(market, amount))} ${coin} (${percent(share)} of the supply)`;
  return kind === 'redeem' ? `holders redeem ${tokens}: burned` : `the issuer mints ${tokens}`;
}

export async function answer(market: Market, coin: CoinName, usd: number): Promise<void> {
  const feed = market.feeds[coin];
  if (feed === undefined) throw new Error(`${market.chain} has no feed for ${coin}`);
  const args = [BigInt(Math.round(usd * 1e8))];
  await market.client.settle([
    await market.client.send(market.parties.oracle, feed.aggregator, 'submit', args),
  ]);
}

/** `USDX/USDT V3`, in the order in which people say it. */
export function titleOf(pool: Pool): string {
  const names = { 'uniswap-v2': 'V2', 'uniswap-v3': 'V3', stableswap: 'StableSwap' } as const;
  const parts = pool.id.split('-');
  return `${parts.slice(0, -1).join('/').toUpperCase()} ${names[pool.kind]}`;
}

function money(amount: number): string {
  return Math.round(amount).toLocaleString('en-US');
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function portion(amount: bigint, share: number): bigint {
  return (amount * BigInt(Math.round(share * 1e6))) / 1_000_000n;
}
