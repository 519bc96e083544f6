// The real clock. Everything that waits in pegwatch waits here, so that a simulation can own time instead.

import type { Clock } from '../core/ports.js';

/** The longest wait `setTimeout` knows: beyond it, it fires at once instead of later. */
const longestMs = 2 ** 31 - 1;

/**
 * Wall clock and timers of this process. With `unref`, a waiting timer does not keep the process alive:
 * right for a daemon, which lives by its sockets; wrong for a command that has nothing but the wait.
 */
export function createClock(options: { readonly unref?: boolean } = {}): Clock {
  return {
    now: () => Date.now(),
    after(ms, fn) {
      let left = Math.max(0, ms);
      let timer = arm();
      return () => clearTimeout(timer);

      function arm(): NodeJS.Timeout {
        const step = Math.min(left, longestMs);
        left -= step;
        const armed = setTimeout(() => {
          if (left > 0) timer = arm();
          else fn();
        }, step);
        if (options.unref) armed.unref();
        return armed;
      }
    },
  };
}
