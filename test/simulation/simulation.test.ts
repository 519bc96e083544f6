// The whole daemon in worlds that come from seeds. More of them: `npm run simulate -- --seed 1 --count 1000`.

import { describe, expect, it } from 'vitest';
import { notableSeeds } from './notable-seeds.js';
import { simulate } from './simulate.js';
import { simulateMany } from './simulate-many.js';

describe('in a world whose faults come from a seed', () => {
  it.each(notableSeeds)('nothing is lost, doubled or remembered of the dead: %i, %s', async (seed) => {
    expect((await simulate(seed)).problems).toEqual([]);
  });

  it('nor in a hundred others, and much goes wrong in them', { timeout: 900_000 }, async () => {
    const { problems, totals } = await simulateMany(5_001, 100);
    expect(problems).toEqual([]);
    for (const what of ['kills', 'stops', 'failures', 'reorgs', 'incidents', 'alerts', 'disagreements'])
      expect(totals[what], what).toBeGreaterThan(10);
  });

  it('the same seed tells the same story to the last frame', async () => {
    const [first, second, other] = [await simulate(17), await simulate(17), await simulate(18)];
    expect(first.trace).toBe(second.trace);
    expect(first.counts).toEqual(second.counts);
    expect(other.trace).not.toBe(first.trace);
  });
});
