// Holders sell a coin into a pool and take something else out, over minutes, hours, days or two weeks. A price hides
// this for long: StableSwap gives way slowly, and arbitrage refills what is sold as long as somebody redeems. Measured
// against what the pool had, and against what is usual there; what comes back is taken off again.

import type { CoinName } from '../core/coin.js';
import type { TokenSpec } from '../core/source.js';
import { toBps } from '../core/units.js';
import type { PoolSeries } from '../series/series.js';
import { flowOver, type Stream } from '../series/stream.js';
import type { Detector } from './detector.js';
import { deviations } from './deviations.js';
import { dollars, offPeg, percent } from './words.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Against a pool that was always still any flow is a multitude; more than this says nothing. */
const mostTimes = 1000;

export const netFlow: Detector = {
  name: 'netFlow',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    soldMinutePercent:
      'of the coin sold into the pool less taken out, within a minute, in per cent of the highest liquidity of the past day; negative: it was bought. This and all that follow are 0 for a coin that is not below its peg',
    soldTenMinutesPercent: 'the same within ten minutes',
    soldHourPercent: 'the same within an hour',
    soldSixHoursPercent: 'the same within six hours (whole hours and the present one, as all that follow)',
    soldDayPercent: 'the same within a day',
    soldWeekPercent: 'the same within a week',
    soldFortnightPercent: 'the same within two weeks',
    soldDayUsd: 'the same within a day, in pegs',
    timesUsual:
      'the day’s flow over the median of the days before, without sign, 1000 at most; 0 while fewer than three days are known',
    deviationBps: 'distance of the coin from its peg in this pool, as priceDeviation measures it',
    peakDayUsd: 'the highest liquidity of the pool in the past day, in pegs',
  },
  measure(pool, look) {
    if (pool.type !== 'pool' || pool.reported !== null || pool.peakDayUsd === null) return [];
    const { peakDayUsd } = pool;
    if (!(peakDayUsd > 0)) return [];
    const found = deviations(pool, look);
    if (found.length === 0) return [];
    const { tokens } = look.spec(pool.source);
    return found.map(({ coin, deviation }) => {
      // Nobody flees from a coin that is not below its peg; most are not at most times, so nothing is added up for them.
      const streams = deviation < 0 ? streamsOf(pool, tokens, coin) : [];
      const soldDayUsd = soldOver(streams, look.nowMs, dayMs);
      const percents = 100 / peakDayUsd;
      return {
        coin,
        values: {
          soldMinutePercent: soldOver(streams, look.nowMs, minuteMs) * percents,
          soldTenMinutesPercent: soldOver(streams, look.nowMs, 10 * minuteMs) * percents,
          soldHourPercent: soldOver(streams, look.nowMs, hourMs) * percents,
          soldSixHoursPercent: soldOver(streams, look.nowMs, 6 * hourMs) * percents,
          soldDayPercent: soldDayUsd * percents,
          soldWeekPercent: soldOver(streams, look.nowMs, 7 * dayMs) * percents,
          soldFortnightPercent: soldOver(streams, look.nowMs, 14 * dayMs) * percents,
          soldDayUsd,
          timesUsual: timesUsual(Math.abs(soldDayUsd), streams),
          deviationBps: toBps(deviation),
          peakDayUsd,
        },
      };
    });
  },
  sentence(coin, source, values) {
    const {
      soldDayPercent = Number.NaN,
      soldFortnightPercent = Number.NaN,
      soldDayUsd = Number.NaN,
    } = values;
    const { deviationBps = Number.NaN, peakDayUsd = Number.NaN } = values;
    return (
      `${dollars(Math.abs(soldDayUsd))} of ${coin} net were ${soldDayUsd < 0 ? 'bought from' : 'sold into'} ${source} ` +
      `in a day, ${percent(Math.abs(soldDayPercent))} (in two weeks ${percent(soldFortnightPercent)}) of the ` +
      `${dollars(peakDayUsd)} that stood behind its price at most in the past day, ` +
      `while ${coin} ${offPeg(deviationBps)}`
    );
  },
};

/** A coin that stands in the pool twice (native and bridged) is sold through both. */
function streamsOf({ sold }: PoolSeries, tokens: readonly TokenSpec[], coin: CoinName): readonly Stream[] {
  return sold.filter((stream, i): stream is Stream => stream !== null && tokens[i]?.coin === coin);
}

function soldOver(streams: readonly Stream[], nowMs: number, horizonMs: number): number {
  let sum = 0;
  for (const stream of streams) sum += flowOver(stream, nowMs, horizonMs);
  return sum;
}

function timesUsual(size: number, streams: readonly Stream[]): number {
  const usual = streams.reduce((sum, { past }) => sum + past.usualDay, 0);
  if (Number.isNaN(usual) || size === 0) return 0;
  return Math.min(mostTimes, size / usual);
}
