import { toBps } from '../core/units.js';
import { flowOver } from '../series/stream.js';
import type { Detector } from './detector.js';
import { deviations } from './deviations.js';
import { dollars, offPeg } from './words.js';

/** A coin trades off its peg in a pool, on either side; see `deviations.ts` for whom a pool accuses. */
export const priceDeviation: Detector = {
  name: 'priceDeviation',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    deviationBps:
      'distance from the peg in basis points beyond the fee of the pool, negative below it; 0 for a coin that is not the suspect',
    absDeviationBps: 'the same without its sign',
    price:
      'price of the coin in the coin of the pool that it is measured against, in pegs, whoever is to blame',
    liquidityUsd: 'what the pool holds (concentrated: what must be sold to move its price by 1 %), in pegs',
    peakDayUsd:
      'the highest of that in the past day: how much the pool matters, also when it has been emptied',
    volumeHourUsd: 'what was traded in the pool in the past hour, in pegs',
  },
  measure(pool, look) {
    const { type } = pool;
    if (type !== 'pool' || pool.liquidityUsd === null || pool.peakDayUsd === null) return [];
    const { liquidityUsd, peakDayUsd } = pool;
    const volumeHourUsd = flowOver(pool.volume, look.nowMs, 3_600_000);
    return deviations(pool, look).map(({ coin, deviation, price }) => ({
      coin,
      values: {
        deviationBps: toBps(deviation),
        absDeviationBps: Math.abs(toBps(deviation)),
        price,
        liquidityUsd,
        peakDayUsd,
        volumeHourUsd,
      },
    }));
  },
  sentence(coin, source, values) {
    const { deviationBps = Number.NaN, liquidityUsd = Number.NaN, peakDayUsd = Number.NaN } = values;
    const now = dollars(liquidityUsd);
    const most = dollars(peakDayUsd);
    // Other sentences measure by the day's highest: where it is another number, both are said.
    const behind =
      peakDayUsd > liquidityUsd && most !== now ? `${now} now (${most} at most in the past day)` : now;
    return `${coin} ${offPeg(deviationBps)} in ${source}, behind which stand ${behind}`;
  },
};
