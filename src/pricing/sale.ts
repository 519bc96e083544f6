// What selling an amount into a pool costs beyond its marginal price: the average price that the sale gets, over the
// marginal one, less 1. Zero for nothing, -0.01 where a sale gets 1 % less than the first unit would. Fees are ignored.

import { isPositive } from './holdings.js';
import { stableSwap, stableSwapD } from './stable-swap.js';

const mostSteps = 255;
const settled = 1e-12;

/**
 * Constant product: selling `amount` into `reserve` gets out / amount = other / (reserve + amount), of which
 * other / reserve is the marginal price (Uniswap v2 Core, section 2.2). Null where a number makes no sense.
 */
export function constantProductSale(reserve: number, amount: number): number | null {
  if (!isPositive(reserve) || !(amount >= 0)) return null;
  return reserve / (reserve + amount) - 1;
}

/**
 * Concentrated: within a range dx = L * d(1/sqrtPrice) (Uniswap v3 Core, section 6.2), so an amount that would move
 * the price by 1 % if all of `depth` were sold gets 1 / (1 + amount * rise / depth). The liquidity in range is not
 * believed to reach further than that 1 %: of what is sold beyond, it is only said that it gets 1 % less or worse, so
 * the answer is then the best that can be hoped for. `depth` as `concentrated` gives it, `amount` in the same unit.
 */
export function concentratedSale(depth: number, amount: number): number | null {
  if (!(depth >= 0 && Number.isFinite(depth) && amount >= 0)) return null;
  if (amount === 0) return 0;
  const within = Math.min(amount, depth);
  const got = depth === 0 ? 0 : within / (1 + (within / depth) * inverseRootRise);
  return (got + (amount - within) * (1 - move)) / amount - 1;
}

const move = 0.01;
const inverseRootRise = 1 / Math.sqrt(1 - move) - 1;

/**
 * StableSwap: the reserve of `to` that keeps the invariant when `from` grows by `amount`, by Newton's method
 * (StableSwap, Egorov 2019; Curve's `get_y`). Null where the invariant has no solution.
 */
export function stableSwapSale(
  reserves: readonly number[],
  amplification: number,
  from: number,
  to: number,
  amount: number,
): number | null {
  const prices = stableSwap(reserves, amplification);
  const d = stableSwapD(reserves, amplification);
  const priceFrom = prices?.[from];
  const priceTo = prices?.[to];
  if (d === null || priceFrom === undefined || priceTo === undefined || from === to || !(amount >= 0))
    return null;
  if (amount === 0) return 0;
  const after = reserves.map((reserve, i) => (i === from ? reserve + amount : reserve));
  const y = solve(after, amplification, d, to);
  return y === null ? null : (((reserves[to] ?? Number.NaN) - y) / amount) * (priceTo / priceFrom) - 1;
}

/** y^2 + (b - D) y = c with b = S' + D / Ann and c = D^(n+1) / (n^n * P' * Ann); S' and P' over all but `to`. */
function solve(reserves: readonly number[], amplification: number, d: number, to: number): number | null {
  const n = reserves.length;
  const ann = amplification * n;
  let c = d;
  let sum = 0;
  for (const [i, reserve] of reserves.entries()) {
    if (i === to) continue;
    sum += reserve;
    c *= d / (reserve * n);
  }
  c *= d / (ann * n);
  const b = sum + d / ann;
  let y = d;
  for (let step = 0; step < mostSteps; step++) {
    const next = (y * y + c) / (2 * y + b - d);
    if (!isPositive(next)) return null;
    if (Math.abs(next - y) <= settled * next) return next;
    y = next;
  }
  return null;
}
