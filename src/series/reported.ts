// A market that reports prices: its recent past from a minute to two weeks, in windows that stay small because a lane
// clones a series before it changes.

import { cloneWindow, createWindow, record, sumOver } from '../core/window.js';
import type { PoolSeries, Reported } from './series.js';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

export function recordReport(pool: PoolSeries, price: number, volume: number | null, timeMs: number): void {
  pool.reported ??= {
    price,
    minutes: createWindow('level', minuteMs, 10),
    day: createWindow('level', 15 * minuteMs, 96),
    fortnight: createWindow('level', 6 * hourMs, 56),
    volume: null,
  };
  const { reported } = pool;
  reported.price = price;
  for (const window of [reported.minutes, reported.day, reported.fortnight]) record(window, timeMs, price);
  if (volume === null) return;
  reported.volume ??= createWindow('flow', hourMs, 24);
  record(reported.volume, timeMs, volume);
}

/**
 * Closes a block. How much such a market matters is what it traded within a day: what stands in its book is not known,
 * so its liquidity stays unknown and it drains nothing.
 */
export function settleReport(pool: PoolSeries, reported: Reported, timeMs: number): void {
  pool.prices = [1, 1 / reported.price];
  pool.peakDayUsd = reported.volume === null ? null : sumOver(reported.volume, timeMs, dayMs);
}

export function cloneReported(reported: Reported): Reported {
  return {
    price: reported.price,
    minutes: cloneWindow(reported.minutes),
    day: cloneWindow(reported.day),
    fortnight: cloneWindow(reported.fortnight),
    volume: reported.volume === null ? null : cloneWindow(reported.volume),
  };
}
