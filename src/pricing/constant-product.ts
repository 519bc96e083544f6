import { isPositive } from './holdings.js';

/**
 * Marginal prices in a constant-product pool, each in units of token 0 (so the first is 1), fees ignored: the ratio
 * of the reserves.
 *
 * Source: Uniswap v2 Core (Adams, Zinsmeister, Robinson, 2020), section 2.2, from x * y = k. It holds for any number
 * of equally weighted reserves. `reserves` in whole tokens; null where one is zero, missing or no finite number.
 */
export function constantProduct(reserves: readonly number[]): number[] | null {
  const base = reserves[0];
  if (base === undefined || reserves.length < 2 || !reserves.every(isPositive)) return null;
  const prices = reserves.map((reserve) => base / reserve);
  return prices.every(isPositive) ? prices : null;
}
