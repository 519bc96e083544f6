// The daemon behind a network that cuts, hangs, trickles, flips and refuses, on a real node that reorganises, rewinds
// and dies. PEGWATCH_FAULT_SEEDS=30 runs more of them than every test run does.
import { afterAll, expect, test } from 'vitest';
import { cleanUp } from '../helpers/daemon-process.js';
import { runFaultScenario } from './fault-scenario.js';

afterAll(cleanUp);

const seeds = Array.from({ length: Number(process.env.PEGWATCH_FAULT_SEEDS ?? 2) }, (_, i) => String(i + 1));

test.each(seeds)(
  'after all that a network can do, the timeline is what the node holds (seed %s)',
  {
    timeout: 180_000,
  },
  async (seed) => {
    const { script, truth, told, strangers, missing, orphaned } = await runFaultScenario(seed, 8);
    const story = script.join('; ');
    expect(strangers, story).toEqual([]);
    expect(missing, story).toEqual([]);
    expect(told, story).toEqual(truth);
    expect(truth.length, story).toBeGreaterThan(20);
    console.info(`seed ${seed}: ${truth.length} events, ${orphaned} dead blocks; ${story}`);
  },
);
