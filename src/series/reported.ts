// A market that reports prices: its recent past from a minute to two weeks. A lane clones a series before it changes,
// once a report; so these windows are shared by clones and copied when they are written to, which the long ones are
// rarely: a back-test over months of minutes lives on that.

import {
  cloneWindow,
  createWindow,
  maxOver,
  meanOver,
  minOver,
  reachMs,
  record,
  restlessness,
  type Window,
} from '../core/window.js';
import type { PoolSeries, Reported, ReportedPast } from './series.js';
import { cloneStream, createStream, flow, flowOver, type Stream } from './stream.js';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

export function recordReport(pool: PoolSeries, price: number, volume: number | null, timeMs: number): void {
  pool.reported ??= {
    price,
    minutes: createWindow('level', minuteMs, 10),
    day: createWindow('level', 15 * minuteMs, 96),
    fortnight: createWindow('level', 6 * hourMs, 56),
    past: nothing,
    volume: null,
  };
  const { reported } = pool;
  reported.price = price;
  reported.minutes = recorded(reported.minutes, timeMs, price);
  if (isNewBucket(reported.fortnight, timeMs))
    reported.fortnight = recorded(reported.fortnight, timeMs, price);
  if (isNewBucket(reported.day, timeMs)) {
    reported.day = recorded(reported.day, timeMs, price);
    reported.past = pastOf(reported, timeMs);
  }
  if (volume !== null) reported.volume = traded(reported.volume, volume, timeMs);
}

/**
 * Closes a block. How much such a market matters is what it traded within a day: what stands in its book is not known,
 * so its liquidity stays unknown and it drains nothing.
 */
export function settleReport(pool: PoolSeries, reported: Reported, timeMs: number): void {
  pool.prices = [1, 1 / reported.price];
  pool.peakDayUsd = reported.volume === null ? null : dayVolume(reported.volume, timeMs);
}

/**
 * What was traded of token 0 within the past day. Of a market that was first heard less than a day ago, what a whole day
 * at this pace would be: what was not heard is unknown and not nothing.
 */
export function dayVolume(volume: Stream, nowMs: number): number {
  const heardMs = Math.max(hourMs, nowMs - volume.firstHour * hourMs);
  return flowOver(volume, nowMs, dayMs) * Math.max(1, dayMs / heardMs);
}

/** What was traded of token 0 within the past hour. */
export function hourVolume(volume: Stream, nowMs: number): number {
  return flowOver(volume, nowMs, hourMs);
}

const nothing: ReportedPast = {
  hourLeast: Number.NaN,
  hourMost: Number.NaN,
  dayLeast: Number.NaN,
  dayMost: Number.NaN,
  dayMean: Number.NaN,
  meanBefore: Number.NaN,
  noise: Number.NaN,
};

function pastOf({ day, fortnight }: Reported, nowMs: number): ReportedPast {
  return {
    hourLeast: minOver(day, nowMs, hourMs),
    hourMost: maxOver(day, nowMs, hourMs),
    dayLeast: minOver(day, nowMs, dayMs),
    dayMost: maxOver(day, nowMs, dayMs),
    dayMean: meanOver(day, nowMs, dayMs),
    meanBefore: meanOver(fortnight, nowMs - dayMs, reachMs(fortnight)),
    noise: restlessness(day, nowMs, dayMs),
  };
}

function traded(before: Stream | null, volume: number, timeMs: number): Stream {
  const after = before === null ? createStream() : cloneStream(before);
  flow(after, timeMs, volume);
  return after;
}

function isNewBucket(window: Window, timeMs: number): boolean {
  return Math.floor(timeMs / window.bucketMs) > window.newest;
}

function recorded(window: Window, timeMs: number, value: number): Window {
  const copy = cloneWindow(window);
  record(copy, timeMs, value);
  return copy;
}
