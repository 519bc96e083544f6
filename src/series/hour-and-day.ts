// One quantity over two horizons: as fine as an hour needs it and as long as a day needs it.

import { cloneWindow, createWindow, maxOver, reachMs, record, type Window } from '../core/window.js';
import type { HourAndDay } from './series.js';

export function createHourAndDay(kind: Window['kind']): HourAndDay {
  return { hour: createWindow(kind, 60_000, 60), day: createWindow(kind, 900_000, 96) };
}

export function recordBoth({ hour, day }: HourAndDay, timeMs: number, value: number): void {
  record(hour, timeMs, value);
  record(day, timeMs, value);
}

/**
 * The highest that a level has been, block by block. Its own window does not show it: a bucket keeps its last value, so
 * that what one block reaches is forgotten with the next one of the same bucket. NaN where none is known.
 */
export function highest(level: Window, peak: Window, nowMs: number): number {
  const atEnds = maxOver(level, nowMs, reachMs(level));
  const between = maxOver(peak, nowMs, reachMs(peak));
  return between > atEnds || Number.isNaN(atEnds) ? between : atEnds;
}

export function cloneHourAndDay({ hour, day }: HourAndDay): HourAndDay {
  return { hour: cloneWindow(hour), day: cloneWindow(day) };
}
