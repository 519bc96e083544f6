// The price that a market outside of the chains reports: an exchange's close, a reference page.
//
// Such a report is cheap to be wrong, which a pool's price is not: one print at 3.99, one page with all of its prices
// askew. So two things are taken off before it counts. What lasted: how far the price was off, on the same side, in five
// of the past ten minutes, and at the least over the past hour and day. What is common: where three or more coins are
// reported in dollars and all of them are off on one side, the reference itself has moved by the least of them. It moves
// all coins alike: where they fall and part from each other it is the coins that move, and no more than a little is
// taken off.

import type { CoinName } from '../core/coin.js';
import { toBps } from '../core/units.js';
import { reachedOver } from '../core/window.js';
import { dayVolume, hourVolume } from '../series/reported.js';
import type { PoolSeries, Reported } from '../series/series.js';
import type { Detector, Look, Measurement } from './detector.js';
import { deviations } from './deviations.js';
import { offPeg } from './words.js';

/** What pegs are told in: never the suspect. */
const dollar: CoinName = 'USD';
/**
 * A price must have been off in so many of the past minutes, not in a row: a crisis stabs at a price before it settles
 * there (Kraken, 10 March 2023: 43, 5, 5, 29, 18, 22, 30 bp from minute to minute), and a wick is over within four.
 */
const heldMinutes = 5;
const heldMs = 10 * 60_000;
/** Fewer coins than this do not tell a moving reference from moving coins. */
const leastInCommon = 3;
/**
 * Coins that stand nearer to each other than this have not parted. The page that erred by 50 bp on 8 December 2022 had
 * its three coins within 7 bp; USDC and DAI, which fell together in March 2023, were a per cent apart.
 */
const apart = 0.003;

export const marketDeviation: Detector = {
  name: 'marketDeviation',
  judges: 'pool',
  wakes: 'block',
  quantities: {
    deviationBps:
      'distance from the peg in basis points less what is common to all coins; 0 for a coin that is not the suspect',
    absDeviationBps: 'the same without its sign',
    commonBps:
      'by how much every coin that is reported in dollars there is off on one side (below their pegs 30 bp at most where they differ by more than that); 0 for fewer than three',
    heldBps: 'the distance, on the same side, that five of the past ten minutes reached',
    heldHourBps: 'the least distance, on the same side, over an hour',
    heldDayBps: 'the same over a day',
    driftBps: 'mean price of the past day against the two weeks before, in basis points',
    noiseBps: 'how much the price usually moves in a quarter of an hour, over the past day',
    dayVolumeUsd:
      'what the market traded within a day (heard for less: what a day at that pace would be), in pegs; 0 where it does not say',
    volumeHourUsd: 'what it traded within an hour, in pegs; 0 where it does not say',
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

/** How far each coin of a market that only reports is off its peg, what is common to all left in. */
export function reportedDeviations(
  pool: PoolSeries,
  look: Look,
): readonly { readonly coin: CoinName; readonly deviation: number }[] {
  const [base, quote] = look.spec(pool.source).tokens;
  if (quote?.coin !== dollar) return deviations(pool, look);
  return base === undefined || base.coin === null
    ? []
    : [{ coin: base.coin, deviation: dollarDeviation(pool, look) }];
}

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
  const { minutes, past, volume } = reported;
  const direction = own * side > 0 ? 'up' : 'down';
  /** How far off a price of the past is, on the side of today's; never further than now. */
  const held = (price: number): number => {
    const off = (side === 1 ? price / peg : peg / price) - 1 - common;
    return own === 0 ? 0 : toBps(Math.max(0, Math.min(off * Math.sign(own), Math.abs(own))));
  };
  const drift = past.dayMean / past.meanBefore - 1;
  return {
    coin,
    values: {
      deviationBps: toBps(own),
      absDeviationBps: Math.abs(toBps(own)),
      commonBps: toBps(common),
      heldBps: held(reachedOver(minutes, nowMs, heldMs, heldMinutes, direction)),
      heldHourBps: held(direction === 'up' ? past.hourLeast : past.hourMost),
      heldDayBps: held(direction === 'up' ? past.dayLeast : past.dayMost),
      driftBps: Number.isNaN(drift) ? 0 : side * toBps(drift),
      noiseBps: Number.isNaN(past.noise) ? 0 : toBps(past.noise),
      dayVolumeUsd: volume === null ? 0 : dayVolume(volume, nowMs),
      volumeHourUsd: volume === null ? 0 : hourVolume(volume, nowMs),
      saysVolume: volume === null ? 0 : 1,
    },
  };
}

/** Asked once for each market of a look, answered once: ten markets would look at each other a hundred times. */
const commonByLook = new WeakMap<Look, number>();

function commonDeviation(look: Look): number {
  const known = commonByLook.get(look);
  if (known !== undefined) return known;
  const common = findCommon(look);
  commonByLook.set(look, common);
  return common;
}

/**
 * The least deviation of all coins that are reported in dollars, where all of them are off on the same side. Coins that
 * have parted below their pegs share no more than what is no parting either: three coins that fall, each as far as it
 * does, must not be told by how much further the others fell. Above the peg nobody loses by what is taken off.
 */
function findCommon(look: Look): number {
  const all = look.poolsOf(dollar).filter(({ reported }) => reported !== null);
  if (new Set(all.map(({ source }) => look.spec(source).tokens[0]?.coin)).size < leastInCommon) return 0;
  const off = all.map((pool) => dollarDeviation(pool, look));
  const [least, most] = [Math.min(...off), Math.max(...off)];
  if (least > 0) return least;
  if (most >= 0) return 0;
  return most - least > apart ? Math.max(most, -apart) : most;
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
