import type { CoinName } from '../core/types.js';
import { toBps } from '../core/units.js';
import type { Detector, Look } from './detector.js';
import { oraclePrice } from './oracle-price.js';
import { peggedPrices } from './pegged-prices.js';
import { percent } from './words.js';

/**
 * An oracle says another price than the pools of its chain. The pools' price in US dollars is the median over every
 * pool and counterparty, weighted by liquidity, so that a dust pool does not move it; a counterparty is worth what its
 * own oracle says, and its peg where it has none.
 */
export const oracleDivergence: Detector = {
  name: 'oracleDivergence',
  judges: 'oracle',
  wakes: 'block',
  quantities: {
    divergenceBps: 'the oracle’s answer above (negative: below) the price of the pools, in basis points',
    absDivergenceBps: 'the same without its sign',
    pools: 'number of pools that the price was taken from',
    liquidityUsd: 'what these pools hold together, in pegs',
    peakDayUsd: 'their highest in the past day, together: how much their word matters',
  },
  measure(oracle, look) {
    if (oracle.type !== 'oracle' || oracle.answerUsd === null) return [];
    const coin = look.spec(oracle.source).tokens[0]?.coin ?? null;
    const peg = coin === null ? undefined : look.coin(coin)?.pegUsd;
    if (coin === null || peg === undefined) return [];
    const { samples, pools, liquidityUsd, peakDayUsd } = sampled(coin, peg, look);
    const median = weightedMedian(samples);
    if (median === null) return [];
    const divergenceBps = toBps(oracle.answerUsd / median - 1);
    return [
      {
        coin,
        values: { divergenceBps, absDivergenceBps: Math.abs(divergenceBps), pools, liquidityUsd, peakDayUsd },
      },
    ];
  },
  sentence: (coin, source, { divergenceBps = Number.NaN, pools = Number.NaN }) =>
    `the oracle ${source} prices ${coin} ${percent(Math.abs(divergenceBps) / 100)} ` +
    `${divergenceBps < 0 ? 'below' : 'above'} ${pools === 1 ? 'the pool' : `the ${pools} pools`} of its chain`,
};

interface Sample {
  readonly usd: number;
  readonly weight: number;
}

function sampled(coin: CoinName, peg: number, look: Look) {
  const samples: Sample[] = [];
  let pools = 0;
  let liquidityUsd = 0;
  let peakDayUsd = 0;
  for (const pool of look.poolsOf(coin)) {
    const weight = pool.liquidityUsd ?? 0;
    const prices = peggedPrices(pool, look);
    const others = prices.filter((other) => other.coin !== coin);
    if (!(weight > 0) || others.length === 0) continue;
    pools++;
    liquidityUsd += weight;
    peakDayUsd += pool.peakDayUsd ?? 0;
    for (const { price } of prices.filter((one) => one.coin === coin)) {
      for (const other of others) {
        const otherPeg = look.coin(other.coin)?.pegUsd ?? Number.NaN;
        const otherPegs = (oraclePrice(other.coin, look) ?? otherPeg) / otherPeg;
        samples.push({ usd: (price / other.price) * otherPegs * peg, weight: weight / others.length });
      }
    }
  }
  return { samples, pools, liquidityUsd, peakDayUsd };
}

/** The value at which half of the weight is reached from below; null for nothing. */
export function weightedMedian(samples: readonly Sample[]): number | null {
  const sorted = samples.filter(({ usd }) => Number.isFinite(usd)).toSorted((a, b) => a.usd - b.usd);
  let left = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  for (const { usd, weight } of sorted) {
    left -= weight;
    if (left <= 0) return usd;
  }
  return null;
}
