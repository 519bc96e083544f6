// The parts of `npm run train`: the regression, the forest and the rule by which incidents are held out.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../scripts/train/collect.js';
import { evaluate } from '../../scripts/train/evaluate.js';
import { forestChance, growForest } from '../../scripts/train/forest.js';
import { chanceOf, fitLogistic } from '../../scripts/train/logistic.js';
import { features } from '../../src/outlook/features.js';

describe('logistic regression', () => {
  it('gives the share of hits where there is nothing to tell apart', () => {
    const model = fitLogistic(Array(8).fill([0]), [1, 0, 0, 0, 1, 0, 0, 0], 1);
    expect(chanceOf(model, [0])).toBeCloseTo(0.25, 9);
  });

  it('finds the odds of a table of two by two', () => {
    // 3 of 4 hits with it, 1 of 4 without: log odds of +log 3 and -log 3.
    const rows = [1, 1, 1, 1, 0, 0, 0, 0].map((x) => [x]);
    const model = fitLogistic(rows, [1, 1, 1, 0, 1, 0, 0, 0], 0);
    expect(model.intercept).toBeCloseTo(-Math.log(3), 6);
    expect(model.weights[0]).toBeCloseTo(2 * Math.log(3), 6);
  });

  it('stands where the slope of the penalised likelihood is nought, whatever the data', () => {
    const row = fc.tuple(
      fc.double({ min: -2, max: 2, noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
    );
    const data = fc.array(fc.tuple(row, fc.constantFrom(0, 1)), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(data, (all) => {
        const labels = all.map(([, label]) => label);
        fc.pre(labels.includes(0) && labels.includes(1));
        const rows = all.map(([one]) => [...one]);
        const model = fitLogistic(rows, labels, 2);
        const misses = rows.map((one, i) => (labels[i] ?? 0) - chanceOf(model, one));
        expect(misses.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 5);
        for (const [i, weight] of model.weights.entries()) {
          const slope = misses.reduce((sum, miss, r) => sum + miss * (rows[r]?.[i] ?? 0), 0);
          expect(slope - 2 * weight).toBeCloseTo(0, 5);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a forest', () => {
  it('parts what one threshold parts', () => {
    const rows = Array.from({ length: 400 }, (_, i) => [i / 400, (i * 7919) % 13]);
    const labels = rows.map(([x = 0]) => (x > 0.75 ? 1 : 0));
    const forest = growForest(rows, labels);
    expect(forestChance(forest, [0.95, 1])).toBeGreaterThan(0.6);
    expect(forestChance(forest, [0.1, 1])).toBeLessThan(0.2);
  });
});

describe('leaving one incident out', () => {
  const deviation = features.filter(({ name }) => name === 'deviation');
  const candidate = { name: 'deviation', features: deviation, kind: 'logistic' } as const;
  /** Two months of hours; in each the coin turns critical on the 20th, and stands far off the day before if `shown`. */
  const samples = (shown: readonly boolean[]): Sample[] =>
    shown.flatMap((isShown, month) =>
      Array.from({ length: 600 }, (_, hour): Sample => {
        const label = hour >= 456 && hour < 480 ? 1 : 0;
        const off = label === 1 && isShown ? 100 : 2;
        return { atMs: Date.UTC(2024, month, 1, hour), coin: 'USDC', values: { deviation: off }, label };
      }),
    );

  it('finds skill where what told the one tells the other', () => {
    const { score, folds } = evaluate(samples([true, true]), candidate);
    expect(score.skill).toBeGreaterThan(0.5);
    expect(folds.map(({ held, positives }) => [held, positives])).toEqual([
      ['2024-01', 24],
      ['2024-02', 24],
    ]);
  });

  it('finds none where it was learned by heart: the held-out month is not in the training', () => {
    const { folds } = evaluate(samples([true, false]), candidate);
    expect(Math.max(...folds.map(({ skill }) => skill))).toBeLessThanOrEqual(0.01);
  });
});
