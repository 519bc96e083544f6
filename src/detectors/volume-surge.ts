// A pool or a market trades far more than it usually does. Usual is the median hour of the two weeks before, and its
// spread the median distance from that: one wild day in the past would spoil a mean for two weeks. Trade is not harm,
// so the rule keeps it to a note unless the price is off as well.

import type { CoinName } from '../core/coin.js';
import { toBps } from '../core/units.js';
import type { PoolSeries } from '../series/series.js';
import { flowOver } from '../series/stream.js';
import type { Detector, Look } from './detector.js';
import { deviations } from './deviations.js';
import { reportedDeviations } from './market-deviation.js';
import { dollars, offPeg } from './words.js';

const hourMs = 3_600_000;
/** A market that trades like clockwork has no spread; a tenth of the usual hour is the least that is believed. */
const leastSpread = 0.1;
/** Beyond this a multiple says nothing more. */
const most = 1000;

export const volumeSurge: Detector = {
  name: 'volumeSurge',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    volumeHourUsd: 'what was traded within the past hour, in pegs',
    usualHourUsd: 'the median of the whole hours of the two weeks before, in pegs',
    timesUsual: 'the first over the second, 1000 at most; 0 where nothing was traded',
    surprise:
      'how many spreads the hour lies above the usual one, 1000 at most; the spread is 1.4826 times the median distance from the median, a tenth of the usual hour at least',
    pastHours: 'how many whole hours that is measured by',
    deviationBps: 'distance of the coin from its peg there; 0 for a coin that is not the suspect',
  },
  measure(pool, look) {
    if (pool.type !== 'pool') return [];
    const stream = pool.reported === null ? pool.volume : pool.reported.volume;
    if (stream === null || stream.past.hours === 0) return [];
    const volumeHourUsd = flowOver(stream, look.nowMs, hourMs);
    const { hours: pastHours, usualHour: usualHourUsd, spreadHour } = stream.past;
    const spread = Math.max(spreadHour, leastSpread * usualHourUsd);
    const above = volumeHourUsd - usualHourUsd;
    const surprise = above > 0 ? Math.min(most, above / spread) : 0;
    const timesUsual = volumeHourUsd > 0 ? Math.min(most, volumeHourUsd / usualHourUsd) : 0;
    return deviationsOf(pool, look).map(({ coin, deviation }) => {
      const deviationBps = toBps(deviation);
      return { coin, values: { volumeHourUsd, usualHourUsd, timesUsual, surprise, pastHours, deviationBps } };
    });
  },
  sentence(coin, source, values) {
    const { volumeHourUsd = Number.NaN, timesUsual = Number.NaN, deviationBps = Number.NaN } = values;
    const times = timesUsual >= most ? 'more than 1000' : String(Number(timesUsual.toPrecision(2)));
    return `${source} traded ${dollars(volumeHourUsd)} in an hour, ${times} times what is usual there, while ${coin} ${offPeg(deviationBps)}`;
  },
};

function deviationsOf(pool: PoolSeries, look: Look): readonly { coin: CoinName; deviation: number }[] {
  return pool.reported === null ? deviations(pool, look) : reportedDeviations(pool, look);
}
