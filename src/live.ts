// The live driver: takes inputs as they arrive, folds them through the engine in batches, stores each batch with all
// that follows from it in one transaction, and only then lets the world know. Engine and disk work side by side: while
// one batch is being made durable, the next is folded.

import { encodeCheckpoint } from './checkpoint.js';
import type { Alert } from './core/alert.js';
import type { ChainName } from './core/chain.js';
import type { Hex } from './core/hex.js';
import type { Input, Step } from './core/io.js';
import type { Clock, Log, Meter } from './core/ports.js';
import type { Signal } from './core/signal.js';
import type { Engine } from './engine.js';
import type { Store } from './store/store.js';

export interface LiveOptions {
  /** Most inputs folded into one transaction. */
  readonly maxBatch: number;
  /** Inputs waiting beyond this make `push` wait: the chains are pulled, so nothing is lost. */
  readonly maxWaiting: number;
  readonly tickMs: number;
  readonly checkpointMs: number;
  /** However little time has passed: no start shall have to fold much more than this. */
  readonly checkpointSteps: number;
  /** How far the checkpoint reaches that this start began with; left out: everything. */
  readonly checkpointedSeq?: number;
}

/** A commit that takes longer than this is no commit that takes long, but a disk that is in trouble. */
export const slowDiskMs = 10_000;

export const liveDefaults: LiveOptions = {
  maxBatch: 1024,
  maxWaiting: 4096,
  tickMs: 1000,
  checkpointMs: 300_000,
  checkpointSteps: 20_000,
};

/**
 * What is taken in however full the queue or the disk is: it is little, and without it no alert would go on. All else
 * is pulled from the chains and can be pulled again.
 */
const essential: ReadonlySet<Input['kind']> = new Set([
  'start',
  'tick',
  'receipt',
  'approve',
  'silence',
  'unsilence',
]);

/** What a person asked for: somebody waits until it is stored. */
const asked: ReadonlySet<Input['kind']> = new Set(['resend', 'approve', 'silence', 'unsilence']);

export interface LiveDeps {
  readonly engine: Engine;
  readonly store: Pick<Store, 'commit' | 'lastSeq' | 'saveCheckpoint'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
  /** How the disk is: `soft` is an alarm, `hard` stops intake until it is better. */
  freeSpace(): Promise<'ok' | 'soft' | 'hard'>;
  /** Called with alerts whose intent is durable. */
  deliver(alerts: readonly Alert[]): void;
  /** An input is durable that somebody outside waits for. */
  stored?(input: Input): void;
  /** A critical stands, on a block about which others can be asked. */
  check?(signal: Signal): void;
  /** A source's events come from a further contract from now on. */
  watch(chain: ChainName, source: string, address: Hex): void;
}

export interface Live {
  /** Resolves when the input is queued; waits while too many are waiting. */
  push(input: Input): Promise<void>;
  /**
   * Runs until `stop`, then finishes what is queued, as far as the disk has room. Rejects where the store fails:
   * start anew then.
   */
  run(): Promise<void>;
  stop(): void;
  readonly state: {
    readonly waiting: number;
    readonly intake: 'open' | 'closed';
    readonly seq: number;
    /** Since when the disk has been busy with one commit or checkpoint; null while it is not. */
    readonly writingSinceMs: number | null;
  };
}

