// One coin's trouble on several chains: does it move together, and where does it come from? Each chain gives a series of
// impact by block time (the worst that stands there), and every pair of chains is laid over each other with a lag. The
// lag at which two fit best says which of them was first.

import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import type { ChainName } from '../core/chain.js';
import type { CoinName } from '../core/coin.js';
import type { Signal } from '../core/signal.js';
import { type ImpactTrail, stepOf } from './impact-trail.js';

export interface Pair {
  /** The one that comes first; the first of the alphabet where neither does. */
  readonly leader: ChainName;
  readonly follower: ChainName;
  readonly lagMs: number;
  /** At that lag, -1 to 1. */
  readonly pearson: number;
  readonly rank: number;
}

export interface AcrossChains {
  readonly chains: readonly ChainName[];
  readonly pairs: readonly Pair[];
  /** More than half of the pairs correlate by more than 0.7. */
  readonly spreading: boolean;
  readonly lead: ChainName | null;
  /** 0 to 1: how clearly the lead comes before the others. */
  readonly confidence: number;
}

export const acrossChainsDefaults = {
  windowMs: 3_600_000,
  bucketMs: 15_000,
  maxLagMs: 900_000,
  together: 0.7,
} as const;

export type AcrossOptions = { readonly [Name in keyof typeof acrossChainsDefaults]: number };

/** Signals in any order; those later than `nowMs` are not looked at. */
export function acrossChains(
  signals: readonly Signal[],
  coin: CoinName,
  nowMs: number,
  options: AcrossOptions = acrossChainsDefaults,
): AcrossChains {
  const steps = signals.filter((one) => one.coin === coin).map(stepOf);
  return acrossTrail(
    steps.sort((a, b) => a.blockTimeMs - b.blockTimeMs),
    nowMs,
    options,
  );
}

/** The same of a trail, which is in order of block time. */
export function acrossTrail(
  trail: ImpactTrail,
  nowMs: number,
  options: AcrossOptions = acrossChainsDefaults,
): AcrossChains {
  const series = impactByChain(trail, nowMs, options);
  const chains = [...series.keys()].sort();
  const pairs: Pair[] = [];
  for (const [i, a] of chains.entries()) {
    for (const b of chains.slice(i + 1)) {
      const pair = bestPair(a, b, series.get(a) ?? [], series.get(b) ?? [], options);
      if (pair !== null) pairs.push(pair);
    }
  }
  const together = pairs.filter(({ pearson }) => pearson > options.together);
  return { chains, pairs, spreading: together.length * 2 > pairs.length, ...leadOf(chains, pairs) };
}

/** The worst impact that stands on each chain, bucket by bucket of the window; chains on which nothing moved are left out. */
function impactByChain(
  trail: ImpactTrail,
  nowMs: number,
  { windowMs, bucketMs }: Pick<AcrossOptions, 'windowMs' | 'bucketMs'>,
): ReadonlyMap<ChainName, readonly number[]> {
  const buckets = Math.floor(windowMs / bucketMs);
  const fromMs = nowMs - buckets * bucketMs;
  const known = trail.filter(({ blockTimeMs }) => blockTimeMs <= nowMs);
  const series = new Map<ChainName, readonly number[]>();
  for (const chain of new Set(known.map((one) => one.chain))) {
    const own = known.filter((one) => one.chain === chain);
    const standing = new Map<string, number>();
    let next = 0;
    let worst = 0;
    const impacts = Array.from({ length: buckets }, (_, i) => {
      const before = next;
      for (; next < own.length; next++) {
        const step = own[next];
        if (step === undefined || step.blockTimeMs > fromMs + (i + 1) * bucketMs) break;
        standing.set(step.subject, step.impact);
      }
      if (next > before) worst = Math.max(0, ...standing.values());
      return worst;
    });
    if (impacts.some((impact) => impact !== impacts[0])) series.set(chain, impacts);
  }
  return series;
}

function bestPair(
  a: ChainName,
  b: ChainName,
  ofA: readonly number[],
  ofB: readonly number[],
  { bucketMs, maxLagMs }: { readonly bucketMs: number; readonly maxLagMs: number },
): Pair | null {
  const most = Math.min(Math.floor(maxLagMs / bucketMs), ofA.length >> 1);
  let best: { readonly lag: number; readonly fit: number } | null = null;
  // From no lag outwards: of equally good fits the shorter lag stands.
  for (let step = 0; step <= 2 * most; step++) {
    const lag = step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    const fit = fitAt(ofA, ofB, lag);
    if (fit !== null && (best === null || fit > best.fit + 1e-9)) best = { lag, fit };
  }
  if (best === null) return null;
  const [x, y] = laidOver(ofA, ofB, best.lag);
  const first = best.lag >= 0;
  return {
    leader: first ? a : b,
    follower: first ? b : a,
    lagMs: Math.abs(best.lag) * bucketMs,
    pearson: sampleCorrelation(x, y),
    rank: sampleRankCorrelation(x, y),
  };
}

/** With a positive lag, what A shows is compared with what B shows `lag` buckets later. */
function laidOver(a: readonly number[], b: readonly number[], lag: number): [number[], number[]] {
  return lag >= 0 ? [a.slice(0, a.length - lag), b.slice(lag)] : [a.slice(-lag), b.slice(0, b.length + lag)];
}

/**
 * Pearson's correlation at a lag, null where one side does not move. An incident asks for it some hundred times with
 * each signal: the library's, which makes lists of every step, is for the one lag that is told.
 */
function fitAt(ofA: readonly number[], ofB: readonly number[], lag: number): number | null {
  const fromA = Math.max(0, -lag);
  const fromB = Math.max(0, lag);
  const n = ofA.length - Math.abs(lag);
  const firstA = ofA[fromA] ?? 0;
  const firstB = ofB[fromB] ?? 0;
  let [sumA, sumB, squaresA, squaresB, products] = [0, 0, 0, 0, 0];
  let [movesA, movesB] = [false, false];
  for (let i = 0; i < n; i++) {
    // Seen from the first value, so that a flat stretch counts as exactly nothing.
    const a = (ofA[fromA + i] ?? 0) - firstA;
    const b = (ofB[fromB + i] ?? 0) - firstB;
    movesA ||= a !== 0;
    movesB ||= b !== 0;
    sumA += a;
    sumB += b;
    squaresA += a * a;
    squaresB += b * b;
    products += a * b;
  }
  if (!movesA || !movesB) return null;
  const spread = Math.sqrt((squaresA - (sumA * sumA) / n) * (squaresB - (sumB * sumB) / n));
  return (products - (sumA * sumB) / n) / spread;
}

/** Each pair is a contest, weighed by how well the two fit; who comes first is a matter of more than the winner's own pairs. */
function leadOf(
  chains: readonly ChainName[],
  pairs: readonly Pair[],
): Pick<AcrossChains, 'lead' | 'confidence'> {
  if (chains.length < 2) return { lead: chains[0] ?? null, confidence: 0 };
  const scores = chains.map((chain) => {
    const score = pairs.reduce((sum, { leader, follower, lagMs, pearson }) => {
      if (lagMs === 0 || (leader !== chain && follower !== chain)) return sum;
      return sum + (leader === chain ? 1 : -1) * Math.max(0, pearson);
    }, 0);
    return { chain, score };
  });
  const [lead] = scores.sort((a, b) => b.score - a.score || (a.chain < b.chain ? -1 : 1));
  if (lead === undefined || lead.score <= 0) return { lead: null, confidence: 0 };
  return { lead: lead.chain, confidence: Math.min(1, lead.score / (chains.length - 1)) };
}
