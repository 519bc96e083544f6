import type { Clock } from '../../src/core/ports.js';

export interface ManualClock extends Clock {
  /** Lets time pass; timers fire in order, each at its own moment. Does not wait for what they started. */
  advance(ms: number): void;
  /** How many timers wait. */
  waiting(): number;
  /** When the next timer fires; null where none waits. */
  nextMs(): number | null;
}

/** A clock that moves only when a test says so. */
export function createManualClock(startMs = Date.UTC(2026, 0, 1)): ManualClock {
  let nowMs = startMs;
  let count = 0;
  const timers = new Map<number, { readonly atMs: number; readonly fn: () => void }>();

  function next(): readonly [number, { readonly atMs: number; readonly fn: () => void }] | undefined {
    return [...timers].sort(([a, one], [b, other]) => one.atMs - other.atMs || a - b)[0];
  }

  return {
    now: () => nowMs,
    after(ms, fn) {
      const id = count++;
      timers.set(id, { atMs: nowMs + Math.max(0, ms), fn });
      return () => void timers.delete(id);
    },
    advance(ms) {
      const end = nowMs + ms;
      for (let timer = next(); timer !== undefined && timer[1].atMs <= end; timer = next()) {
        timers.delete(timer[0]);
        nowMs = timer[1].atMs;
        timer[1].fn();
      }
      nowMs = end;
    },
    waiting: () => timers.size,
    nextMs: () => next()?.[1].atMs ?? null,
  };
}
