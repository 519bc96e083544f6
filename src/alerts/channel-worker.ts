// Empties one channel's queue: one attempt at a time, in the order of `channel-queue.ts`, on the schedule of
// `retry-schedule.ts`.

import { type Clock, type Log, type Meter, type Random, sleep } from '../core/ports.js';
import type { Store } from '../store/store.js';
import {
  type ChannelQueue,
  createChannelQueue,
  dequeue,
  enqueue,
  type Job,
  nextDueAtMs,
  nextJob,
  oldestAtMs,
  wakeAll,
} from './channel-queue.js';
import type { Channel, SendResult } from './channels/channel.js';
import { isExhausted, longestPauseMs, retryWaitMs } from './retry-schedule.js';

export interface WorkerDeps {
  readonly store: Pick<Store, 'reschedule'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
  /** The receiver's final word. Must lead to a committed `receipt` input. */
  settle(alertId: string, outcome: 'delivered' | 'refused', attempts: number): void;
}

/** How one channel stands, for `/status` and the gauges. */
export interface ChannelReport {
  readonly channel: string;
  readonly kind: string;
  readonly pending: number;
  /** When the alert that waits longest was decided. */
  readonly oldestAtMs: number | null;
  /** Attempts that failed since the last success. */
  readonly failures: number;
  readonly lastProblem: string | null;
}

/** How long an attempt that was cut off, and the store, get to end. */
const graceMs = 250;

export interface Worker {
  add(job: Job): void;
  run(): void;
  isEmpty(): boolean;
  report(): ChannelReport;
  close(deadlineMs: number): Promise<void>;
}

// Deliberately one closure of some length: queue, pause, timer and the attempt in flight are one small state
// machine, and each transition ends in `run()`.
/** `settled` is called whenever an alert leaves the queue for good. */
export function createWorker(channel: Channel, deps: WorkerDeps, settled: () => void): Worker {
  const { clock, log, meter } = deps;
  const queue: ChannelQueue = createChannelQueue();
  const stop = new AbortController();
  const writes = new Set<Promise<void>>();
  const labels = { channel: channel.name };
  let sending = false;
  let phase: 'open' | 'closing' | 'closed' = 'open';
  let cancelTimer: () => void = () => {};
  let inFlight: Promise<void> = Promise.resolve();
  let closed: Promise<void> | null = null;
  let drained: () => void = () => {};
  /** The receiver asked for silence until then. */
  let pausedUntilMs = 0;
  let failures = 0;
  let lastProblem: string | null = null;

  function run(): void {
    cancelTimer();
    if (sending || phase === 'closed') return;
    const now = clock.now();
    const closing = phase === 'closing';
    const job = now < pausedUntilMs ? null : nextJob(queue, now, (one) => !closing || one.attempts === 0);
    if (job !== null) {
      inFlight = attempt(job);
    } else if (closing) {
      drained();
    } else if (queue.ids.size > 0) {
      cancelTimer = clock.after(Math.max(1, Math.max(nextDueAtMs(queue), pausedUntilMs) - now), run);
    }
  }

  async function attempt(job: Job): Promise<void> {
    sending = true;
    let result: SendResult;
    try {
      result = await channel.send(job.alert, job.attempts + 1, stop.signal);
    } catch (thrown) {
      // A channel that throws is a mistake of ours, and its message may hold anything: only the kind is kept.
      const kind = thrown instanceof Error ? thrown.name : typeof thrown;
      result = { kind: 'retry', problem: `the channel failed (${kind})` };
    }
    sending = false;
    // Cut off by our own end: whether it arrived is not known, so it stays as the store has it.
    const cutOff = stop.signal.aborted && result.kind !== 'delivered';
    if (phase !== 'closed' && !cutOff) finish(job, result);
    run();
  }

  function finish(job: Job, result: SendResult): void {
    job.attempts++;
    const { alert } = job;
    const fields = { channel: channel.name, alert: alert.id, attempt: job.attempts };
    const ageMs = Math.max(0, clock.now() - alert.atMs);
    meter.count('pegwatch_alert_attempts_total', { ...labels, outcome: result.kind });
    if (result.kind === 'delivered') {
      meter.count('pegwatch_alerts_delivered_total', { ...labels, severity: alert.severity });
      meter.observe('pegwatch_alert_delivery_seconds', labels, ageMs / 1000);
      if (failures > 0) wakeAll(queue, clock.now());
      failures = 0;
      lastProblem = null;
      log.info({ ...fields, reason: alert.reason, severity: alert.severity }, 'alert delivered');
      remove(job, 'delivered');
      return;
    }
    failures++;
    lastProblem = result.problem;
    job.lastProblem = result.problem;
    if (result.kind === 'refused' || isExhausted(job.attempts, ageMs)) {
      meter.count('pegwatch_alerts_refused_total', { ...labels, severity: alert.severity });
      log.error({ ...fields, problem: result.problem }, 'alert given up: it stays listed as refused');
      remove(job, 'refused');
      return;
    }
    postpone(job, result.afterMs ?? 0);
    log.warn({ ...fields, problem: result.problem, dueAtMs: job.dueAtMs }, 'alert not delivered yet');
  }

  function postpone(job: Job, askedMs: number): void {
    const now = clock.now();
    const pauseMs = Math.min(askedMs, longestPauseMs);
    pausedUntilMs = Math.max(pausedUntilMs, now + pauseMs);
    job.dueAtMs = now + Math.max(pauseMs, retryWaitMs(job.attempts, deps.random()));
    const write = deps.store
      .reschedule(job.alert.id, job.attempts, Math.round(job.dueAtMs), job.lastProblem ?? '')
      .catch((err: unknown) => log.warn({ err, alert: job.alert.id }, 'a failed attempt was not stored'))
      .finally(() => writes.delete(write));
    writes.add(write);
  }

  function remove(job: Job, outcome: 'delivered' | 'refused'): void {
    dequeue(queue, job);
    gaugePending();
    try {
      deps.settle(job.alert.id, outcome, job.attempts);
    } catch (err) {
      log.error(
        { err, alert: job.alert.id },
        'a receipt was not taken: the alert will be sent again after a restart',
      );
    }
    settled();
  }

  function gaugePending(): void {
    meter.gauge('pegwatch_outbox_pending', labels, queue.ids.size);
  }

  async function shutDown(deadlineMs: number): Promise<void> {
    phase = 'closing';
    const over = new AbortController();
    const deadline = sleep(clock, deadlineMs, over.signal);
    const done = new Promise<void>((resolve) => {
      drained = resolve;
    });
    run();
    await Promise.race([done, deadline]);
    cancelTimer();
    stop.abort();
    // An attempt that is cut off ends at once; a receiver's yes that was on its way is still heard.
    await Promise.race([Promise.allSettled([inFlight, ...writes]), sleep(clock, graceMs, over.signal)]);
    phase = 'closed';
    over.abort();
  }

  gaugePending();
  return {
    add(job) {
      // What comes after the end began is in the store, and will be taken up by the next start.
      if (phase === 'open' && enqueue(queue, job)) gaugePending();
    },
    run,
    isEmpty: () => queue.ids.size === 0,
    report: () => ({
      channel: channel.name,
      kind: channel.kind,
      pending: queue.ids.size,
      oldestAtMs: oldestAtMs(queue),
      failures,
      lastProblem,
    }),
    close: (deadlineMs) => {
      closed ??= shutDown(deadlineMs);
      return closed;
    },
  };
}
