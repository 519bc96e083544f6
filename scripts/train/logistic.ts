// Logistic regression with a ridge (L2) on its weights, the intercept left free, by Newton's method: the likelihood is
// convex, so where it ends up does not depend on where it began. Features must be standardised.

export interface Logistic {
  readonly intercept: number;
  readonly weights: readonly number[];
}

/** `rows` of equal length; `ridge` is what a weight of one costs, in units of log-likelihood, halved. */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  ridge: number,
): Logistic {
  const size = (rows[0]?.length ?? 0) + 1;
  let beta = new Float64Array(size);
  beta[0] = logit(mean(labels));
  let standing = costOf(beta, rows, labels, ridge);
  for (let round = 0; round < 100; round++) {
    const gradient = new Float64Array(size);
    const hessian = Array.from({ length: size }, () => new Float64Array(size));
    rows.forEach((row, r) => {
      const p = chance(beta, row);
      const weight = Math.max(1e-9, p * (1 - p));
      for (let i = 0; i < size; i++) {
        const x = i === 0 ? 1 : (row[i - 1] ?? 0);
        at(gradient, i, ((labels[r] ?? 0) - p) * x);
        for (let j = 0; j <= i; j++) {
          const y = j === 0 ? 1 : (row[j - 1] ?? 0);
          const line = hessian[i];
          if (line !== undefined) at(line, j, weight * x * y);
        }
      }
    });
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) set(hessian, i, j, hessian[j]?.[i] ?? 0);
      if (i === 0) continue;
      at(gradient, i, -ridge * (beta[i] ?? 0));
      set(hessian, i, i, (hessian[i]?.[i] ?? 0) + ridge);
    }
    const step = solve(hessian, gradient);
    // Newton overshoots where few hits stand against many misses: half the way, until it is better than before.
    let share = 1;
    let next = moved(beta, step, share);
    let cost = costOf(next, rows, labels, ridge);
    while (!(cost <= standing) && share > 1e-6) {
      share /= 2;
      next = moved(beta, step, share);
      cost = costOf(next, rows, labels, ridge);
    }
    if (!(cost <= standing)) break;
    beta = next;
    const gained = standing - cost;
    standing = cost;
    if (gained < 1e-12 * (1 + Math.abs(cost)) && share === 1) break;
  }
  return { intercept: beta[0] ?? 0, weights: [...beta.slice(1)] };
}

export function chanceOf({ intercept, weights }: Logistic, row: readonly number[]): number {
  return chance(Float64Array.of(intercept, ...weights), row);
}

function chance(beta: Float64Array, row: readonly number[]): number {
  let sum = beta[0] ?? 0;
  for (let i = 0; i < row.length; i++) sum += (beta[i + 1] ?? 0) * (row[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}

function logit(p: number): number {
  const safe = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(safe / (1 - safe));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function moved(beta: Float64Array, step: Float64Array, share: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(beta, (value, i) => value + share * (step[i] ?? 0));
}

/** Negative log-likelihood with the ridge: what is made as small as it can be. */
function costOf(
  beta: Float64Array,
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  ridge: number,
): number {
  let cost = 0;
  for (let i = 1; i < beta.length; i++) cost += (ridge / 2) * (beta[i] ?? 0) ** 2;
  rows.forEach((row, r) => {
    const p = chance(beta, row);
    cost -= Math.log(Math.max(1e-300, labels[r] === 1 ? p : 1 - p));
  });
  return cost;
}

/** Gaussian elimination with partial pivoting; what cannot be told apart is left at zero. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const a = matrix.map((row, i) => Float64Array.of(...row, right[i] ?? 0));
  const n = a.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i]?.[k] ?? 0) > Math.abs(a[pivot]?.[k] ?? 0)) pivot = i;
    const line = a[pivot];
    const first = a[k];
    if (line === undefined || first === undefined || Math.abs(line[k] ?? 0) < 1e-12) continue;
    [a[k], a[pivot]] = [line, first];
    for (let i = k + 1; i < n; i++) {
      const row = a[i];
      if (row === undefined) continue;
      const factor = (row[k] ?? 0) / (line[k] ?? 1);
      for (let j = k; j <= n; j++) at(row, j, -factor * (line[j] ?? 0));
    }
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = a[i];
    if (row === undefined || Math.abs(row[i] ?? 0) < 1e-12) continue;
    let sum = row[n] ?? 0;
    for (let j = i + 1; j < n; j++) sum -= (row[j] ?? 0) * (x[j] ?? 0);
    x[i] = sum / (row[i] ?? 1);
  }
  return x;
}

function at(row: Float64Array, i: number, by: number): void {
  row[i] = (row[i] ?? 0) + by;
}

function set(matrix: readonly Float64Array[], i: number, j: number, value: number): void {
  const row = matrix[i];
  if (row !== undefined) row[j] = value;
}
