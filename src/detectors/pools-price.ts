// What the pools of a chain say a coin is worth, in US dollars: the median over every pool and counterparty, weighted
// by liquidity, so that a dust pool does not move it. A counterparty is worth what its own oracle says, and its peg
// where it has none; but one that the pool accuses of a fall which its own oracle does not show (it lags, or there is
// none) is no yardstick: its fall would look like a rise of the coin. A rise is not believed as easily: see `suspect.ts`.

import type { CoinName } from '../core/coin.js';
import type { PoolSeries } from '../series/series.js';
import type { Look } from './detector.js';
import { deviations } from './deviations.js';
import { oracleDeviation, oraclePrice } from './oracle-price.js';
import { peggedPrices } from './pegged-prices.js';
import { isConvicted, oracleDeadBand } from './suspect.js';

export interface PoolsPrice {
  readonly usd: number;
  /** Number of pools that the price was taken from, and what they hold together: now, and at most in the past day. */
  readonly pools: number;
  readonly liquidityUsd: number;
  readonly peakDayUsd: number;
}

interface Sample {
  readonly usd: number;
  readonly weight: number;
}

/** Null where no pool can tell. */
export function poolsPrice(coin: CoinName, pegUsd: number, look: Look): PoolsPrice | null {
  const samples: Sample[] = [];
  let pools = 0;
  let liquidityUsd = 0;
  let peakDayUsd = 0;
  for (const pool of look.poolsOf(coin)) {
    const weight = pool.liquidityUsd ?? 0;
    const prices = peggedPrices(pool, look);
    const others = prices.filter((other) => other.coin !== coin && isYardstick(other.coin, pool, look));
    if (!(weight > 0) || others.length === 0) continue;
    pools++;
    liquidityUsd += weight;
    peakDayUsd += pool.peakDayUsd ?? 0;
    for (const { price } of prices.filter((one) => one.coin === coin)) {
      for (const other of others) {
        const otherPeg = look.coin(other.coin)?.pegUsd ?? Number.NaN;
        const otherPegs = (oraclePrice(other.coin, look) ?? otherPeg) / otherPeg;
        samples.push({ usd: (price / other.price) * otherPegs * pegUsd, weight: weight / others.length });
      }
    }
  }
  const usd = weightedMedian(samples);
  return usd === null ? null : { usd, pools, liquidityUsd, peakDayUsd };
}

function isYardstick(coin: CoinName, pool: PoolSeries, look: Look): boolean {
  const off = deviations(pool, look).find((one) => one.coin === coin)?.deviation ?? 0;
  return off > -oracleDeadBand || isConvicted(oracleDeviation(coin, look), off);
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