export function createLive(options: LiveOptions, deps: LiveDeps): Live {
  const { engine, store, clock, log, meter } = deps;
  let queue: Input[] = [];
  let stopping = false;
  let disk: 'ok' | 'soft' | 'hard' = 'ok';
  let seq = store.lastSeq();
  let checkpointDueMs = clock.now() + options.checkpointMs;
  let checkpointedSeq = options.checkpointedSeq ?? seq;
  let writingSinceMs: number | null = null;
  let slowTold = false;
  let wakeLoop: (() => void) | null = null;
  let wakePushers: (() => void)[] = [];

  async function push(input: Input): Promise<void> {
    while (queue.length >= options.maxWaiting && !stopping && !essential.has(input.kind)) {
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
        const inputs = queue.length === 0 ? [] : await take();
        if (inputs.length === 0) {
          if (stopping) break;
          // While the disk is full the ticks bring us here again and again.
          await new Promise<void>((resolve) => {
            wakeLoop = resolve;
          });
          wakeLoop = null;
          continue;
        }
        const steps = fold(inputs);
        for (const wake of wakePushers) wake();
        wakePushers = [];
        const state = checkpointDue();
        await committed;
        committed = written(store.commit(steps)).then(() => carryOut(steps, state));
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
      if (asked.has(input.kind)) deps.stored?.(input);
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
          const { code, count } = effect.problem;
          meter.count('pegwatch_problems_total', { code }, count);
          log.debug({ problem: effect.problem }, 'a problem was counted and kept');
        } else if (effect.kind === 'suppressed') {
          const { channel, why } = effect.suppressed;
          meter.count('pegwatch_alerts_suppressed_total', { channel, reason: why });
        } else if (effect.kind === 'hook') {
          const { playbook, state, mode } = effect.hook;
          meter.count('pegwatch_hooks_total', { playbook, state });
          log.info({ hook: effect.hook.id, playbook, mode, state }, 'a response hook changed its state');
        } else if (effect.kind === 'incident') {
          const { waitedMs, incident } = effect;
          if (waitedMs !== undefined)
            meter.observe('pegwatch_triage_wait_seconds', { severity: incident.severity }, waitedMs / 1000);
        } else if (effect.kind === 'signal') {
          const { detector, severity } = effect.signal;
          meter.count('pegwatch_signals_total', { detector, severity: severity ?? 'eased' });
          if (severity === 'critical') deps.check?.(effect.signal);
        }
      }
    }
    const alerts = steps.flatMap(({ effects }) =>
      effects.flatMap((one) => (one.kind === 'alert' ? [one.alert] : [])),
    );
    if (alerts.length > 0) deps.deliver(alerts);
    if (checkpoint === null) return;
    log.debug({ seq: checkpoint.seq, bytes: checkpoint.state.length }, 'a checkpoint is being stored');
    await written(store.saveCheckpoint(checkpoint.seq, checkpoint.state));
  }

  /** The same promise, watched: a disk that has come to a halt is no error, and somebody must say so. */
  function written(writing: Promise<void>): Promise<void> {
    writingSinceMs = clock.now();
    return writing.finally(() => {
      if (slowTold) log.warn({ ms: clock.now() - (writingSinceMs ?? 0) }, 'the disk goes on');
      writingSinceMs = null;
      slowTold = false;
    });
  }

  function tellSlowDisk(): void {
    if (slowTold || writingSinceMs === null || clock.now() - writingSinceMs < slowDiskMs) return;
    slowTold = true;
    log.error(
      {},
      'the disk is at a halt: nothing new is stored until it goes on; decided alerts are still sent',
    );
  }

  function checkpointDue(): Checkpoint | null {
    const nowMs = clock.now();
    // By the clock alone, a daemon that dies again and again would never get to one, and start more slowly each time.
    const due = nowMs >= checkpointDueMs || seq - checkpointedSeq >= options.checkpointSteps;
    // A checkpoint saves time only: it is not worth the last room on the disk.
    if (!due || disk === 'hard') return null;
    checkpointDueMs = nowMs + options.checkpointMs;
    checkpointedSeq = seq;
    return { seq, state: encodeCheckpoint(engine.state) };
  }

  /** The next inputs that may be stored now. */
  async function take(): Promise<Input[]> {
    const before = disk;
    disk = await deps.freeSpace();
    if (disk !== before) tellDisk(before);
    if (disk !== 'hard') return queue.splice(0, options.maxBatch);
    const taken = queue.filter(({ kind }) => essential.has(kind));
    queue = queue.filter(({ kind }) => !essential.has(kind));
    return taken;
  }

  function tellDisk(before: typeof disk): void {
    if (disk === 'hard')
      log.error({}, 'the disk is nearly full: intake is closed until there is room; alerts go on');
    else if (before === 'hard') log.warn({}, 'the disk has room again: intake goes on');
    else if (disk === 'soft')
      log.warn({}, 'the disk is filling up: intake will be closed when it is nearly full');
  }

  /** Ticks that come while one is still waiting are skipped, not queued. */
  function startTicks(): () => void {
    let cancel = (): void => {};
    const next = (): void => {
      tellSlowDisk();
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
    get state(): Live['state'] {
      return { waiting: queue.length, intake: disk === 'hard' ? 'closed' : 'open', seq, writingSinceMs };
    },
  };
}

interface Checkpoint {
  readonly seq: number;
  readonly state: Uint8Array;
}
