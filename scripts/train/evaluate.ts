// Leave one incident out: each month in which something began is held out once, with a share of the quiet months, and
// foretold by a model that saw none of it. Coins that broke together are held out together.

import { type Feature, scaled } from '../../src/outlook/features.js';
import type { Score, TrainingRecord } from '../../src/outlook/model.js';
import type { Sample } from './collect.js';
import { forestChance, growForest } from './forest.js';
import { chanceOf, fitLogistic } from './logistic.js';

export interface Candidate {
  readonly name: string;
  readonly features: readonly Feature[];
  readonly kind: 'logistic' | 'forest';
}

export interface Evaluation {
  readonly score: Score;
  readonly folds: TrainingRecord['folds'];
  readonly reliability: TrainingRecord['reliability'];
}

export interface Fitted {
  readonly intercept: number;
  readonly features: readonly { name: string; mean: number; spread: number; weight: number }[];
}

/** Fixed beforehand, for all candidates alike. */
const ridge = 10;
const bounds = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1];

export function evaluate(samples: readonly Sample[], candidate: Candidate): Evaluation {
  const forecasts: { readonly chance: number; readonly label: number; readonly rate: number }[] = [];
  const folds = foldsOf(samples).map((months) => {
    const isHeld = ({ atMs }: Sample): boolean => months.includes(monthOf(atMs));
    const training = samples.filter((one) => !isHeld(one));
    const chance = trained(training, candidate);
    const rate = rateOf(training);
    const own = samples.filter(isHeld).map((one) => ({ chance: chance(one), label: one.label, rate }));
    forecasts.push(...own);
    return { held: months[0] ?? '', ...scoreOf(own) };
  });
  return { score: scoreOf(forecasts), folds, reliability: reliabilityOf(forecasts) };
}

export function fitWhole(samples: readonly Sample[], features: readonly Feature[]): Fitted {
  const scales = features.map((feature) => scaleOf(samples, feature));
  const rows = samples.map((sample) => features.map((one, i) => standardised(sample, one, scales[i])));
  const { intercept, weights } = fitLogistic(
    rows,
    samples.map(({ label }) => label),
    ridge,
  );
  return {
    intercept,
    features: features.map(({ name }, i) => {
      const { mean = 0, spread = 1 } = scales[i] ?? {};
      return { name, mean, spread, weight: weights[i] ?? 0 };
    }),
  };
}

export function rateOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { label }) => sum + label, 0) / samples.length;
}

function trained(samples: readonly Sample[], { features, kind }: Candidate): (sample: Sample) => number {
  const scales = features.map((feature) => scaleOf(samples, feature));
  const rowOf = (sample: Sample): number[] => features.map((one, i) => standardised(sample, one, scales[i]));
  const labels = samples.map(({ label }) => label);
  if (kind === 'forest') {
    const forest = growForest(samples.map(rowOf), labels);
    return (sample) => forestChance(forest, rowOf(sample));
  }
  const model = fitLogistic(samples.map(rowOf), labels, ridge);
  return (sample) => chanceOf(model, rowOf(sample));
}

interface Scale {
  readonly mean: number;
  readonly spread: number;
}

function scaleOf(samples: readonly Sample[], feature: Feature): Scale {
  const known = samples.flatMap(({ values }) => {
    const value = values[feature.name];
    return value === undefined ? [] : [scaled(feature, value)];
  });
  if (known.length === 0) return { mean: 0, spread: 1 };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return { mean, spread: Math.sqrt(variance) || 1 };
}

/** What is not known counts as usual. */
function standardised({ values }: Sample, feature: Feature, scale: Scale | undefined): number {
  const value = values[feature.name];
  return value === undefined || scale === undefined
    ? 0
    : (scaled(feature, value) - scale.mean) / scale.spread;
}

function scoreOf(forecasts: readonly { chance: number; label: number; rate: number }[]): Score {
  const mean = (of: (one: (typeof forecasts)[number]) => number): number =>
    forecasts.reduce((sum, one) => sum + of(one), 0) / forecasts.length;
  const brier = mean(({ chance, label }) => (chance - label) ** 2);
  const baseBrier = mean(({ rate, label }) => (rate - label) ** 2);
  const positives = forecasts.filter(({ label }) => label === 1).length;
  return { samples: forecasts.length, positives, brier, baseBrier, skill: 1 - brier / baseBrier };
}

function reliabilityOf(
  forecasts: readonly { chance: number; label: number }[],
): TrainingRecord['reliability'] {
  return bounds.slice(1).flatMap((to, i) => {
    const from = bounds[i] ?? 0;
    const own = forecasts.filter(({ chance }) => chance >= from && (chance < to || to === 1));
    if (own.length === 0) return [];
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
    const meanForecast = mean(own.map(({ chance }) => chance));
    return [{ from, to, forecasts: own.length, meanForecast, observed: mean(own.map(({ label }) => label)) }];
  });
}

function foldsOf(samples: readonly Sample[]): readonly (readonly string[])[] {
  const months = [...new Set(samples.map(({ atMs }) => monthOf(atMs)))].sort();
  const struck = new Set(samples.filter(({ label }) => label === 1).map(({ atMs }) => monthOf(atMs)));
  const folds = months.filter((month) => struck.has(month)).map((month) => [month]);
  if (folds.length < 2) throw new Error('nothing can be left out: there are not two months with incidents');
  months
    .filter((month) => !struck.has(month))
    .forEach((month, i) => {
      folds[i % folds.length]?.push(month);
    });
  return folds;
}

function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}
