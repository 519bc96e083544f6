// A small random forest, to compare with: trees of little depth on bootstrapped samples, a few features at each split,
// thresholds at quantiles. Seeded, so that it grows the same each time.

import { mulberry32 } from '../bench/frames.js';

export type Forest = readonly Tree[];
type Tree =
  | { readonly chance: number }
  | { readonly feature: number; readonly below: number; readonly left: Tree; readonly right: Tree };

const trees = 25;
const depth = 4;
const leastLeaf = 50;
const quantiles = 12;

export function growForest(rows: readonly (readonly number[])[], labels: readonly number[]): Forest {
  const random = mulberry32(1);
  return Array.from({ length: trees }, () => {
    const picked = rows.map(() => Math.floor(random() * rows.length));
    return grow(rows, labels, picked, depth, random);
  });
}

export function forestChance(forest: Forest, row: readonly number[]): number {
  return forest.reduce((sum, tree) => sum + leafOf(tree, row), 0) / forest.length;
}

function leafOf(tree: Tree, row: readonly number[]): number {
  if ('chance' in tree) return tree.chance;
  return leafOf((row[tree.feature] ?? 0) < tree.below ? tree.left : tree.right, row);
}

function grow(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  picked: readonly number[],
  left: number,
  random: () => number,
): Tree {
  const count = picked.length;
  const positives = picked.reduce((sum, i) => sum + (labels[i] ?? 0), 0);
  // A hundredth of a hit is thrown in: a leaf without one does not say never.
  const leaf = { chance: (positives + 0.01) / (count + 1) };
  if (left === 0 || positives === 0 || count < 2 * leastLeaf) return leaf;
  let best: { readonly feature: number; readonly below: number; readonly gain: number } | null = null;
  const width = rows[0]?.length ?? 0;
  for (let tried = 0; tried < Math.max(1, Math.ceil(Math.sqrt(width))); tried++) {
    const feature = Math.floor(random() * width);
    const sorted = Array.from({ length: 200 }, () => {
      const i = picked[Math.floor(random() * count)] ?? 0;
      return rows[i]?.[feature] ?? 0;
    }).sort((a, b) => a - b);
    for (let q = 1; q < quantiles; q++) {
      const below = sorted[Math.floor((q * sorted.length) / quantiles)] ?? 0;
      const gain = gainOf(rows, labels, picked, feature, below);
      if (gain > (best?.gain ?? 0)) best = { feature, below, gain };
    }
  }
  if (best === null) return leaf;
  const { feature, below } = best;
  const side = (isLeft: boolean): number[] =>
    picked.filter((i) => (rows[i]?.[feature] ?? 0) < below === isLeft);
  return {
    feature,
    below,
    left: grow(rows, labels, side(true), left - 1, random),
    right: grow(rows, labels, side(false), left - 1, random),
  };
}

/** By how much a split lowers the squared error; 0 where a side would be too small. */
function gainOf(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  picked: readonly number[],
  feature: number,
  below: number,
): number {
  let [leftCount, leftSum, all] = [0, 0, 0];
  for (const i of picked) {
    const label = labels[i] ?? 0;
    all += label;
    if ((rows[i]?.[feature] ?? 0) >= below) continue;
    leftCount++;
    leftSum += label;
  }
  const rightCount = picked.length - leftCount;
  if (leftCount < leastLeaf || rightCount < leastLeaf) return 0;
  const rightSum = all - leftSum;
  return leftSum ** 2 / leftCount + rightSum ** 2 / rightCount - all ** 2 / picked.length;
}
