// The only place where a bigint becomes a number.

const tenTo: readonly number[] = Array.from({ length: 78 }, (_, i) => Number(`1e${i}`));

/** The largest `decimals` pegwatch believes; hostile tokens answer 100,000 (see core/hostile). */
export const maxDecimals = 77;

/** Raw token units to whole tokens: `toTokens(1_500_000n, 6) === 1.5`. Nearest double. */
export function toTokens(amount: bigint, decimals: number): number {
  return Number(amount) / (tenTo[decimals] ?? Number.NaN);
}

/** 10^n for 0 <= n <= 77; NaN outside. */
export function pow10(n: number): number {
  return tenTo[n] ?? Number.NaN;
}

const q96 = 2 ** 96;

/** `sqrtPriceX96` to the square root of token1 per token0 in raw units (Uniswap V3 whitepaper, 6.1). */
export function sqrtRatio(sqrtPriceX96: bigint): number {
  return Number(sqrtPriceX96) / q96;
}

/** A ratio to basis points: `toBps(0.01) === 100`. */
export function toBps(ratio: number): number {
  return ratio * 10_000;
}
