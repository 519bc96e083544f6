import { isPositive } from './holdings.js';

const mostSteps = 255;
/** Newton's steps double the right digits: after a step this small the next one would only move the last bits. */
const settled = 1e-12;

/**
 * Marginal prices in a StableSwap pool, each in units of token 0 (so the first is 1), fees ignored: the ratios of the
 * partial derivatives of its invariant.
 *
 * Source: StableSwap (Egorov, 2019), with Curve's contracts for the meaning of A: Ann = A * N, where A is what `A()`
 * returns (the paper writes A * N^N in that place).
 *
 *     F(x) = Ann * sum(x) + D - Ann * D - P = 0        P = D^(N+1) / (N^N * product(x))
 *     dF/dx_i = Ann + P / x_i                          price of i in token 0 = (dF/dx_i) / (dF/dx_0)
 *
 * `reserves` in whole tokens, so all on one scale; pools that scale a coin by a rate (base LP tokens, wrapped yield)
 * need it applied first. Null where a reserve is zero (an emptied coin has no price), where a number is missing or
 * not finite, and where Newton's steps do not settle.
 */
export function stableSwap(reserves: readonly number[], amplification: number): number[] | null {
  const d = stableSwapD(reserves, amplification);
  if (d === null) return null;
  const ann = amplification * reserves.length;
  const p = productTerm(reserves, d);
  const slopes = reserves.map((reserve) => ann + p / reserve);
  const base = slopes[0] ?? Number.NaN;
  const prices = slopes.map((slope) => slope / base);
  return prices.every(isPositive) ? prices : null;
}

/**
 * The invariant D: what the pool would hold if all its reserves were equal. Newton's method on F(D) = 0, started at
 * the sum of the reserves, which is never below the root.
 */
export function stableSwapD(reserves: readonly number[], amplification: number): number | null {
  const n = reserves.length;
  if (n < 2 || !isPositive(amplification) || !reserves.every(isPositive)) return null;
  const ann = amplification * n;
  let sum = 0;
  for (const reserve of reserves) sum += reserve;
  let d = sum;
  for (let step = 0; step < mostSteps; step++) {
    const p = productTerm(reserves, d);
    const next = ((ann * sum + p * n) * d) / ((ann - 1) * d + (n + 1) * p);
    if (!isPositive(next)) return null;
    if (Math.abs(next - d) <= settled * next) return next;
    d = next;
  }
  return null;
}

/** P = D^(N+1) / (N^N * product(x)), multiplied up factor by factor so that it does not overflow on the way. */
function productTerm(reserves: readonly number[], d: number): number {
  let p = d;
  for (const reserve of reserves) p *= d / (reserve * reserves.length);
  return p;
}
