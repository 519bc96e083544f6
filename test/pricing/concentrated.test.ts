import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sqrtRatio } from '../../src/core/units.js';
import { concentrated } from '../../src/pricing/concentrated.js';

const root = fc.double({ min: 1e-9, max: 1e9, noNaN: true });
const liquidity = fc.double({ min: 1, max: 1e24, noNaN: true });

describe('pricing of a concentrated pool', () => {
  it('gives one for a square root of one and equal decimals', () => {
    expect(concentrated(1, 1e12, [6, 6])?.prices).toEqual([1, 1]);
  });

  it('reads the tick as a power of 1.0001 (whitepaper 6.1)', () => {
    for (const tick of [-100, -1, 0, 1, 250]) {
      const price = concentrated(Math.sqrt(1.0001 ** tick), 1, [6, 6])?.prices[1];
      // sqrtPrice is token1 per token0: the price of token 1 in token 0 is its inverse.
      expect(price).toBeCloseTo(1.0001 ** -tick, 12);
    }
  });

  it('takes the decimals of both tokens into account', () => {
    // One DAI (18 decimals, token 0) for one USDC (6 decimals, token 1).
    expect(concentrated(Math.sqrt(1e-12), 1e18, [18, 6])?.prices[1]).toBeCloseTo(1, 9);
    // The same pair the other way round.
    expect(concentrated(Math.sqrt(1e12), 1e18, [6, 18])?.prices[1]).toBeCloseTo(1, 9);
  });

  it('reads sqrtPriceX96 of exactly 2^96 as par', () => {
    expect(concentrated(sqrtRatio(2n ** 96n), 1, [18, 18])?.prices[1]).toBe(1);
  });

  it('has a depth that, sold along the range, moves the price by exactly one per cent', () => {
    fc.assert(
      fc.property(root, liquidity, (s, l) => {
        const pool = concentrated(s, l, [0, 0])!;
        // Selling token 0: x = L / s grows by the depth.
        const after0 = l / (l / s + pool.depth);
        expect((after0 / s) ** 2).toBeCloseTo(0.99, 9);
        // Selling the same value of token 1: y = L * s grows; its price is the inverse square.
        const after1 = (l * s + pool.depth / pool.prices[1]) / l;
        expect((s / after1) ** 2).toBeCloseTo(0.99, 9);
      }),
    );
  });

  it('has no depth where nothing is in range, and still a price', () => {
    expect(concentrated(1, 0, [6, 6])).toEqual({ prices: [1, 1], depth: 0 });
  });

  it('is unknown for a state that no pool can have', () => {
    for (const s of [0, Number.NaN, Infinity]) expect(concentrated(s, 1, [6, 6])).toBeNull();
    for (const l of [-1, Number.NaN, Infinity]) expect(concentrated(1, l, [6, 6])).toBeNull();
    expect(concentrated(1, 1, [6, 100_000])).toBeNull();
  });
});
