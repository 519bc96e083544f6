import { expect, test } from 'vitest';
import type { Log } from '../../src/core/ports.js';
import { createReleases } from '../../src/edge/releases.js';
import { createManualClock } from '../helpers/manual-clock.js';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };
const never = (): Promise<void> => new Promise(() => {});

/** Lets a tenth of a second pass again and again until it is done; how long that took. */
async function msUntil(done: Promise<unknown>, clock: ReturnType<typeof createManualClock>): Promise<number> {
  const startMs = clock.now();
  let over = false;
  void done.then(() => {
    over = true;
  });
  while (!over && clock.now() - startMs < 60_000) {
    for (let i = 0; i < 50; i++) await Promise.resolve();
    if (!over) clock.advance(100);
  }
  return clock.now() - startMs;
}

test('what was acquired last is released first, and one that fails does not hold up the rest', async () => {
  const clock = createManualClock();
  const releases = createReleases({ clock, log });
  const released: string[] = [];
  releases.add('first', () => void released.push('first'));
  releases.add('failing', async () => {
    throw new Error('no');
  });
  releases.add('last', async () => void released.push('last'));
  expect(await Promise.all([releases.run(), releases.run()])).toEqual([[], []]);
  expect(released).toEqual(['last', 'first']);
  expect(clock.waiting()).toBe(0);
});

test('however many hang, all of it is over within eight seconds, and what was quick was still released', async () => {
  const clock = createManualClock();
  const releases = createReleases({ clock, log });
  const released: string[] = [];
  releases.add('quick', () => void released.push('quick'));
  for (const name of ['store', 'driver', 'outbox', 'chains']) releases.add(name, never);
  const run = releases.run();
  expect(await msUntil(run, clock)).toBeLessThanOrEqual(8000);
  expect(await run).toEqual(['chains', 'outbox', 'driver', 'store']);
  expect(released).toEqual(['quick']);
});
