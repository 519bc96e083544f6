// The pace of an endpoint: a bucket against a naive count of every window, and what a refusal does to it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/chain/pace.js';
import { requestQueue } from '../../src/chain/request-queue.js';
import { createVirtualClock } from '../simulation/virtual-clock.js';

interface Spent {
  readonly atMs: number;
  readonly calls: number;
}

/** Asks for each frame in turn, the next one `afterMs` after the last went; says when they went. */
function go(
  perSecond: number,
  frames: readonly { readonly afterMs: number; readonly calls: number }[],
): Spent[] {
  let nowMs = 0;
  const pace = createPace(perSecond, { now: () => nowMs, after: () => () => {} });
  return frames.map(({ afterMs, calls }) => {
    nowMs += afterMs;
    for (let waitMs = pace.waitMs(calls); waitMs > 0; waitMs = pace.waitMs(calls)) nowMs += waitMs;
    pace.spend(calls);
    return { atMs: nowMs, calls };
  });
}

describe('the pace of an endpoint', () => {
  it('lets no window hold more calls than its seconds allow, a second of burst and one frame of debt', () => {
    const frame = fc.record({
      afterMs: fc.integer({ min: 0, max: 3_000 }),
      calls: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(0.5, 1, 5, 25),
        fc.array(frame, { minLength: 1, maxLength: 60 }),
        (perSecond, frames) => {
          const spent = go(perSecond, frames);
          for (const [i, first] of spent.entries()) {
            let calls = 0;
            for (const { atMs, calls: more } of spent.slice(i)) {
              // What is asked for once the window has begun is held to it; the frame that begins it stands apart.
              const seconds = (atMs - first.atMs) / 1_000;
              expect(calls).toBeLessThanOrEqual(perSecond * seconds + 2 * Math.max(1, perSecond) + 40);
              calls += more;
            }
          }
        },
      ),
    );
  });

  it('wastes nothing: what always has work goes at the configured pace', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 5, 25),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 20 }),
        (pace, sizes) => {
          const spent = go(
            pace,
            sizes.map((calls) => ({ afterMs: 0, calls })),
          );
          const calls = sizes.slice(0, -1).reduce((sum, one) => sum + one, 0);
          // Before the last frame went, all others had been paid for but for the burst.
          expect(spent.at(-1)!.atMs).toBeLessThanOrEqual(((calls + 30) / pace) * 1_000 + sizes.length);
        },
      ),
    );
  });

  it('halves at a refusal, once for a burst of them, and is back after five quiet minutes', () => {
    let nowMs = 10_000;
    const pace = createPace(20, { now: () => nowMs, after: () => () => {} });
    pace.refused();
    pace.refused();
    expect(pace.perSecond).toBe(10);
    nowMs += 2_000;
    const before = pace.perSecond;
    pace.refused();
    expect(pace.perSecond).toBeCloseTo(before / 2);
    const low = pace.perSecond;
    nowMs += 60_000;
    expect(pace.perSecond).toBeGreaterThan(low);
    nowMs += 240_000;
    expect(pace.perSecond).toBe(20);
  });

  it('never sinks so low that an endpoint is given up', () => {
    let nowMs = 0;
    const pace = createPace(20, { now: () => nowMs, after: () => () => {} });
    for (let i = 0; i < 100; i++, nowMs += 1_000) pace.refused();
    expect(pace.perSecond).toBeGreaterThanOrEqual(0.1);
    expect(pace.waitMs(1)).toBeLessThanOrEqual(10_000);
  });
});

describe('the queue of an endpoint in virtual time', () => {
  it('lets a head overtake back-fill that waits for the pace', async () => {
    const clock = createVirtualClock(0);
    const queue = requestQueue(1, 8, clock);
    const { signal } = new AbortController();
    const order: string[] = [];
    const ask = (priority: 'head' | 'backfill', name: string) =>
      queue.run(priority, 1, signal, async () => void order.push(name));
    const first = ['a', 'b', 'c', 'd'].map((name) => ask('backfill', name));
    await clock.run(500);
    const head = ask('head', 'head');
    await clock.run(10_000);
    await Promise.all([...first, head]);
    // One went at once, one stood at the door already.
    expect(order).toEqual(['a', 'b', 'head', 'c', 'd']);
  });

  it('has no more under way than it may', async () => {
    const clock = createVirtualClock(0);
    const queue = requestQueue(1_000, 2, clock);
    const { signal } = new AbortController();
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise<void>((resolve) => clock.after(100, resolve));
      running--;
    };
    const asked = Array.from({ length: 9 }, () => queue.run('confirm', 1, signal, task));
    await clock.run(10_000);
    await Promise.all(asked);
    expect(most).toBe(2);
  });
});
