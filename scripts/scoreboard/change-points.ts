// Bayesian online change-points (Adams and MacKay, arXiv 0710.3742): the probability, after each value, of how long the
// present stretch has lasted. Values of a stretch are normal with unknown mean and variance, so the prediction of the
// next one is Student's t. Causal: a value is judged with what came before it and nothing else.
//
// Deliberately not part of the program: on the open data it earns no place beside the plain rules, see
// `compare-change-points.ts` and docs/methodology.md.

export interface ChangePointOptions {
  /** Values between two changes, on average. */
  readonly meanStretch: number;
  /** Stretches longer than this are one stretch. */
  readonly longest: number;
  /** What is believed of a stretch before its first value: normal-gamma, in the unit of the values. */
  readonly prior: Belief;
}

/** `mean` counts as `weight` values; the precision is gamma distributed with `shape` and `rate`. */
export interface Belief {
  readonly mean: number;
  readonly weight: number;
  readonly shape: number;
  readonly rate: number;
}

export interface ChangePoints {
  /** The probability that the present stretch began with one of the last `count` values, this one included. */
  take(value: number, count: number): number;
}

export function createChangePoints({ meanStretch, longest, prior }: ChangePointOptions): ChangePoints {
  const hazard = 1 / meanStretch;
  /** By the number of values in the stretch, less one; index 0 began with the newest value. */
  let weights: number[] = [];
  let beliefs: Belief[] = [];
  return {
    take(value, count) {
      const fresh = Math.exp(logPredictive(prior, value));
      const grown = weights.map(
        (weight, i) => weight * (1 - hazard) * Math.exp(logPredictive(beliefs[i] ?? prior, value)),
      );
      // All of the mass is passed on with the probability of a change; at the very first value there is none yet.
      const begun = (weights.length === 0 ? 1 : hazard) * fresh;
      weights = [begun, ...grown];
      beliefs = [prior, ...beliefs].map((belief) => learn(belief, value));
      if (weights.length > longest) {
        const dropped = weights.pop() ?? 0;
        beliefs.pop();
        weights[longest - 1] = (weights[longest - 1] ?? 0) + dropped;
      }
      const sum = weights.reduce((all, weight) => all + weight, 0);
      // A value that nothing expects (all probabilities underflow) begins a stretch.
      weights = sum > 0 ? weights.map((weight) => weight / sum) : weights.map((_, i) => (i === 0 ? 1 : 0));
      return weights.slice(0, count).reduce((all, weight) => all + weight, 0);
    },
  };
}

function learn({ mean, weight, shape, rate }: Belief, value: number): Belief {
  return {
    mean: (weight * mean + value) / (weight + 1),
    weight: weight + 1,
    shape: shape + 0.5,
    rate: rate + (weight * (value - mean) ** 2) / (2 * (weight + 1)),
  };
}

/** Student's t with 2 * shape degrees of freedom. */
function logPredictive({ mean, weight, shape, rate }: Belief, value: number): number {
  const scale = (rate * (weight + 1)) / (shape * weight);
  const freedom = 2 * shape;
  return (
    logGamma((freedom + 1) / 2) -
    logGamma(freedom / 2) -
    0.5 * Math.log(freedom * Math.PI * scale) -
    ((freedom + 1) / 2) * Math.log1p((value - mean) ** 2 / (freedom * scale))
  );
}

/** Stirling's series after raising the argument to where it is exact to some twelve digits. */
export function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < 10) shift += Math.log(at++);
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
