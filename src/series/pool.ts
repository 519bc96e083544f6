// A pool: what it holds or where its price stands, and once a block the prices and the liquidity that follow.

import type { Amount, Observation } from '../core/observation.js';
import type { SourceSpec } from '../core/source.js';
import { sqrtRatio, toTokens } from '../core/units.js';
import { concentrated } from '../pricing/concentrated.js';
import { constantProduct } from '../pricing/constant-product.js';
import { heldInPegs, inPegs } from '../pricing/holdings.js';
import { stableSwap } from '../pricing/stable-swap.js';
import { cloneHourAndDay, createHourAndDay, highest, recordBoth } from './hour-and-day.js';
import { mathematics } from './mathematics.js';
import { recordReport, settleReport } from './reported.js';
import type { PoolSeries } from './series.js';
import { cloneStream, createStream, flow } from './stream.js';

export function createPool(spec: SourceSpec): PoolSeries {
  return {
    type: 'pool',
    source: spec.id,
    touch: null,
    reserves: null,
    sqrtRatio: null,
    liquidity: null,
    tick: null,
    amplification: null,
    prices: null,
    liquidityUsd: null,
    liquidityLevel: createHourAndDay('level'),
    liquidityPeak: createHourAndDay('peak'),
    peakDayUsd: null,
    volume: createStream(),
    sold: spec.tokens.map(({ coin }) => (coin === null ? null : createStream())),
    reported: null,
    leastShare: null,
  };
}

export function observePool(
  pool: PoolSeries,
  observation: Observation,
  spec: SourceSpec,
  blockTimeMs: number,
): void {
  switch (observation.kind) {
    case 'swap':
      flow(pool.volume, blockTimeMs, volumeOf(observation.amounts, spec));
      sell(pool, tokensOf(observation.amounts, spec), blockTimeMs);
      setRange(pool, observation);
      estimateReserves(pool, observation.amounts, spec);
      return;
    case 'reserves':
      setReserves(pool, observation.amounts, spec, blockTimeMs);
      return;
    case 'range':
      setRange(pool, observation);
      return;
    case 'liquidity':
      addInRange(pool, observation);
      if (observation.amounts !== null) {
        leaveOneSided(pool, tokensOf(observation.amounts, spec), spec, blockTimeMs);
        estimateReserves(pool, observation.amounts, spec);
      }
      return;
    case 'amplification':
      pool.amplification = toTokens(observation.a, 0);
      return;
    case 'price': {
      const volume = observation.volume === null ? null : toTokens(observation.volume, 18);
      recordReport(pool, toTokens(observation.price, 18), volume, blockTimeMs);
      return;
    }
    case 'leastShare':
      pool.leastShare = toTokens(observation.share, 18);
      return;
    default:
      // Supply and answers are no matter of a pool; a protocol that yields them here changes nothing.
      return;
  }
}

/** Prices and liquidity as the block leaves them; what cannot be told is unknown until it can. */
export function settlePool(pool: PoolSeries, spec: SourceSpec, blockTimeMs: number): void {
  if (pool.reported !== null) {
    settleReport(pool, pool.reported, blockTimeMs);
    return;
  }
  const hasPeg = spec.tokens.map((token) => token.coin !== null);
  if (mathematics[spec.protocol] === 'concentrated') {
    const priced = priceRange(pool, spec);
    pool.prices = priced?.prices ?? null;
    pool.liquidityUsd = priced === null ? null : inPegs(priced.depth, priced.prices, hasPeg);
  } else {
    pool.prices = priceReserves(pool, spec);
    pool.liquidityUsd = pool.reserves === null ? null : heldInPegs(pool.reserves, pool.prices, hasPeg);
  }
  if (pool.liquidityUsd === null) return;
  const { liquidityLevel, liquidityPeak } = pool;
  // What the pool held when this block came counts too.
  const before = highest(liquidityLevel.day, liquidityPeak.day, blockTimeMs);
  recordBoth(liquidityLevel, blockTimeMs, pool.liquidityUsd);
  recordBoth(liquidityPeak, blockTimeMs, pool.liquidityUsd);
  pool.peakDayUsd = Number.isNaN(before) ? pool.liquidityUsd : Math.max(before, pool.liquidityUsd);
}

export function clonePool(pool: PoolSeries): PoolSeries {
  // Nothing of a market is changed in place: it has neither reserves nor liquidity.
  if (pool.reported !== null) return { ...pool, reported: { ...pool.reported } };
  return {
    ...pool,
    // Reserves are changed in place; prices and touch are only ever replaced and may be shared.
    reserves: pool.reserves === null ? null : pool.reserves.slice(),
    liquidityLevel: cloneHourAndDay(pool.liquidityLevel),
    liquidityPeak: cloneHourAndDay(pool.liquidityPeak),
    volume: cloneStream(pool.volume),
    sold: pool.sold.map((stream) => (stream === null ? null : cloneStream(stream))),
  };
}

