// When the live driver keeps the engine's state. What else it does is tried by the simulation and by the whole daemon.
import { expect, it } from 'vitest';
import type { Log } from '../src/core/ports.js';
import { createEngine } from '../src/engine.js';
import { createLive, liveDefaults } from '../src/live.js';
import { eventually } from './helpers/eventually.js';
import { makeSpec } from './helpers/make-spec.js';
import { createManualClock } from './helpers/manual-clock.js';

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

it('says once when nothing is stored any more, and again when something is', async () => {
  const clock = createManualClock();
  const said: string[] = [];
  const hears: Log = { ...log, warn: (_f, text) => said.push(text), error: (_f, text) => said.push(text) };
  let goOn = (): void => {};
  let hangs = false;
  let stored = 0;
  const live = createLive(liveDefaults, {
    engine: createEngine(),
    store: {
      lastSeq: () => 0,
      async commit() {
        stored++;
      },
      async saveCheckpoint() {},
    },
    clock,
    log: hears,
    meter: { count() {}, gauge() {}, observe() {} },
    async freeSpace() {
      if (hangs)
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
      return 'ok';
    },
    deliver() {},
    watch() {},
  });
  const running = live.run();
  await live.push({ kind: 'start', atMs: clock.now(), spec: makeSpec() });
  await eventually(() => stored === 1);
  const storedAtMs = clock.now();
  hangs = true;
  clock.advance(30_000);
  expect(said).toEqual([expect.stringContaining('nothing is stored any more')]);
  expect(live.state.storedAtMs).toBe(storedAtMs);
  await eventually(() => {
    goOn();
    return stored > 1;
  });
  hangs = false;
  await eventually(() => live.state.storedAtMs === clock.now());
  expect(said).toEqual([expect.anything(), 'something is stored again']);
  live.stop();
  goOn();
  await running;
});
