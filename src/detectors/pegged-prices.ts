import type { CoinName } from '../core/coin.js';
import type { PoolSeries } from '../series/series.js';
import type { Look } from './detector.js';
import { oncePerLook } from './once-per-look.js';

/** One coin of a pool at the pool's own price, told in pegs and in a unit common to the pool. */
export interface PeggedPrice {
  readonly coin: CoinName;
  /** Only its ratio to another coin's price means something: that is 1 where both hold their pegs. */
  readonly price: number;
}

/**
 * The prices of a pool's coins, each over its peg. Tokens without a coin, and coins that are not configured, have no
 * peg and are left out; a coin that stands in the pool twice (native and bridged) comes twice.
 */
export const peggedPrices = oncePerLook(compute);

function compute(pool: PoolSeries, look: Look): readonly PeggedPrice[] {
  const { prices } = pool;
  if (prices === null) return [];
  const pegged: PeggedPrice[] = [];
  look.spec(pool.source).tokens.forEach(({ coin }, i) => {
    const peg = coin === null ? undefined : look.coin(coin)?.pegUsd;
    const price = prices[i];
    if (coin !== null && peg !== undefined && price !== undefined) pegged.push({ coin, price: price / peg });
  });
  return pegged;
}

/**
 * The deviation of `price` against that of the others which comes closest to the expected one, zero unless something
 * else is known: -0.01 is 1 % below. Null for no others.
 */
export function nearest(
  price: number,
  others: readonly PeggedPrice[],
  expected = 0,
): { readonly deviation: number; readonly other: PeggedPrice } | null {
  let best: { readonly deviation: number; readonly other: PeggedPrice } | null = null;
  for (const other of others) {
    const deviation = price / other.price - 1;
    if (best === null || Math.abs(deviation - expected) < Math.abs(best.deviation - expected)) {
      best = { deviation, other };
    }
  }
  return best;
}