function priceRange(pool: PoolSeries, spec: SourceSpec): ReturnType<typeof concentrated> {
  const [token0, token1] = spec.tokens;
  if (pool.sqrtRatio === null || pool.liquidity === null || token0 === undefined || token1 === undefined) {
    return null;
  }
  return concentrated(pool.sqrtRatio, pool.liquidity, [token0.decimals, token1.decimals]);
}

function priceReserves(pool: PoolSeries, spec: SourceSpec): readonly number[] | null {
  if (pool.reserves === null) return null;
  if (mathematics[spec.protocol] === 'constant-product') return constantProduct(pool.reserves);
  if (mathematics[spec.protocol] !== 'stable-swap' || pool.amplification === null) return null;
  return stableSwap(pool.reserves, pool.amplification);
}

/** What changed without an event is an exit too: all that an import of balances, or the reading after a gap, can tell. */
function setReserves(
  pool: PoolSeries,
  amounts: readonly Amount[],
  spec: SourceSpec,
  blockTimeMs: number,
): void {
  if (amounts.length !== spec.tokens.length) return;
  const after = tokensOf(amounts, spec);
  const before = pool.reserves;
  if (before !== null && mathematics[spec.protocol] === 'stable-swap') {
    const changes = after.map((amount, i) => amount - (before[i] ?? Number.NaN));
    leaveOneSided(pool, changes, spec, blockTimeMs);
  }
  pool.reserves = after;
}

/**
 * Liquidity that comes or goes evenly sells nothing; what one coin takes beyond the others does. Only StableSwap pools
 * take liquidity in one coin, and only theirs can be told from trades: see `estimateReserves`.
 */
function leaveOneSided(
  pool: PoolSeries,
  changes: readonly number[],
  spec: SourceSpec,
  blockTimeMs: number,
): void {
  if (mathematics[spec.protocol] !== 'stable-swap' || changes.length !== spec.tokens.length) return;
  const even = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  const uneven = changes.map((change) => change - even);
  sell(pool, uneven, blockTimeMs);
}

function sell(pool: PoolSeries, amounts: readonly number[], blockTimeMs: number): void {
  pool.sold.forEach((stream, i) => {
    const amount = amounts[i];
    if (stream !== null && amount !== undefined && Number.isFinite(amount)) flow(stream, blockTimeMs, amount);
  });
}

function tokensOf(amounts: readonly Amount[], spec: SourceSpec): number[] {
  return amounts.map((amount, i) => toTokens(amount, spec.tokens[i]?.decimals ?? Number.NaN));
}

function setRange(
  pool: PoolSeries,
  range: { sqrtPriceX96: bigint | null; liquidity: bigint | null; tick: number | null },
): void {
  if (range.sqrtPriceX96 !== null) pool.sqrtRatio = sqrtRatio(range.sqrtPriceX96);
  if (range.liquidity !== null) pool.liquidity = toTokens(range.liquidity, 0);
  if (range.tick !== null) pool.tick = range.tick;
}

/** A position counts while the tick is inside it: lower <= tick < upper (Uniswap v3 Core, section 6.3). */
function addInRange(pool: PoolSeries, change: Extract<Observation, { kind: 'liquidity' }>): void {
  const { liquidityDelta, tickLower, tickUpper } = change;
  if (liquidityDelta === null || tickLower === null || tickUpper === null) return;
  if (pool.tick === null || pool.liquidity === null) return;
  if (tickLower > pool.tick || pool.tick >= tickUpper) return;
  pool.liquidity = Math.max(0, pool.liquidity + toTokens(liquidityDelta, 0));
}

/**
 * StableSwap events tell changes only, and the fee that leaves with them is not in them: an estimate until the next
 * absolute read. Constant product pools tell their reserves in full (`Sync` comes before `Swap`): added to them, a
 * swap would count twice.
 */
function estimateReserves(pool: PoolSeries, amounts: readonly Amount[], spec: SourceSpec): void {
  const { reserves } = pool;
  if (reserves === null || mathematics[spec.protocol] !== 'stable-swap') return;
  if (amounts.length !== reserves.length) return;
  for (let i = 0; i < reserves.length; i++) {
    const change = toTokens(amounts[i] ?? 0n, spec.tokens[i]?.decimals ?? Number.NaN);
    reserves[i] = Math.max(0, (reserves[i] ?? Number.NaN) + change);
  }
}

/** Coins that went in or came out, whichever is more: a trade against a token without a peg has only one such side. */
function volumeOf(amounts: readonly Amount[], spec: SourceSpec): number {
  let into = 0;
  let out = 0;
  for (let i = 0; i < spec.tokens.length; i++) {
    const token = spec.tokens[i];
    const amount = amounts[i];
    if (token === undefined || token.coin === null || amount === undefined) continue;
    const tokens = toTokens(amount, token.decimals);
    if (tokens > 0) into += tokens;
    else out -= tokens;
  }
  return Math.max(into, out);
}
