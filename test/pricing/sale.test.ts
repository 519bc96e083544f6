import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concentrated } from '../../src/pricing/concentrated.js';
import { concentratedSale, constantProductSale, stableSwapSale } from '../../src/pricing/sale.js';
import { stableSwap, stableSwapD } from '../../src/pricing/stable-swap.js';

const share = fc.double({ min: 1e-4, max: 0.8, noNaN: true });

describe('a sale into a constant product pool', () => {
  it('leaves the product of the reserves as it was', () => {
    const reserve = fc.double({ min: 1, max: 1e10, noNaN: true });
    fc.assert(
      fc.property(reserve, reserve, share, (x, y, part) => {
        const amount = x * part;
        const sale = constantProductSale(x, amount) ?? Number.NaN;
        const got = amount * (y / x) * (1 + sale);
        expect(((x + amount) * (y - got)) / (x * y)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('is unknown for reserves and amounts that make no sense', () => {
    for (const reserve of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(constantProductSale(reserve, 1)).toBeNull();
    expect(constantProductSale(1, -1)).toBeNull();
    expect(constantProductSale(1, 0)).toBe(0);
  });
});

describe('a sale into a StableSwap pool', () => {
  const pool = fc.record({
    reserves: fc.array(fc.double({ min: 1e6, max: 1e9, noNaN: true }), { minLength: 2, maxLength: 4 }),
    amplification: fc.integer({ min: 10, max: 5000 }),
  });

  it('leaves the invariant as it was', () => {
    fc.assert(
      fc.property(pool, share, ({ reserves, amplification }, part) => {
        const amount = (reserves[0] ?? 0) * part;
        const prices = stableSwap(reserves, amplification);
        const sale = stableSwapSale(reserves, amplification, 0, 1, amount);
        if (prices === null || sale === null) throw new Error('no price');
        const got = (amount * (1 + sale)) / (prices[1] ?? Number.NaN);
        const after = reserves.map((reserve, i) =>
          i === 0 ? reserve + amount : i === 1 ? reserve - got : reserve,
        );
        const before = stableSwapD(reserves, amplification) ?? Number.NaN;
        expect((stableSwapD(after, amplification) ?? Number.NaN) / before).toBeCloseTo(1, 6);
        expect(sale).toBeLessThanOrEqual(1e-9);
      }),
    );
  });

  it('is unknown for one coin against itself and for an empty pool', () => {
    expect(stableSwapSale([1, 1], 100, 0, 0, 1)).toBeNull();
    expect(stableSwapSale([0, 1], 100, 0, 1, 1)).toBeNull();
    expect(stableSwapSale([1, 1], 100, 0, 2, 1)).toBeNull();
    expect(stableSwapSale([1e6, 1e6], 100, 0, 1, 0)).toBe(0);
  });
});

describe('a sale into a concentrated pool', () => {
  it('gets what many small sales along the curve get, within a per cent', () => {
    const liquidity = 1e15;
    const depth = concentrated(1, liquidity, [6, 6])?.depth ?? Number.NaN;
    for (const part of [0.1, 0.5, 1]) {
      const amount = depth * part;
      const steps = 20_000;
      let root = 1;
      let got = 0;
      for (let i = 0; i < steps; i++) {
        const dx = (amount * 1e6) / steps;
        const next = (liquidity * root) / (liquidity + dx * root);
        got += (liquidity * (root - next)) / 1e6;
        root = next;
      }
      expect(concentratedSale(depth, amount)).toBeCloseTo(got / amount - 1, 8);
    }
  });

  it('promises no more than a per cent less for what the range is not believed to take', () => {
    expect(concentratedSale(1000, 1e9)).toBeCloseTo(-0.01, 6);
    expect(concentratedSale(0, 1)).toBeCloseTo(-0.01, 12);
    expect(concentratedSale(1000, 2000)).toBeLessThan(concentratedSale(1000, 1000) ?? 0);
  });

  it('is unknown for a depth that makes no sense', () => {
    for (const depth of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(concentratedSale(depth, 1)).toBeNull();
    expect(concentratedSale(0, 0)).toBe(0);
  });
});
