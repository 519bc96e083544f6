// Blocks whose logs no endpoint gives for a quarter of an hour: they are passed over, told as a hole, and read when they
// can be. What the ledger says of them is held against what was refused.

import { describe, expect, it } from 'vitest';
import type { Input } from '../../src/core/io.js';
import { readStore } from '../../src/store/read-store.js';
import type { DrawnWorld } from './draw-world.js';
import { memoryTables } from './memory-tables.js';
import { seeded } from './seeded.js';
import { type Run, simulate } from './simulate.js';

const hiddenFromMs = 20_000;
const refusedForMs = 900_000;

const hiddenMsOf = (seed: number): number => seeded(`hidden for ${seed}`).int(1_000, 60_000);

/** All endpoints of the first chain refuse the logs of blocks of a drawn span of time. */
function hiding(drawn: DrawnWorld): DrawnWorld {
  const random = seeded(`hidden ${drawn.seed}`);
  const fromMs = drawn.startMs + hiddenFromMs;
  const hiddenMs = hiddenMsOf(drawn.seed);
  const [chain] = drawn.chains;
  if (chain === undefined) throw new Error('a world without chains');
  const { config } = chain;
  // Quick enough for the wait, slow enough for many blocks to be cheap.
  const blockTimeMs = Math.max(1_000, config.blockTimeMs);
  return {
    ...drawn,
    calmMs: fromMs + refusedForMs + 700_000,
    chains: [
      {
        ...chain,
        config: { ...config, blockTimeMs },
        episodes: config.endpoints.map(({ name }) => ({
          kind: 'hidden-logs' as const,
          where: name,
          fromMs,
          toMs: fromMs + refusedForMs,
          hiddenMs,
        })),
      },
    ],
    spec: {
      ...drawn.spec,
      channels: drawn.spec.channels.map((one) => ({ ...one, groupMs: 30_000, repeatMs: null })),
    },
    episodes: [],
    stops: (random.chance(0.5) ? [] : drawn.stops)
      .map((stop) => ({ ...stop, atMs: stop.atMs + random.int(0, 1_000_000) }))
      .sort((a, b) => a.atMs - b.atMs),
  };
}

function holesOf({ durable }: Run): { told: Extract<Input, { kind: 'hole' }>[]; late: number } {
  const tables = memoryTables(durable, () => Promise.resolve());
  const inputs = [...readStore(tables, '').journal(1)].map(({ input }) => input);
  return {
    told: inputs.flatMap((input) => (input.kind === 'hole' && input.why === 'unreadable' ? [input] : [])),
    late: inputs.filter(({ kind }) => kind === 'late').length,
  };
}

describe('blocks whose logs are refused for long', () => {
  it('are passed over, no more than twice as many as are refused, and completed when they can be read', async () => {
    const problems: string[] = [];
    let [passedOver, completed] = [0, 0];
    for (let seed = 1; seed <= 8; seed++) {
      const run = await simulate(seed, null, hiding);
      problems.push(...run.problems.map((problem) => `${seed}: ${problem}`));
      const { told, late } = holesOf(run);
      passedOver += told.length;
      for (const { from, to } of told) {
        // Blocks come every 0.7 seconds at the quickest.
        if (to - from + 1 > 2 * Math.ceil(hiddenMsOf(seed) / 700) + 2)
          problems.push(`${seed}: ${from} to ${to} was passed over`);
      }
      completed += late;
    }
    expect(problems).toEqual([]);
    expect(passedOver).toBeGreaterThan(3);
    expect(completed).toBeGreaterThan(3);
  }, 300_000);
});
