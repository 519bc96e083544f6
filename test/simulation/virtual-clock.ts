// Time that jumps. Whatever runs in a simulation waits here; the clock moves to the next moment at which something
// happens once everything that the last one caused has been done, so ten minutes take as long as their work takes.

import type { Clock } from '../../src/core/ports.js';

export interface VirtualClock extends Clock {
  /** Lets time pass until `untilMs`, or until `done` says so between two moments. */
  run(untilMs: number, done?: () => boolean): Promise<void>;
}

interface Timer {
  readonly atMs: number;
  readonly order: number;
  fn: (() => void) | null;
}

export function createVirtualClock(startMs: number): VirtualClock {
  const timers: Timer[] = [];
  let nowMs = startMs;
  let order = 0;

  return {
    now: () => nowMs,
    after(ms, fn) {
      const timer: Timer = { atMs: nowMs + Math.max(0, ms), order: order++, fn };
      rise(timer);
      return () => {
        timer.fn = null;
      };
    },
    async run(untilMs, done = () => false) {
      for (;;) {
        await everythingDone();
        if (done()) return;
        const timer = timers[0];
        if (timer === undefined || timer.atMs > untilMs) break;
        sink();
        if (timer.fn === null) continue;
        nowMs = timer.atMs;
        timer.fn();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
  };

  function rise(timer: Timer): void {
    let at = timers.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!earlier(timer, timers[parent]!)) break;
      timers[at] = timers[parent]!;
      at = parent;
    }
    timers[at] = timer;
  }

  function sink(): void {
    const last = timers.pop()!;
    if (timers.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= timers.length) break;
      if (child + 1 < timers.length && earlier(timers[child + 1]!, timers[child]!)) child++;
      if (!earlier(timers[child]!, last)) break;
      timers[at] = timers[child]!;
      at = child;
    }
    timers[at] = last;
  }
}

function earlier(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** `setImmediate` comes after every promise that can be settled has been. */
function everythingDone(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
