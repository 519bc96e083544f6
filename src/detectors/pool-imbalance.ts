// One coin has all but left a pool whose price barely shows it: StableSwap holds the price near par until the scarce
// coin is nearly gone. A share alone is no evidence (pools stand lopsided for months, and reports are misdated), so the
// rule asks for a price that is off as well: the pool's own, or for a report without prices that of any other pool of the
// coin on the chain.

import type { CoinName } from '../core/coin.js';
import { toBps } from '../core/units.js';
import type { PoolSeries } from '../series/series.js';
import type { Detector, Look } from './detector.js';
import { deviations } from './deviations.js';
import { offPeg, percent } from './words.js';

/** Shares above this are no matter of this detector: prices are not looked at, which keeps the common case cheap. */
const inOrderPercent = 20;

export const poolImbalance: Detector = {
  name: 'poolImbalance',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    leastSharePercent: 'share of the scarcest coin in what the pool holds, in per cent',
    absDeviationBps:
      'how far the coin is off its peg there (for a report without prices: at most, in any pool of its chain), in basis points; 0 while the shares are in order',
    peakDayUsd: 'the highest that the pool held in the past day, in pegs; 0 where a report does not say',
    saysLiquidity: '1 where what the pool holds is known, else 0',
  },
  measure(pool, look) {
    if (pool.type !== 'pool') return [];
    const share = pool.leastShare ?? leastShareOf(pool);
    if (share === null) return [];
    const leastSharePercent = share * 100;
    const { peakDayUsd } = pool;
    const size = { peakDayUsd: peakDayUsd ?? 0, saysLiquidity: peakDayUsd === null ? 0 : 1 };
    const named = look.spec(pool.source).tokens.flatMap(({ coin }) => (coin === null ? [] : [coin]));
    return [...new Set(named)].map((coin) => {
      const pools = pool.prices === null ? look.poolsOf(coin) : [pool];
      const off = leastSharePercent > inOrderPercent ? 0 : furthestOff(coin, pools, look);
      return { coin, values: { leastSharePercent, absDeviationBps: Math.abs(toBps(off)), ...size } };
    });
  },
  sentence: (coin, source, { leastSharePercent = Number.NaN, absDeviationBps = Number.NaN }) =>
    `the scarcest coin of ${source} is down to ${percent(leastSharePercent)} while ${coin} ${offPeg(absDeviationBps).replace('above', 'off')}`,
};

/** Only StableSwap pools: half of a constant product pool's value is always on either side. */
function leastShareOf({ reserves, amplification }: PoolSeries): number | null {
  if (reserves === null || amplification === null) return null;
  const held = reserves.reduce((sum, reserve) => sum + reserve, 0);
  return held > 0 ? Math.min(...reserves) / held : null;
}

function furthestOff(coin: CoinName, pools: readonly PoolSeries[], look: Look): number {
  let furthest = 0;
  for (const pool of pools) {
    for (const one of deviations(pool, look)) {
      if (one.coin === coin && Math.abs(one.deviation) > Math.abs(furthest)) furthest = one.deviation;
    }
  }
  return furthest;
}
