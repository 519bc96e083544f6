import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Belief, createChangePoints, logGamma } from '../../scripts/scoreboard/change-points.js';

const prior: Belief = { mean: 0, weight: 0.5, shape: 2, rate: 3 };

/** The evidence for one stretch in closed form (normal-gamma): no recursion shared with what is tested. */
function evidence(values: readonly number[]): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const weight = prior.weight + n;
  const shape = prior.shape + n / 2;
  const rate = prior.rate + spread / 2 + (prior.weight * n * (mean - prior.mean) ** 2) / (2 * weight);
  const log =
    logGamma(shape) -
    logGamma(prior.shape) +
    prior.shape * Math.log(prior.rate) -
    shape * Math.log(rate) +
    0.5 * Math.log(prior.weight / weight) -
    (n / 2) * Math.log(2 * Math.PI);
  return Math.exp(log);
}

/** Sums over every way to cut the values into stretches. */
function bruteForce(values: readonly number[], meanStretch: number, count: number): number {
  const hazard = 1 / meanStretch;
  const gaps = values.length - 1;
  let all = 0;
  let recent = 0;
  for (let cuts = 0; cuts < 2 ** gaps; cuts++) {
    let weight = 1;
    let begin = 0;
    for (let gap = 0; gap < gaps; gap++) {
      const cut = (cuts >> gap) & 1;
      weight *= cut === 1 ? hazard : 1 - hazard;
      if (cut === 0) continue;
      weight *= evidence(values.slice(begin, gap + 1));
      begin = gap + 1;
    }
    weight *= evidence(values.slice(begin));
    all += weight;
    if (values.length - begin <= count) recent += weight;
  }
  return recent / all;
}

describe('online change-points', () => {
  it('agree with the sum over every way to cut the past into stretches', () => {
    const values = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 3 }),
        (past, mean, count) => {
          const points = createChangePoints({ meanStretch: mean, longest: 100, prior });
          let last = Number.NaN;
          for (const value of past) last = points.take(value, count);
          expect(last).toBeCloseTo(bruteForce(past, mean, count), 8);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('see a level that jumps, and do not see one that stays', () => {
    const points = createChangePoints({ meanStretch: 100, longest: 50, prior });
    const calm = Array.from({ length: 80 }, (_, i) => points.take(i % 2, 3));
    expect(Math.max(...calm.slice(10))).toBeLessThan(0.1);
    expect([30, 31, 30].map((value) => points.take(value, 3)).at(-1)).toBeGreaterThan(0.9);
  });

  it('survive a value that nothing expects', () => {
    const points = createChangePoints({ meanStretch: 100, longest: 5, prior });
    for (let i = 0; i < 20; i++) points.take(0, 1);
    for (const value of [1e200, 0, -1e200, 0]) {
      const probability = points.take(value, 1);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });
});

describe('the logarithm of the gamma function', () => {
  it('is that of the factorials and of the half', () => {
    let factorial = 1;
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n)).toBeCloseTo(Math.log(factorial), 10);
      factorial *= n;
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 10);
  });
});
