// Prices as the pools themselves tell them, and how much must be sold to reach another one. Plain floating point:
// the sandbox only has to land near a target; what happened exactly is what the contracts say.

import type { CoinName } from '../../src/core/coin.js';
import { fromRaw, type Market, type Pool } from './market.js';

/** What one `coin` is worth in `against`, fees ignored. */
export async function priceIn(
  market: Market,
  pool: Pool,
  coin: CoinName,
  against: CoinName,
): Promise<number> {
  if (pool.kind === 'uniswap-v3') {
    const slot = await market.client.read<readonly [bigint, number]>(pool.contract, 'slot0');
    const price = (Number(slot[0]) / 2 ** 96) ** 2;
    return pool.coins[0] === coin ? price : 1 / price;
  }
  const held = await balances(market, pool);
  const from = pool.coins.indexOf(coin);
  const to = pool.coins.indexOf(against);
  if (pool.kind === 'uniswap-v2') return at(held, to) / at(held, from);
  const a = Number(await market.client.read<bigint>(pool.contract, 'A'));
  return stableSwapPrice(held, a, from, to);
}

/** Whole tokens that a pool of absolute reserves holds, in the contract's order. */
export async function balances(market: Market, pool: Pool): Promise<number[]> {
  const { client } = market;
  if (pool.kind === 'uniswap-v2') {
    const [first, second] = await client.read<readonly [bigint, bigint]>(pool.contract, 'getReserves');
    return [fromRaw(market, first), fromRaw(market, second)];
  }
  return Promise.all(
    pool.coins.map(async (_, i) =>
      fromRaw(market, await client.read<bigint>(pool.contract, 'balances', [BigInt(i)])),
    ),
  );
}

/** How much of `coin` brings its price in a V2 pair down to `target`; 0 where it stands lower already. */
export async function saleToReach(
  market: Market,
  pool: Pool,
  coin: CoinName,
  target: number,
): Promise<number> {
  const held = await balances(market, pool);
  const from = pool.coins.indexOf(coin);
  // x * y = k and y / x = target; 0.3% of what is sold stays outside the formula.
  return Math.max(0, (Math.sqrt((at(held, 0) * at(held, 1)) / target) - at(held, from)) / 0.997);
}

/**
 * Balances of a StableSwap pool at which `coin` is worth `target` in every other coin, found by halving. The others
 * keep their proportions: whoever trades spreads the trade over them.
 */
export async function balancesToReach(
  market: Market,
  pool: Pool,
  coin: CoinName,
  target: number,
): Promise<{ readonly now: readonly number[]; readonly after: readonly number[] }> {
  const now = await balances(market, pool);
  const a = Number(await market.client.read<bigint>(pool.contract, 'A'));
  const i = pool.coins.indexOf(coin);
  const d = stableSwapInvariant(now, a);
  const scaledTo = (factor: number): number[] => {
    const others = now.map((x, k) => (k === i ? x : x * factor));
    return others.with(i, stableSwapBalance(others, a, i, d));
  };
  let low = 1e-4;
  let high = (1.5 * d) / now.reduce((sum, x, k) => (k === i ? sum : sum + x), 0);
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    // The more of the others, the dearer the coin.
    if (stableSwapPrice(scaledTo(middle), a, i, (i + 1) % now.length) < target) low = middle;
    else high = middle;
  }
  return { now, after: scaledTo((low + high) / 2) };
}

/** D of the StableSwap invariant (Egorov, 2019) by bisection: the sum of balances is its upper bound. */
export function stableSwapInvariant(held: readonly number[], a: number): number {
  let low = 0;
  let high = held.reduce((sum, x) => sum + x, 0);
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (excess(held, a, middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The balance of coin `of` that keeps the invariant at `d` while the others stand as given. */
function stableSwapBalance(held: readonly number[], a: number, of: number, d: number): number {
  let low = 0;
  let high = d * held.length;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (excess(held.with(of, middle), a, d) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** The ratio of the invariant's partial derivatives. */
function stableSwapPrice(held: readonly number[], a: number, from: number, to: number): number {
  const d = stableSwapInvariant(held, a);
  const n = held.length;
  const product = held.reduce((p, x) => (p * d) / (x * n), d);
  const slope = (i: number): number => a * n + product / at(held, i);
  return slope(from) / slope(to);
}

/** Left side minus right side of the invariant, divided by D: rises with every balance. */
function excess(held: readonly number[], a: number, d: number): number {
  const n = held.length;
  const sum = held.reduce((total, x) => total + x, 0);
  const product = held.reduce((p, x) => (p * d) / (x * n), d);
  return (a * n * (sum - d) + d - product) / d;
}

function at(values: readonly number[], i: number): number {
  return values[i] ?? Number.NaN;
}
