// Every request of an endpoint passes its queue: so many calls a second, so many frames under way, the urgent ones
// first. The name of the queue is the endpoint's; it is bounded because each follower has few requests open at a time
// (one head, one segment, `chunksAhead` chunks), and nothing in it is ever dropped but by stopping.

import PQueue from 'p-queue';
import { type Clock, sleep } from '../core/ports.js';
import { createPace, type Pace } from './pace.js';

/** Heads before the logs that confirm them before second looks before back-fill before what is only good to know. */
export const priorities = { head: 4, confirm: 3, again: 2, backfill: 1, enrich: 0 } as const;
export type Priority = keyof typeof priorities;

export interface RequestQueue {
  readonly pace: Pace;
  /** `calls`: how many JSON-RPC calls the task sends; providers count these, not frames. */
  run<T>(
    priority: Priority,
    calls: number,
    signal: AbortSignal,
    task: () => Promise<T>,
  ): Promise<T | 'aborted'>;
  waiting(): number;
}

export function requestQueue(perSecond: number, concurrency: number, clock: Clock): RequestQueue {
  // One at a time waits at the door for its tokens; the others wait behind it in the order of their urgency.
  const door = new PQueue({ concurrency: 1 });
  const pace = createPace(perSecond, clock);
  let running = 0;
  let ended = (): void => {};

  /** False where the signal came first. */
  async function admit(calls: number, signal: AbortSignal): Promise<boolean> {
    while (running >= concurrency && !signal.aborted) {
      await new Promise<void>((resolve) => {
        ended = () => {
          signal.removeEventListener('abort', ended);
          resolve();
        };
        signal.addEventListener('abort', ended, { once: true });
      });
    }
    for (let waitMs = pace.waitMs(calls); waitMs > 0 && !signal.aborted; waitMs = pace.waitMs(calls)) {
      await sleep(clock, waitMs, signal);
    }
    if (signal.aborted) return false;
    pace.spend(calls);
    running++;
    return true;
  }

  return {
    pace,
    run: async (priority, calls, signal, task) => {
      let admitted = false;
      const enter = async (): Promise<void> => {
        admitted = await admit(calls, signal);
      };
      try {
        await door.add(enter, { priority: priorities[priority], signal });
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      if (!admitted) return 'aborted';
      try {
        return await task();
      } finally {
        running--;
        ended();
      }
    },
    waiting: () => door.size + door.pending,
  };
}
