// Amounts told in pegs: one coin counts as one peg whatever it trades at, so that a falling price does not look like
// fleeing liquidity. A token without a peg is worth what the pool itself asks for it.

/** True where a number can stand in a formula as an amount, a price or a liquidity. */
export function isPositive(value: number): boolean {
  return value > 0 && value < Number.POSITIVE_INFINITY;
}

/**
 * What a pool holds, in pegs. `prices` in units of token 0, as the pool's mathematics gives them; `hasPeg` says
 * which tokens are coins. Null where a token without a peg cannot be valued: no price, or no coin in the pool.
 */
export function heldInPegs(
  reserves: readonly number[],
  prices: readonly number[] | null,
  hasPeg: readonly boolean[],
): number | null {
  let held = 0;
  for (let i = 0; i < reserves.length; i++) {
    const reserve = reserves[i] ?? Number.NaN;
    held += hasPeg[i]
      ? reserve
      : (inPegs(reserve * (prices?.[i] ?? Number.NaN), prices, hasPeg) ?? Number.NaN);
  }
  return Number.isFinite(held) ? held : null;
}

/** An amount of token 0 in pegs, at the pool's price of its first coin; null where the pool has no coin or no price. */
export function inPegs(
  amount: number,
  prices: readonly number[] | null,
  hasPeg: readonly boolean[],
): number | null {
  const value = amount / (prices?.[hasPeg.indexOf(true)] ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}
