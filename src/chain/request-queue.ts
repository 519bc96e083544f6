// Every request of an endpoint passes its queue: so many a second, so many under way, the urgent ones first.
// The name of the queue is the endpoint's; it is bounded because each follower has few requests open at a time
// (one head, one segment, `chunksAhead` chunks), and nothing in it is ever dropped but by stopping.

import PQueue from 'p-queue';

/** Heads before the logs that confirm them before back-fill. */
export const priorities = { head: 2, confirm: 1, backfill: 0 } as const;
export type Priority = keyof typeof priorities;

export interface RequestQueue {
  run<T>(priority: Priority, signal: AbortSignal, task: () => Promise<T>): Promise<T | 'aborted'>;
  waiting(): number;
}

/**
 * `perSecond` counts frames and HTTP requests, whatever their number of calls; may be below 1. The window slides
 * (`strict`), so that no second anywhere holds more, and an idle queue leaves no timer behind.
 */
export function requestQueue(perSecond: number, concurrency: number): RequestQueue {
  const intervalCap = Math.max(1, Math.floor(perSecond));
  const interval = Math.ceil((intervalCap / perSecond) * 1_000);
  const queue = new PQueue({ concurrency, intervalCap, interval, strict: true });
  return {
    run: async (priority, signal, task) => {
      try {
        return await queue.add(task, { priority: priorities[priority], signal });
      } catch (error) {
        if (signal.aborted) return 'aborted';
        throw error;
      }
    },
    waiting: () => queue.size,
  };
}
