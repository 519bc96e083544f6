// The whole daemon in worlds that come from seeds. More of them: `npm run simulate -- --seed 1 --count 1000`.

import { describe, expect, it } from 'vitest';
import { notableSeeds } from './notable-seeds.js';
import { simulate } from './simulate.js';

/** Enough to see every fault many times, few enough for every run. */
const ordinarySeeds = 60;
/** Half of them with routes, silences and hooks between news and people (`draw-ways.ts`). */
const firstSeeds = [5_001, 500_001];

describe('in a world whose faults come from a seed', () => {
  it.each(notableSeeds)('nothing is lost, doubled or remembered of the dead: %i, %s', async (seed) => {
    expect((await simulate(seed)).problems).toEqual([]);
  });

  it(`the same holds in ${ordinarySeeds} others, and much goes wrong in them`, {
    timeout: 900_000,
  }, async () => {
    const totals: Record<string, number> = {};
    const problems: string[] = [];
    for (let i = 0; i < ordinarySeeds; i++) {
      const seed = (firstSeeds[i % 2] ?? 0) + Math.floor(i / 2);
      const run = await simulate(seed);
      problems.push(...run.problems.map((problem) => `${seed}: ${problem}`));
      for (const [what, by] of Object.entries(run.counts)) totals[what] = (totals[what] ?? 0) + by;
    }
    expect(problems).toEqual([]);
    for (const what of ['kills', 'stops', 'failures', 'reorgs', 'incidents', 'alerts', 'disagreements'])
      expect(totals[what], what).toBeGreaterThan(10);
    for (const what of ['kept back: inhibited', 'kept back: quiet', 'kept back: silenced', 'hooks called'])
      expect(totals[what], what).toBeGreaterThan(0);
  });

  it('the same seed tells the same story to the last frame', async () => {
    const [first, second, other] = [await simulate(17), await simulate(17), await simulate(18)];
    expect(first.trace).toBe(second.trace);
    expect(first.counts).toEqual(second.counts);
    expect(other.trace).not.toBe(first.trace);
  });
});
