// Holders leave through one side: the coin they flee piles up in a StableSwap pool while what they take drains it. Each
// half alone is no evidence (pools stand lopsided for months, and liquidity moves house): the rule asks for the pile,
// for depth lost within the day and for a price that is off. A day, because a slow exit hides from liquidityDrain's hour.

import { toBps } from '../core/units.js';
import type { PoolSeries } from '../series/series.js';
import type { Detector, Look } from './detector.js';
import { deviations } from './deviations.js';
import { dollars, offPeg, percent } from './words.js';

export const oneSidedExit: Detector = {
  name: 'oneSidedExit',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    excess:
      'share of the coin in what the pool holds, over an even share: 0 is even or scarce, 1 the coin and nothing else',
    lostDayPercent: 'liquidity lost since its highest in the past day, in per cent of that',
    deviationBps: 'distance of the coin from its peg in this pool, as priceDeviation measures it',
    peakDayUsd: 'the highest liquidity of the pool in the past day, in pegs',
  },
  measure(pool, look) {
    if (pool.type !== 'pool' || pool.liquidityUsd === null || pool.peakDayUsd === null) return [];
    const { liquidityUsd, peakDayUsd } = pool;
    if (!(peakDayUsd > 0)) return [];
    const lostDayPercent = Math.max(0, (1 - liquidityUsd / peakDayUsd) * 100);
    const excesses = excessByCoin(pool, look);
    return deviations(pool, look).flatMap(({ coin, deviation }) => {
      const excess = excesses.get(coin);
      if (excess === undefined) return [];
      return [{ coin, values: { excess, lostDayPercent, deviationBps: toBps(deviation), peakDayUsd } }];
    });
  },
  sentence(coin, source, values) {
    const { excess = Number.NaN, lostDayPercent = Number.NaN } = values;
    const { deviationBps = Number.NaN, peakDayUsd = Number.NaN } = values;
    return (
      `holders of ${coin} leave through ${source}: it fills ${percent(excess * 100)} of the way from an even share ` +
      `to the whole pool, which lost ${percent(lostDayPercent)} of the ${dollars(peakDayUsd)} it had within a day, ` +
      `and ${offPeg(deviationBps)}`
    );
  },
};

/** Only StableSwap pools, as in poolImbalance: half of a constant product pool's value is always on either side. */
function excessByCoin({ source, reserves, amplification }: PoolSeries, look: Look): Map<string, number> {
  const excesses = new Map<string, number>();
  if (reserves === null || amplification === null || reserves.length < 2) return excesses;
  const held = reserves.reduce((sum, reserve) => sum + reserve, 0);
  if (!(held > 0)) return excesses;
  const even = 1 / reserves.length;
  look.spec(source).tokens.forEach(({ coin }, i) => {
    if (coin === null) return;
    const excess = Math.max(0, ((reserves[i] ?? Number.NaN) / held - even) / (1 - even));
    // A coin that is in the pool twice counts with the fuller side.
    excesses.set(coin, Math.max(excess, excesses.get(coin) ?? 0));
  });
  return excesses;
}
