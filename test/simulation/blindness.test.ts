// When every endpoint of every chain goes deaf and dumb, in virtual time and through the whole daemon: how long until a
// person is told that nothing is watched, and that the end of it is told too.

import { describe, expect, it } from 'vitest';
import type { DrawnWorld } from './draw-world.js';
import { simulate } from './simulate.js';

const deafAfterMs = 60_000;
const deafForMs = 180_000;
const storyMs = 1_200_000;
/** `docs/promises.md`, 9. */
const toldWithinMs = 60_000;

/** Nothing goes wrong but this: no endpoint says anything for a while. */
function deaf(drawn: DrawnWorld): DrawnWorld {
  const fromMs = drawn.startMs + deafAfterMs;
  return {
    ...drawn,
    calmMs: drawn.startMs + storyMs,
    episodes: [],
    stops: [],
    chains: drawn.chains.map((chain) => ({
      ...chain,
      reorgEvery: 1_000_000,
      episodes: chain.config.endpoints.map(({ name }) => ({
        kind: 'half-open' as const,
        where: name,
        fromMs,
        toMs: fromMs + deafForMs,
      })),
    })),
  };
}

describe('an outage of every endpoint', () => {
  it.each([4, 9])('is told as blindness within a minute, and its end too (seed %i)', async (seed) => {
    const run = await simulate(seed, null, deaf);
    expect(run.problems).toEqual([]);
    const about = run.received.filter(({ message }) => message.incident.coins.includes('*'));
    const [first] = about;
    expect(first?.message).toMatchObject({
      severity: 'critical',
      title: expect.stringContaining('pegwatch went blind on every chain'),
    });
    const deafAtMs = run.startMs + deafAfterMs;
    expect(first?.atMs).toBeGreaterThan(deafAtMs);
    expect((first?.atMs ?? 0) - deafAtMs).toBeLessThan(toldWithinMs);
    expect(about.at(-1)?.message.title).toContain('pegwatch sees');
    expect(about.at(-1)?.message.incident.blindSpots[0]).toContain('nobody told of new blocks');
  });
});
