// No look-ahead anywhere: whatever the future holds, the past is judged the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeSpec } from '../../src/core/spec.js';
import { type Bars, foldBars, inputsOfBars, minuteMs, startMs } from '../helpers/imports.js';

const walk = fc
  .array(fc.constantFrom(-0.004, -0.001, 0, 0, 0, 0.001, 0.004), { minLength: 30, maxLength: 120 })
  .map((steps) => {
    let price = 1;
    return steps.map((step) => {
      price = Math.max(0.5, price + step);
      return Number(price.toFixed(4));
    });
  });
const markets = fc.tuple(walk, walk, walk).map(([a, b, c]): Bars[] => [
  { id: 'kraken/usdc-usd', tokens: ['USDC', 'USD'], prices: a },
  { id: 'kraken/usdc-usdt', tokens: ['USDC', 'USDT'], prices: b },
  { id: 'page/dai', tokens: ['DAI', 'USD'], prices: c, volume: null },
]);

const edges: readonly EdgeSpec[] = [
  { kind: 'collateralOf', from: 'USDC', to: 'DAI', share: null, lag: null },
  { kind: 'pooledWith', from: 'DAI', to: 'USDC', share: null, lag: null },
];

describe('a back-test', () => {
  it('says the same of the past whatever comes after it', async () => {
    let spoken = 0;
    let watched = 0;
    await fc.assert(
      fc.asyncProperty(markets, markets, fc.integer({ min: 1, max: 30 }), async (past, future, cut) => {
        const mixed = past.map((bars, i) => ({
          ...bars,
          prices: [...bars.prices.slice(0, cut), ...(future[i]?.prices ?? []).slice(cut)],
        }));
        // The bar of minute `cut - 1` is known at its end.
        const until = startMs + cut * minuteMs;
        const upTo = async (all: readonly Bars[]) =>
          (await foldBars(all, edges)).signals
            .filter(({ atMs }) => atMs <= until)
            .map((one) => JSON.stringify(one));
        const [one, other] = [await upTo(past), await upTo(mixed)];
        spoken += one.length;
        watched += one.filter((signal) => signal.includes('"contagionWatch"')).length;
        expect(other).toEqual(one);
      }),
      { numRuns: 40, endOnFailure: true },
    );
    expect(spoken).toBeGreaterThan(20);
    expect(watched).toBeGreaterThan(5);
  });

  it('folds by the moment at which a value could be known, which never runs backwards', () => {
    fc.assert(
      fc.property(markets, (all) => {
        const inputs = inputsOfBars(all);
        for (const [i, input] of inputs.entries()) {
          expect(input.atMs).toBeGreaterThanOrEqual(inputs[i - 1]?.atMs ?? 0);
          if (input.kind === 'block') expect(input.block.timeMs).toBe(input.atMs);
        }
        const first = inputs.find(({ kind }) => kind === 'block');
        expect(first?.atMs).toBe(startMs + minuteMs);
      }),
      { numRuns: 30 },
    );
  });
});
