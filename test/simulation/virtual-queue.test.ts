import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Priority, priorities, type RequestQueue, requestQueue } from '../../src/chain/request-queue.js';
import type { Clock } from '../../src/core/ports.js';
import { virtualQueue } from './virtual-queue.js';

interface Asked {
  readonly afterMs: number;
  readonly priority: Priority;
  readonly lastsMs: number;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  afterMs: fc.constantFrom(0, 0, 10, 300, 1_500),
  priority: fc.constantFrom(...(Object.keys(priorities) as Priority[])),
  lastsMs: fc.constantFrom(0, 20, 700),
});

/** When each request was begun, in milliseconds since the first was asked. */
async function beginnings(queue: RequestQueue, requests: readonly Asked[]): Promise<readonly number[]> {
  const startMs = Date.now();
  const begun = new Array<number>(requests.length);
  const ended: Promise<unknown>[] = [];
  for (const [i, { afterMs, priority, lastsMs }] of requests.entries()) {
    await vi.advanceTimersByTimeAsync(afterMs);
    ended.push(
      queue.run(priority, new AbortController().signal, () => {
        begun[i] = Date.now() - startMs;
        return new Promise<void>((resolve) => setTimeout(resolve, lastsMs));
      }),
    );
  }
  await vi.advanceTimersByTimeAsync(120_000);
  await Promise.all(ended);
  return begun;
}

describe('the request queue of the simulation', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('begins every request when p-queue would', async () => {
    const clock: Clock = {
      now: () => Date.now(),
      after: (ms, fn) => {
        const timer = setTimeout(fn, ms);
        return () => clearTimeout(timer);
      },
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(asked, { minLength: 1, maxLength: 25 }),
        fc.constantFrom(1, 3, 8),
        fc.constantFrom(1, 2, 8),
        async (requests, perSecond, concurrency) => {
          const real = await beginnings(requestQueue(perSecond, concurrency), requests);
          const ours = await beginnings(virtualQueue(clock, perSecond, concurrency), requests);
          expect(ours).toEqual(real);
        },
      ),
      { numRuns: 60 },
    );
  });
});
