// When the live driver keeps the engine's state. What else it does is tried by the simulation and by the whole daemon.
import { expect, it } from 'vitest';
import type { Log } from '../src/core/ports.js';
import { createEngine } from '../src/engine.js';
import { createLive, liveDefaults } from '../src/live.js';
import { eventually } from './helpers/eventually.js';
import { makeSpec } from './helpers/make-spec.js';

const log: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log };

/** Sequence numbers of the checkpoints of a run over `inputs` inputs that are stored one by one. */
async function checkpointsOf(inputs: number, options: { lastSeq: number; checkpointedSeq: number }) {
  let seq = options.lastSeq;
  const kept: number[] = [];
  const live = createLive(
    { ...liveDefaults, checkpointSteps: 10, checkpointedSeq: options.checkpointedSeq },
    {
      engine: createEngine(),
      store: {
        lastSeq: () => options.lastSeq,
        async commit(steps) {
          seq += steps.length;
        },
        async saveCheckpoint(at) {
          kept.push(at);
        },
      },
      // A clock that stands still: no checkpoint is due by time, and no tick comes.
      clock: { now: () => 1_000, after: () => () => {} },
      log,
      meter: { count() {}, gauge() {}, observe() {} },
      freeSpace: async () => 'ok',
      deliver() {},
      watch() {},
    },
  );
  const running = live.run();
  // The first of the inputs.
  await live.push({ kind: 'start', atMs: 1_000, spec: makeSpec() });
  await eventually(() => seq === options.lastSeq + 1);
  for (let i = 2; i <= inputs; i++) {
    await live.push({ kind: 'tick', atMs: 1_000 });
    await eventually(() => seq === options.lastSeq + i);
  }
  live.stop();
  await running;
  return kept;
}

it('keeps the state after so many inputs, however little time has passed', async () => {
  expect(await checkpointsOf(25, { lastSeq: 0, checkpointedSeq: 0 })).toEqual([10, 20]);
});

it('counts what earlier lives stored since the last checkpoint, so that dying often does not put it off', async () => {
  expect(await checkpointsOf(3, { lastSeq: 108, checkpointedSeq: 100 })).toEqual([110]);
});
