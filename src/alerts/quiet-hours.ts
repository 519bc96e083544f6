import type { QuietSpec } from '../core/routing.js';

const dayMin = 1440;
const minuteMs = 60_000;

/** When the quiet hours end in which this moment lies; null where it lies in none. */
export function quietUntilMs(quiet: readonly QuietSpec[], nowMs: number): number | null {
  let until: number | null = null;
  for (const { fromMin, toMin, offsetMin, days } of quiet) {
    const localMin = Math.floor(nowMs / minuteMs) + offsetMin;
    const today = Math.floor(localMin / dayMin);
    // Last night's hours may reach into this morning.
    for (const day of [today - 1, today]) {
      // 1 January 1970 was a Thursday.
      if (days !== undefined && !days.includes((((day + 4) % 7) + 7) % 7)) continue;
      const from = day * dayMin + fromMin;
      const to = day * dayMin + toMin + (toMin <= fromMin ? dayMin : 0);
      if (localMin < from || localMin >= to) continue;
      const endMs = (to - offsetMin) * minuteMs;
      until = Math.max(until ?? endMs, endMs);
    }
  }
  return until;
}
