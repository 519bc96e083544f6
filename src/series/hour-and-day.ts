// One quantity over two horizons: as fine as an hour needs it and as long as a day needs it.

import { cloneWindow, createWindow, record, type Window } from '../core/window.js';
import type { HourAndDay } from './series.js';

export function createHourAndDay(kind: Window['kind']): HourAndDay {
  return { hour: createWindow(kind, 60_000, 60), day: createWindow(kind, 900_000, 96) };
}

export function recordBoth({ hour, day }: HourAndDay, timeMs: number, value: number): void {
  record(hour, timeMs, value);
  record(day, timeMs, value);
}

export function cloneHourAndDay({ hour, day }: HourAndDay): HourAndDay {
  return { hour: cloneWindow(hour), day: cloneWindow(day) };
}
