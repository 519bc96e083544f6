// What flows, from a minute to two weeks: a bucket a minute for an hour, a bucket an hour for two weeks. The present
// hour is kept apart, so that the long window is written once an hour only: clones share it, and what is usual is
// worked out no more often than that. A stream holds 396 numbers, some 3 kB, whatever the traffic.

import { median } from '../core/median.js';
import { cloneWindow, createWindow, record, sumOver, type Window } from '../core/window.js';

export interface Stream {
  /** The last hour, the present minute included; changed in place. */
  readonly minutes: Window;
  /** Two weeks of whole hours. Its newest bucket, the present hour, is empty: see `present`. Replaced, never changed. */
  hours: Window;
  /** What flowed in the present hour. */
  present: number;
  /** Number of the first hour that was seen; -1 while nothing was. */
  firstHour: number;
  past: StreamPast;
}

/** What is usual, as of the beginning of the present hour; NaN where too little is known. Robust: a storm is no norm. */
export interface StreamPast {
  /** How many whole hours are known, two weeks at most. */
  readonly hours: number;
  /** The median of the hours, without sign. */
  readonly usualHour: number;
  /** Their median distance from it, times 1.4826: a standard deviation where they are normal. */
  readonly spreadHour: number;
  /** The median of whole days (24 hours each, counted back from the present hour), without sign; three days at least. */
  readonly usualDay: number;
  /** What flowed in the whole hours of each long horizon that reaches into the present hour, in their order. */
  readonly whole: readonly number[];
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const fortnightHours = 14 * 24;
/** Median absolute deviation to standard deviation, for a normal distribution. */
const normal = 1.4826;
const leastDays = 3;
/** Beyond an hour; others are added up when asked for. */
const longHorizonsMs: readonly number[] = [6, 24, 7 * 24, fortnightHours].map((hours) => hours * hourMs);

const nothing: StreamPast = {
  hours: 0,
  usualHour: Number.NaN,
  spreadHour: Number.NaN,
  usualDay: Number.NaN,
  whole: longHorizonsMs.map(() => 0),
};

export function createStream(): Stream {
  return {
    minutes: createWindow('flow', minuteMs, 60),
    hours: createWindow('flow', hourMs, fortnightHours + 1),
    present: 0,
    firstHour: -1,
    past: nothing,
  };
}

/** A time before the present hour counts as the present hour. */
export function flow(stream: Stream, timeMs: number, amount: number): void {
  const hour = Math.floor(timeMs / hourMs);
  if (stream.firstHour < 0) {
    stream.firstHour = hour;
    stream.hours = cloneWindow(stream.hours);
    record(stream.hours, timeMs, 0);
  } else if (hour > stream.hours.newest) closeHour(stream, timeMs);
  stream.present += amount;
  record(stream.minutes, timeMs, amount);
}

/** What flowed within the horizon: by whole minutes up to an hour, by whole hours beyond. */
export function flowOver(stream: Stream, nowMs: number, horizonMs: number): number {
  const { minutes, hours, present, past } = stream;
  if (horizonMs <= hourMs) return sumOver(minutes, nowMs, horizonMs);
  if (Math.floor(nowMs / hourMs) === hours.newest) {
    const whole = past.whole[longHorizonsMs.indexOf(horizonMs)];
    if (whole !== undefined) return present + whole;
  }
  const reached = hours.newest > Math.floor((nowMs - horizonMs) / hourMs);
  return (reached ? present : 0) + sumOver(hours, nowMs, horizonMs);
}

/** A copy that goes its own way. */
export function cloneStream(stream: Stream): Stream {
  return { ...stream, minutes: cloneWindow(stream.minutes) };
}

function closeHour(stream: Stream, timeMs: number): void {
  const hours = cloneWindow(stream.hours);
  record(hours, hours.newest * hourMs, stream.present);
  record(hours, timeMs, 0);
  stream.hours = hours;
  stream.present = 0;
  stream.past = pastOf(hours, stream.firstHour);
}

function pastOf(hours: Window, firstHour: number): StreamPast {
  const { newest, values } = hours;
  const known = Math.min(fortnightHours, newest - firstHour);
  const sizes: number[] = [];
  const days: number[] = [];
  let day = 0;
  for (let back = 1; back <= known; back++) {
    const value = values[(newest - back) % values.length] ?? 0;
    sizes.push(Math.abs(value));
    day += value;
    if (back % 24 > 0) continue;
    days.push(Math.abs(day));
    day = 0;
  }
  const usualHour = median(sizes);
  return {
    hours: known,
    usualHour,
    spreadHour: normal * median(sizes.map((size) => Math.abs(size - usualHour))),
    usualDay: days.length < leastDays ? Number.NaN : median(days),
    whole: longHorizonsMs.map((horizonMs) => sumOver(hours, newest * hourMs, horizonMs)),
  };
}
