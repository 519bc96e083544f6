// The live driver: takes inputs as they arrive, folds them through the engine in batches, stores each batch with all
// that follows from it in one transaction, and only then lets the world know. Engine and disk work side by side: while
// one batch is being made durable, the next is folded.

import { serialize } from 'node:v8';
import type { Input, Step } from './core/io.js';
import type { Clock, Log, Meter } from './core/ports.js';
import type { Alert, ChainName, Hex } from './core/types.js';
import type { Engine } from './engine.js';
import type { Store } from './store/store.js';

export interface LiveOptions {
  /** Most inputs folded into one transaction. */
  readonly maxBatch: number;
  /** Inputs waiting beyond this make `push` wait: the chains are pulled, so nothing is lost. */
  readonly maxWaiting: number;
  readonly tickMs: number;
  readonly checkpointMs: number;
  /** How long to wait before asking again for free space while the disk is too full. */
  readonly fullDiskMs: number;
}

export const liveDefaults: LiveOptions = {
  maxBatch: 1024,
  maxWaiting: 4096,
  tickMs: 1000,
  checkpointMs: 300_000,
  fullDiskMs: 2000,
};

export interface LiveDeps {
  readonly engine: Engine;
  readonly store: Pick<Store, 'commit' | 'lastSeq' | 'saveCheckpoint'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** How the disk is: `hard` stops intake until it is better. */
  freeSpace(): Promise<'ok' | 'soft' | 'hard'>;
  /** Called with alerts whose intent is durable. */
  deliver(alerts: readonly Alert[]): void;
  /** A source's events come from a further contract from now on. */
  watch(chain: ChainName, source: string, address: Hex): void;
}

export interface Live {
  /** Resolves when the input is queued; waits while too many are waiting. */
  push(input: Input): Promise<void>;
  /** Runs until `stop`, then finishes what is queued. Rejects where the store fails: start anew then. */
  run(): Promise<void>;
  stop(): void;
  readonly state: { readonly waiting: number; readonly intake: 'open' | 'closed'; readonly seq: number };
}

export function createLive(options: LiveOptions, deps: LiveDeps): Live {
  const { engine, store, clock, log, meter } = deps;
  const queue: Input[] = [];
  let stopping = false;
  let intake: 'open' | 'closed' = 'open';
  let seq = store.lastSeq();
  let checkpointDueMs = clock.now() + options.checkpointMs;
  let wakeLoop: (() => void) | null = null;
  let wakePushers: (() => void)[] = [];

  async function push(input: Input): Promise<void> {
    while (queue.length >= options.maxWaiting && !stopping) {
      await new Promise<void>((resolve) => wakePushers.push(resolve));
    }
    queue.push(input);
    wakeLoop?.();
  }

  async function run(): Promise<void> {
    const cancelTicks = startTicks();
    let committed: Promise<void> = Promise.resolve();
    try {
      for (;;) {
        if (queue.length === 0) {
          if (stopping) break;
          await new Promise<void>((resolve) => {
            wakeLoop = resolve;
          });
          wakeLoop = null;
          continue;
        }
        await roomOnDisk();
        const steps = fold(queue.splice(0, options.maxBatch));
        for (const wake of wakePushers) wake();
        wakePushers = [];
        const state = checkpointDue();
        await committed;
        committed = store.commit(steps).then(() => carryOut(steps, state));
        // The failure is seen by the `await` of the next turn; this only keeps it from being called unhandled before.
        committed.catch(() => {});
      }
      await committed;
    } finally {
      cancelTicks();
      for (const wake of wakePushers) wake();
    }
  }

  function fold(inputs: readonly Input[]): Step[] {
    return inputs.map((input) => {
      // A journal's time never runs backwards, whatever the order in which the chains were heard.
      const timed = input.atMs >= engine.state.nowMs ? input : { ...input, atMs: engine.state.nowMs };
      meter.count('pegwatch_inputs_total', { kind: input.kind });
      return { seq: ++seq, input: timed, effects: engine.step(timed) };
    });
  }

  /** After the transaction is durable: tell the outbox, the log readers and the metrics. */
  async function carryOut(steps: readonly Step[], checkpoint: Checkpoint | null): Promise<void> {
    const nowMs = clock.now();
    meter.observe('pegwatch_commit_steps', {}, steps.length);
    for (const { input, effects } of steps) {
      if (input.kind === 'block') {
        meter.observe(
          'pegwatch_frame_to_durable_seconds',
          { chain: input.chain },
          (nowMs - input.atMs) / 1000,
        );
      }
      for (const effect of effects) {
        if (effect.kind === 'watch') deps.watch(effect.chain, effect.source, effect.address);
        else if (effect.kind === 'problem') {
          meter.count('pegwatch_problems_total', { code: effect.problem.code });
          log.debug({ problem: effect.problem }, 'a problem was counted and kept');
        } else if (effect.kind === 'signal') {
          const { detector, severity } = effect.signal;
          meter.count('pegwatch_signals_total', { detector, severity: severity ?? 'eased' });
        }
      }
    }
    const alerts = steps.flatMap(({ effects }) =>
      effects.flatMap((one) => (one.kind === 'alert' ? [one.alert] : [])),
    );
    if (alerts.length > 0) deps.deliver(alerts);
    if (checkpoint !== null) await store.saveCheckpoint(checkpoint.seq, checkpoint.state);
  }

  function checkpointDue(): Checkpoint | null {
    const nowMs = clock.now();
    if (nowMs < checkpointDueMs) return null;
    checkpointDueMs = nowMs + options.checkpointMs;
    return { seq, state: serialize(engine.state) };
  }

  async function roomOnDisk(): Promise<void> {
    for (;;) {
      const space = await deps.freeSpace();
      if (space !== 'hard' || stopping) {
        if (intake === 'closed') log.warn({}, 'the disk has room again: intake goes on');
        intake = 'open';
        return;
      }
      if (intake === 'open')
        log.error({}, 'the disk is nearly full: intake is closed until there is room; alerts go on');
      intake = 'closed';
      await new Promise<void>((resolve) => clock.after(options.fullDiskMs, resolve));
    }
  }

  /** Ticks that come while one is still waiting are skipped, not queued. */
  function startTicks(): () => void {
    let cancel = (): void => {};
    const next = (): void => {
      if (!queue.some((input) => input.kind === 'tick')) {
        queue.push({ kind: 'tick', atMs: clock.now() });
        wakeLoop?.();
      }
      cancel = clock.after(options.tickMs, next);
    };
    cancel = clock.after(options.tickMs, next);
    return () => cancel();
  }

  return {
    push,
    run,
    stop() {
      stopping = true;
      wakeLoop?.();
    },
    get state() {
      return { waiting: queue.length, intake, seq };
    },
  };
}

interface Checkpoint {
  readonly seq: number;
  readonly state: Uint8Array;
}
