import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stableSwap, stableSwapD } from '../../src/pricing/stable-swap.js';
import { sharedPath } from '../helpers/shared.js';

interface Table {
  readonly A: number;
  readonly N: number;
  readonly points: Readonly<Record<string, number>>;
}

const facts = sharedPath('facts', 'pools.json');
const reserve = fc.double({ min: 1, max: 1000, noNaN: true });
const pool = fc.record({
  reserves: fc.array(reserve, { minLength: 2, maxLength: 5 }),
  amplification: fc.double({ min: 1, max: 5000, noNaN: true }),
});

describe('marginal prices of a StableSwap pool', () => {
  it.skipIf(facts === null)('agree with the published table of share and price (needs ../shared)', () => {
    const { two_coin, three_coin } = JSON.parse(readFileSync(facts ?? '', 'utf8')).stableswap_share_to_price;
    let points = 0;
    for (const { A, N, points: table } of [...two_coin, ...three_coin] as Table[]) {
      for (const [share, price] of Object.entries(table)) {
        // The table writes a third as 0.3333 and means it exactly.
        const s = share === '0.3333' ? 1 / 3 : Number(share);
        const reserves = Array.from({ length: N }, (_, i) => 1e8 * (i === 0 ? s : (1 - s) / (N - 1)));
        const prices = stableSwap(reserves, A);
        // Five digits are written; the last one may be cut instead of rounded.
        const difference = Math.abs(1 / (prices?.[1] ?? Number.NaN) - price);
        expect(difference, `A ${A}, N ${N}, share ${share}`).toBeLessThan(1e-5);
        points++;
      }
    }
    expect(points).toBeGreaterThan(80);
  });

  it('are what a tiny trade along the invariant would pay (bisection as the oracle)', () => {
    fc.assert(
      fc.property(pool, ({ reserves, amplification }) => {
        const prices = stableSwap(reserves, amplification);
        const d = stableSwapD(reserves, amplification);
        if (prices === null || d === null) throw new Error('a sound pool has a price');
        for (let i = 1; i < reserves.length; i++) {
          const h = reserves[i]! * 1e-4;
          const paid = (step: number): number =>
            solveReserve0(
              reserves.map((x, j) => (j === i ? x + step : x)),
              amplification,
              d,
            );
          const slope = (paid(-h) - paid(h)) / (2 * h);
          expect(prices[i]! / slope).toBeCloseTo(1, 4);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on the order or the scale of the reserves', () => {
    fc.assert(
      fc.property(
        pool,
        fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
        ({ reserves, amplification }, scale) => {
          const prices = stableSwap(reserves, amplification)!;
          const scaled = stableSwap(
            reserves.map((x) => x * scale),
            amplification,
          )!;
          const reversed = stableSwap([...reserves].reverse(), amplification)!;
          prices.forEach((price, i) => {
            expect(scaled[i]! / price).toBeCloseTo(1, 9);
            expect(reversed[reserves.length - 1 - i]! / reversed[reserves.length - 1]! / price).toBeCloseTo(
              1,
              9,
            );
          });
        },
      ),
    );
  });

  it('rank the coins by scarcity: the scarcer coin is the dearer one', () => {
    fc.assert(
      fc.property(pool, ({ reserves, amplification }) => {
        const prices = stableSwap(reserves, amplification)!;
        for (let i = 0; i < reserves.length; i++) {
          for (let j = 0; j < reserves.length; j++) {
            if (reserves[i]! < reserves[j]! * 0.999) expect(prices[i]!).toBeGreaterThan(prices[j]!);
          }
        }
      }),
    );
  });

  it('are all one where the reserves are equal, and D is their sum', () => {
    for (const n of [2, 3, 4, 8]) {
      expect(stableSwap(Array(n).fill(5e6), 200)).toEqual(Array(n).fill(1));
      expect(stableSwapD(Array(n).fill(5e6), 200)).toBeCloseTo(5e6 * n, 3);
    }
  });

  it('are unknown for reserves that no pool can have', () => {
    for (const reserves of [
      [],
      [1],
      [0, 1],
      [1, 0, 1],
      [-1, 1],
      [Number.NaN, 1],
      [1, Infinity],
      [1e308, 1e308],
    ]) {
      expect(stableSwap(reserves, 100)).toBeNull();
    }
    for (const a of [0, -1, Number.NaN, Infinity]) expect(stableSwap([1, 1], a)).toBeNull();
  });

  it('never come out as anything but positive numbers or unknown, whatever goes in', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 5 }), fc.double(), (reserves, amplification) => {
        const prices = stableSwap(reserves, amplification);
        for (const price of prices ?? []) expect(price > 0 && Number.isFinite(price)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Reserve 0 that satisfies the invariant as the paper writes it, by bisection. */
function solveReserve0(reserves: readonly number[], amplification: number, d: number): number {
  const n = reserves.length;
  const ann = amplification * n;
  const excess = (x: number): number => {
    const all = [x, ...reserves.slice(1)];
    const sum = all.reduce((a, b) => a + b, 0);
    const product = all.reduce((a, b) => a * b, 1);
    return ann * sum + d - ann * d - d ** (n + 1) / (n ** n * product);
  };
  let low = 1e-12;
  let high = d;
  while (excess(high) < 0) high *= 2;
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
