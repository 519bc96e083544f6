import { toBps } from '../core/units.js';
import { highest } from '../series/hour-and-day.js';
import type { Detector } from './detector.js';
import { deviations } from './deviations.js';
import { dollars, offPeg, percent } from './words.js';

/**
 * Liquidity leaves a pool. A drop alone is mostly noise: it becomes telling together with a price that is off, so the
 * coin's deviation is measured along with it. Judged for each coin with a peg; pools with fewer than two are unknown.
 */
export const liquidityDrain: Detector = {
  name: 'liquidityDrain',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    drainedPercent: 'liquidity lost since its highest in the past hour, in per cent of that',
    deviationBps: 'distance of the coin from its peg in this pool, as priceDeviation measures it',
    absDeviationBps: 'the same without its sign',
    liquidityUsd: 'what the pool still holds (concentrated: what moves its price by 1 %), in pegs',
    peakUsd: 'its highest in the past hour, in pegs',
  },
  measure(pool, look) {
    if (pool.type !== 'pool' || pool.liquidityUsd === null) return [];
    const { liquidityUsd } = pool;
    const peakUsd = highest(pool.liquidityLevel.hour, pool.liquidityPeak.hour, look.nowMs);
    if (!(peakUsd > 0)) return [];
    const drainedPercent = Math.max(0, (1 - liquidityUsd / peakUsd) * 100);
    return deviations(pool, look).map(({ coin, deviation }) => ({
      coin,
      values: {
        drainedPercent,
        deviationBps: toBps(deviation),
        absDeviationBps: Math.abs(toBps(deviation)),
        liquidityUsd,
        peakUsd,
      },
    }));
  },
  sentence(coin, source, { drainedPercent = Number.NaN, deviationBps = Number.NaN, peakUsd = Number.NaN }) {
    const lost = `${source} lost ${percent(drainedPercent)} of the ${dollars(peakUsd)} it had within an hour`;
    return `${lost} while ${coin} ${offPeg(deviationBps)} there`;
  },
};
