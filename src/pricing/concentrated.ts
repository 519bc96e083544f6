import { pow10 } from '../core/units.js';
import { isPositive } from './holdings.js';

export interface ConcentratedPricing {
  /** Marginal price of each token in units of token 0, fees ignored; the first is 1. */
  readonly prices: [number, number];
  /** Value that must be sold to move the price by 1 %, in units of token 0. */
  readonly depth: number;
}

const move = 0.01;
/** How far the inverse of a square root of a price rises while the price itself falls by `move`. */
const inverseRootRise = 1 / Math.sqrt(1 - move) - 1;

/**
 * A pool with concentrated liquidity between two tokens, from the square root of its price and its liquidity in range.
 *
 * Source: Uniswap v3 Core (Adams et al., 2021), section 6.2: sqrtPrice is the square root of token1 per token0 in raw
 * units, and within a range dx = L * d(1/sqrtPrice), dy = L * d(sqrtPrice).
 *
 * `depth` follows from these: selling token 0 until its price is 1 % lower takes L / sqrtPrice * (1/sqrt(0.99) - 1)
 * of it, and selling token 1 until *its* price is 1 % lower takes the same value. It assumes that the liquidity in
 * range reaches that far: around a peg, where ranges are a few ticks wide, it is an upper bound, good for comparing a
 * pool with its own past rather than with another pool.
 *
 * `sqrtRatio` and `liquidity` in raw units. No liquidity in range is a depth of zero behind a price that still
 * stands; null where the price is zero or a number is not finite.
 */
export function concentrated(
  sqrtRatio: number,
  liquidity: number,
  decimals: readonly [number, number],
): ConcentratedPricing | null {
  const unit0 = pow10(decimals[0]);
  const price = pow10(decimals[1]) / unit0 / sqrtRatio / sqrtRatio;
  const depth = ((liquidity / sqrtRatio) * inverseRootRise) / unit0;
  return isPositive(price) && Number.isFinite(depth) && depth >= 0 ? { prices: [1, price], depth } : null;
}
