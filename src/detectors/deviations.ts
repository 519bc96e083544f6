// How far each coin of a pool is off its peg, with the blame put on one side: shared by the detectors of pools. Within
// its fee a pool's price wanders by itself, because nobody gains by mending it: only what lies beyond counts.
//
// A coin is measured against the coin of the pool that it is nearest to: in a pool of three, one broken coin then
// leaves the other two at zero. A coin that its own oracle convicts is no yardstick and no witness, and is measured
// against the coin that bears its oracle out.

import type { CoinName } from '../core/coin.js';
import type { PoolSeries } from '../series/series.js';
import type { Look } from './detector.js';
import { oncePerLook } from './once-per-look.js';
import { oracleDeviation } from './oracle-price.js';
import { nearest, type PeggedPrice, peggedPrices } from './pegged-prices.js';
import { oracleDeadBand, suspect, type Testimony } from './suspect.js';

export interface Deviation {
  readonly coin: CoinName;
  /** -0.01 is 1 % below the peg. Zero for a coin that is not the suspect, so that a signal about it can ease. */
  readonly deviation: number;
  /** The coin's price in the counterparty it is measured against, in pegs: what the pool shows, whoever is to blame. */
  readonly price: number;
}

/** A witness must matter at least this much beside the pool in question: a dust pool that nobody trades stands still. */
const leastWitness = 0.05;

/** One deviation for each coin; empty where the pool has no price or fewer than two coins with a peg. */
export const deviations = oncePerLook(compute);

function compute(pool: PoolSeries, look: Look): readonly Deviation[] {
  const prices = peggedPrices(pool, look);
  const spread = spreadOf(prices);
  const feeBps = look.spec(pool.source).feeBps ?? 0;
  const found = new Map<CoinName, Deviation>();
  for (const { coin, price } of prices) {
    const others = prices.filter((other) => other.coin !== coin);
    const yardsticks = others.filter((other) => !isOff(other.coin, spread, look));
    const expected = isOff(coin, spread, look) ? (oracleDeviation(coin, look) ?? 0) : 0;
    const near = nearest(price, yardsticks.length > 0 ? yardsticks : others, expected);
    if (near === null) continue;
    const { other, deviation } = near;
    const blamed =
      !isShadow(prices, { coin, price }, other, look) && blame(pool, { coin, price }, other, look) === coin;
    const judged: Deviation = {
      coin,
      deviation: blamed ? beyondFee(deviation, feeBps) : 0,
      price: price / other.price,
    };
    const known = found.get(coin);
    if (known === undefined || Math.abs(judged.deviation) > Math.abs(known.deviation))
      found.set(coin, judged);
  }
  return [...found.values()];
}

/** Arbitrage stops where it would cost more than it brings: at the fee, on either side. */
function beyondFee(deviation: number, feeBps: number): number {
  return Math.sign(deviation) * Math.max(0, Math.abs(deviation) - feeBps / 10_000);
}

/**
 * In a pool of three or more, a coin that breaks is sold for one of the others, which becomes scarce: the gap between
 * the sound ones is the shadow of the broken one, and no matter of theirs. It is where a third coin is at least twice
 * as far from both as they are from each other, and no oracle says otherwise.
 */
function isShadow(prices: readonly PeggedPrice[], a: PeggedPrice, b: PeggedPrice, look: Look): boolean {
  const gap = gapBetween(a, b);
  if (isOff(a.coin, gap, look) || isOff(b.coin, gap, look)) return false;
  return prices.some(
    (third) =>
      third.coin !== a.coin &&
      third.coin !== b.coin &&
      Math.min(gapBetween(third, a), gapBetween(third, b)) >= 2 * gap,
  );
}

/** How much dearer the dearer one is: 0.01 for 1 %. */
function gapBetween(a: PeggedPrice, b: PeggedPrice): number {
  return Math.max(a.price, b.price) / Math.min(a.price, b.price) - 1;
}

function blame(pool: PoolSeries, a: PeggedPrice, b: PeggedPrice, look: Look): CoinName {
  const [below, above] = a.price < b.price ? [a, b] : [b, a];
  const gap = gapBetween(above, below);
  const testify = (coin: PeggedPrice, rival: PeggedPrice): Testimony => ({
    elsewhere: elsewhere(pool, coin.coin, rival.coin, gap, look),
    oracle: oracleDeviation(coin.coin, look),
  });
  return suspect(gap, testify(below, above), testify(above, below)) === 'below' ? below.coin : above.coin;
}

/** What every pool of the coin, this one included, shows of it against third coins. */
function elsewhere(pool: PoolSeries, coin: CoinName, rival: CoinName, gap: number, look: Look): number[] {
  const shown: number[] = [];
  for (const witness of look.poolsOf(coin)) {
    if ((witness.peakDayUsd ?? 0) < leastWitness * (pool.peakDayUsd ?? Number.POSITIVE_INFINITY)) continue;
    const prices = peggedPrices(witness, look);
    const thirds = prices.filter(
      (other) => other.coin !== coin && other.coin !== rival && !isOff(other.coin, gap, look),
    );
    for (const { price } of thirds.length === 0 ? [] : prices.filter((one) => one.coin === coin)) {
      const near = nearest(price, thirds);
      if (near !== null) shown.push(near.deviation);
    }
  }
  return shown;
}

/** True where the coin's own oracle shows at least half of the gap, on either side. */
function isOff(coin: CoinName, gap: number, look: Look): boolean {
  const oracle = Math.abs(oracleDeviation(coin, look) ?? 0);
  return oracle >= oracleDeadBand && oracle >= gap / 2;
}

function spreadOf(prices: readonly PeggedPrice[]): number {
  const all = prices.map(({ price }) => price);
  return Math.max(...all) / Math.min(...all) - 1;
}
