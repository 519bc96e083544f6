// What a holder gets who sells now, not what the next small trade would: the marginal price and, on top of it, what a
// sale of a hundred thousand or a million costs. In a crisis the depth goes before the price does.

import type { CoinName } from '../core/coin.js';
import type { SourceSpec } from '../core/source.js';
import { toBps } from '../core/units.js';
import { saleOf } from '../series/sale.js';
import type { PoolSeries } from '../series/series.js';
import type { Detector } from './detector.js';
import { deviations } from './deviations.js';
import { offPeg } from './words.js';

const small = 100_000;
const large = 1_000_000;

export const executableDeviation: Detector = {
  name: 'executableDeviation',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    deviationBps: 'distance of the marginal price from the peg, as priceDeviation measures it',
    executable100kBps:
      'the same for the average price of selling 100,000 pegs of the coin, for the best other coin of the pool, fees ignored; 0 for a coin that is not below its peg. Concentrated pools beyond 1 %: the best that can be hoped for',
    executable1mBps: 'the same for 1,000,000',
    peakDayUsd: 'the highest liquidity of the pool in the past day, in pegs',
  },
  measure(pool, look) {
    if (pool.type !== 'pool' || pool.reported !== null || pool.peakDayUsd === null) return [];
    const { peakDayUsd } = pool;
    const spec = look.spec(pool.source);
    return deviations(pool, look).flatMap(({ coin, deviation }) => {
      const deviationBps = toBps(deviation);
      // Not the suspect: nothing to sell in a hurry, and nothing to compute.
      if (!(deviation < 0)) {
        return [{ coin, values: { deviationBps, executable100kBps: 0, executable1mBps: 0, peakDayUsd } }];
      }
      const at = (amount: number): number | null => bestSale(pool, spec, coin, amount);
      const first = at(small);
      const second = at(large);
      if (first === null || second === null) return [];
      const both = (sale: number): number => toBps((1 + deviation) * (1 + sale) - 1);
      const values = {
        deviationBps,
        executable100kBps: both(first),
        executable1mBps: both(second),
        peakDayUsd,
      };
      return [{ coin, values }];
    });
  },
  sentence(coin, source, { executable100kBps = Number.NaN, executable1mBps = Number.NaN }) {
    const [first, second] = [executable100kBps, executable1mBps].map((bps) =>
      offPeg(bps).replace('trades ', ''),
    );
    return `who sells 100k of ${coin} in ${source} gets a price ${first}, who sells 1M one ${second}`;
  },
};

/** A sale for whichever other coin of the pool costs least; the coin may stand in the pool twice. */
function bestSale(
  pool: PoolSeries,
  { tokens, ...spec }: SourceSpec,
  coin: CoinName,
  amount: number,
): number | null {
  let best: number | null = null;
  for (const [from, sold] of tokens.entries()) {
    if (sold.coin !== coin) continue;
    for (const [to, got] of tokens.entries()) {
      if (got.coin === null || got.coin === coin) continue;
      const sale = saleOf(pool, { tokens, ...spec }, from, to, amount);
      if (sale !== null && (best === null || sale > best)) best = sale;
    }
  }
  return best;
}
