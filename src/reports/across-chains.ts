// One coin's trouble on several chains: does it move together, and where does it come from? Each chain gives a series of
// impact by block time (the worst that stands there), and every pair of chains is laid over each other with a lag. The
// lag at which two fit best says which of them was first.

import { sampleCorrelation, sampleRankCorrelation } from 'simple-statistics';
import type { ChainName, CoinName, Signal } from '../core/types.js';

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

/** Signals in any order; those later than `nowMs` are not looked at. */
export function acrossChains(
  signals: readonly Signal[],
  coin: CoinName,
  nowMs: number,
  options: { readonly [Name in keyof typeof acrossChainsDefaults]: number } = acrossChainsDefaults,
): AcrossChains {
  const series = impactByChain(signals, coin, nowMs, options);
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
  signals: readonly Signal[],
  coin: CoinName,
  nowMs: number,
  { windowMs, bucketMs }: { readonly windowMs: number; readonly bucketMs: number },
): ReadonlyMap<ChainName, readonly number[]> {
  const buckets = Math.floor(windowMs / bucketMs);
  const fromMs = nowMs - buckets * bucketMs;
  const timeOf = ({ evidence }: Signal): number => evidence.blockTimeMs;
  const ordered = signals
    .filter((one) => one.coin === coin && timeOf(one) <= nowMs)
    .sort((a, b) => timeOf(a) - timeOf(b));
  const series = new Map<ChainName, readonly number[]>();
  for (const chain of new Set(ordered.map((one) => one.chain))) {
    const own = ordered.filter((one) => one.chain === chain);
    const standing = new Map<string, number>();
    let next = 0;
    const impacts = Array.from({ length: buckets }, (_, i) => {
      for (; next < own.length; next++) {
        const signal = own[next];
        if (signal === undefined || timeOf(signal) > fromMs + (i + 1) * bucketMs) break;
        standing.set(signal.subject, signal.severity === null ? 0 : signal.impact);
      }
      return Math.max(0, ...standing.values());
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
  let best: { readonly lag: number; readonly pearson: number } | null = null;
  // From no lag outwards: of equally good fits the shorter lag stands.
  for (let step = 0; step <= 2 * most; step++) {
    const lag = step % 2 === 0 ? step / 2 : -(step + 1) / 2;
    const [x, y] = laidOver(ofA, ofB, lag);
    if (!moves(x) || !moves(y)) continue;
    const pearson = sampleCorrelation(x, y);
    if (best === null || pearson > best.pearson + 1e-9) best = { lag, pearson };
  }
  if (best === null) return null;
  const [x, y] = laidOver(ofA, ofB, best.lag);
  const first = best.lag >= 0;
  return {
    leader: first ? a : b,
    follower: first ? b : a,
    lagMs: Math.abs(best.lag) * bucketMs,
    pearson: best.pearson,
    rank: sampleRankCorrelation(x, y),
  };
}

/** With a positive lag, what A shows is compared with what B shows `lag` buckets later. */
function laidOver(a: readonly number[], b: readonly number[], lag: number): [number[], number[]] {
  return lag >= 0 ? [a.slice(0, a.length - lag), b.slice(lag)] : [a.slice(-lag), b.slice(0, b.length + lag)];
}

function moves(values: readonly number[]): boolean {
  return values.some((value) => value !== values[0]);
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
