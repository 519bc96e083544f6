// The price that a market outside of the chains reports: an exchange's close, a reference page.
//
// Such a report is cheap to be wrong, which a pool's price is not: one print at 3.99, one page with all of its prices
// askew. So two things are taken off before it counts. What lasted: the least that the price was off, on the same
// side, over the past five minutes, hour and day. What is common: where three or more coins are reported in dollars
// and all of them are off on one side, the reference itself has moved by the least of them.

import type { CoinName } from '../core/types.js';
import { toBps } from '../core/units.js';
import { maxOver, meanOver, minOver, reachMs, restlessness, type Window } from '../core/window.js';
import { dayVolume } from '../series/reported.js';
import type { PoolSeries, Reported } from '../series/series.js';
import type { Detector, Look, Measurement } from './detector.js';
import { deviations } from './deviations.js';
import { offPeg } from './words.js';

/** What pegs are told in: never the suspect. */
const dollar: CoinName = 'USD';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Fewer coins than this do not tell a moving reference from moving coins. */
const leastInCommon = 3;

export const marketDeviation: Detector = {
  name: 'marketDeviation',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    deviationBps:
      'distance from the peg in basis points less what is common to all coins; 0 for a coin that is not the suspect',
    absDeviationBps: 'the same without its sign',
    commonBps:
      'by how much every coin that is reported in dollars there is off on one side; 0 for fewer than three',
    heldBps: 'the least distance, on the same side, over the past five minutes',
    heldHourBps: 'the same over an hour',
    heldDayBps: 'the same over a day',
    driftBps: 'mean price of the past day against the two weeks before, in basis points',
    noiseBps: 'how much the price usually moves in a quarter of an hour, over the past day',
    dayVolumeUsd: 'what the market traded within a day, in pegs; 0 where it does not say',
    saysVolume: '1 where the market reports its volume, else 0',
  },
  measure(pool, look) {
    if (pool.type !== 'pool' || pool.reported === null) return [];
    const { reported } = pool;
    const [base, quote] = look.spec(pool.source).tokens;
    if (base === undefined || base.coin === null || quote === undefined) return [];
    if (quote.coin === dollar) {
      const common = commonDeviation(look);
      return [measured(pool, reported, base.coin, dollarDeviation(pool, look), 1, common, look)];
    }
    return deviations(pool, look).map(({ coin, deviation }) =>
      measured(pool, reported, coin, deviation, coin === base.coin ? 1 : -1, 0, look),
    );
  },
  sentence: (coin, source, { deviationBps = Number.NaN }) => `${coin} ${offPeg(deviationBps)} on ${source}`,
};

/** `side` -1: the coin is what the price is told in, so it is off by the inverse. */
function measured(
  pool: PoolSeries,
  reported: Reported,
  coin: CoinName,
  deviation: number,
  side: 1 | -1,
  common: number,
  look: Look,
): Measurement {
  const { nowMs } = look;
  const peg = pegOf(pool, look);
  const own = deviation - common;
  const held = (window: Window, horizonMs: number): number => {
    const least = own * side > 0 ? minOver(window, nowMs, horizonMs) : maxOver(window, nowMs, horizonMs);
    const off = (side === 1 ? least / peg : peg / least) - 1 - common;
    return own === 0 ? 0 : toBps(Math.max(0, Math.min(off * Math.sign(own), Math.abs(own))));
  };
  const { minutes, day, fortnight, volume } = reported;
  const before = meanOver(fortnight, nowMs - dayMs, reachMs(fortnight));
  return {
    coin,
    values: {
      deviationBps: toBps(own),
      absDeviationBps: Math.abs(toBps(own)),
      commonBps: toBps(common),
      heldBps: held(minutes, 5 * minuteMs),
      heldHourBps: held(day, hourMs),
      heldDayBps: held(day, dayMs),
      driftBps: Number.isNaN(before) ? 0 : side * toBps(meanOver(day, nowMs, dayMs) / before - 1),
      noiseBps: toBps(restlessness(day, nowMs, dayMs) || 0),
      dayVolumeUsd: volume === null ? 0 : dayVolume(volume, nowMs),
      saysVolume: volume === null ? 0 : 1,
    },
  };
}

/** The least deviation of all coins that are reported in dollars, where all of them are off on the same side. */
function commonDeviation(look: Look): number {
  const all = look.poolsOf(dollar).filter(({ reported }) => reported !== null);
  if (new Set(all.map(({ source }) => look.spec(source).tokens[0]?.coin)).size < leastInCommon) return 0;
  const off = all.map((pool) => dollarDeviation(pool, look));
  if (off.every((one) => one > 0)) return Math.min(...off);
  return off.every((one) => one < 0) ? Math.max(...off) : 0;
}

function dollarDeviation(pool: PoolSeries, look: Look): number {
  return (pool.reported?.price ?? Number.NaN) / pegOf(pool, look) - 1;
}

/** What the reported price is while both pegs hold. */
function pegOf(pool: PoolSeries, look: Look): number {
  const [base, quote] = look.spec(pool.source).tokens;
  const pegUsd = (coin: CoinName | null | undefined): number =>
    (coin === null || coin === undefined ? undefined : look.coin(coin)?.pegUsd) ?? Number.NaN;
  return pegUsd(base?.coin) / pegUsd(quote?.coin);
}
