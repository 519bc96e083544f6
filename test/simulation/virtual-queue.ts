// The request queue in virtual time: what `src/chain/request-queue.ts` promises (so many in any second, so many under
// way, the urgent ones first), without p-queue, which has timers of its own. `virtual-queue.test.ts` holds the two
// against each other.

import { priorities, type RequestQueue } from '../../src/chain/request-queue.js';
import type { Clock } from '../../src/core/ports.js';

interface Waiting {
  readonly rank: number;
  start(): void;
}

export function virtualQueue(clock: Clock, perSecond: number, concurrency: number): RequestQueue {
  const cap = Math.max(1, Math.floor(perSecond));
  const intervalMs = Math.ceil((cap / perSecond) * 1_000);
  const waiting: Waiting[] = [];
  /** When the newest requests began, oldest first. */
  const begun: number[] = [];
  let running = 0;
  let timed = false;

  function pump(): void {
    while (waiting.length > 0 && running < concurrency) {
      const now = clock.now();
      while (begun.length > 0 && now - begun[0]! >= intervalMs) begun.shift();
      if (begun.length >= cap) {
        if (!timed) {
          timed = true;
          clock.after(intervalMs - (now - begun[0]!), () => {
            timed = false;
            pump();
          });
        }
        return;
      }
      begun.push(now);
      running++;
      waiting.shift()!.start();
    }
  }

  return {
    run: (priority, signal, task) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return resolve('aborted');
        const abort = (): void => {
          const at = waiting.indexOf(one);
          if (at >= 0) waiting.splice(at, 1);
          resolve('aborted');
        };
        const one: Waiting = {
          rank: priorities[priority],
          start() {
            void task()
              .then(resolve, (error: unknown) => (signal.aborted ? resolve('aborted') : reject(error)))
              .finally(() => {
                signal.removeEventListener('abort', abort);
                running--;
                pump();
              });
          },
        };
        signal.addEventListener('abort', abort, { once: true });
        const later = waiting.findIndex(({ rank }) => rank < one.rank);
        waiting.splice(later < 0 ? waiting.length : later, 0, one);
        pump();
      }),
    waiting: () => waiting.length,
  };
}
