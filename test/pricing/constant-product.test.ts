import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantProduct } from '../../src/pricing/constant-product.js';
import { heldInPegs, inPegs } from '../../src/pricing/holdings.js';

const reserve = fc.double({ min: 1e-3, max: 1e12, noNaN: true });

describe('marginal prices of a constant-product pool', () => {
  it('are the ratio of the reserves', () => {
    expect(constantProduct([3_000_000, 1_000])).toEqual([1, 3_000]);
  });

  it('are what a tiny trade along x * y = k would pay', () => {
    fc.assert(
      fc.property(reserve, reserve, (x, y) => {
        const h = y * 1e-5;
        const slope = ((x * y) / (y - h) - (x * y) / (y + h)) / (2 * h);
        expect(constantProduct([x, y])![1]! / slope).toBeCloseTo(1, 6);
      }),
    );
  });

  it('are inverse to each other when the tokens change places', () => {
    fc.assert(
      fc.property(reserve, reserve, (x, y) => {
        expect(constantProduct([x, y])![1]! * constantProduct([y, x])![1]!).toBeCloseTo(1, 12);
      }),
    );
  });

  it('are unknown for reserves that no pool can have', () => {
    for (const reserves of [[], [1], [0, 1], [1, -1], [Number.NaN, 1], [1, Infinity], [1e308, 1e-308]]) {
      expect(constantProduct(reserves)).toBeNull();
    }
  });
});

describe('what a pool holds, in pegs', () => {
  it('counts each coin as one peg, whatever it trades at', () => {
    expect(heldInPegs([90, 30], [1, 3], [true, true])).toBe(120);
  });

  it('values a token without a peg at the pool’s own price', () => {
    expect(heldInPegs([2, 6000], [1, 1 / 3000], [false, true])).toBeCloseTo(12_000, 6);
    expect(heldInPegs([6000, 2], [1, 3000], [true, false])).toBeCloseTo(12_000, 6);
    expect(inPegs(2, [1, 1 / 3000], [false, true])).toBeCloseTo(6000, 6);
  });

  it('needs no price where every token is a coin', () => {
    expect(heldInPegs([0, 30], null, [true, true])).toBe(30);
    expect(heldInPegs([2, 30], null, [false, true])).toBeNull();
  });

  it('is unknown where no token has a peg', () => {
    expect(heldInPegs([1, 1], [1, 1], [false, false])).toBeNull();
    expect(inPegs(1, [1, 1], [false, false])).toBeNull();
  });
});
