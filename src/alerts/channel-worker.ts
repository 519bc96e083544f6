// Empties one channel's queue: one attempt at a time, in the order of `channel-queue.ts`, on the schedule of
// `retry-schedule.ts`.

import type { Input } from '../core/io.js';
import { type Clock, type Log, type Meter, type Random, sleep } from '../core/ports.js';
import type { Store } from '../store/store.js';
import {
  type ChannelQueue,
  createChannelQueue,
  dequeue,
  enqueue,
  isDigest,
  type Job,
  nextDueAtMs,
  nextJob,
  oldestAtMs,
  supersede,
  wakeAll,
} from './channel-queue.js';
import type { Channel, SendResult } from './channels/channel.js';
import { createMessageBudget, mayGoAtMs, spend } from './message-budget.js';
import { isExhausted, longestPauseMs, retryWaitMs } from './retry-schedule.js';

export interface WorkerDeps {
  readonly store: Pick<Store, 'reschedule' | 'remembered' | 'supersede'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly meter: Meter;
  /** The receiver's final word. Must lead to a committed `receipt` input. */
  settle(alertId: string, outcome: Outcome, attempts: number, more: ReceiptMore): void;
}

export type Outcome = 'delivered' | 'refused' | 'superseded';
export type ReceiptMore = Pick<Extract<Input, { kind: 'receipt' }>, 'remember' | 'problem' | 'by'>;

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

/** Conversations whose last message is known without asking the store. */
const mostRemembered = 1000;
/** How long an attempt that was cut off, and the store, get to end. */
const graceMs = 250;
/** A note in the store that takes longer than this is not waited for: the alert is worth more. */
const storingMs = 15_000;

export interface Worker {
  add(job: Job): void;
  /** A message that arrived before this process began: it counts against its incident's budget. */
  recall(incidentId: string, atMs: number): void;
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
  const budget = createMessageBudget();
  const remembered = new Map<string, string>();
  let sending: Job | null = null;
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
    // After the cut-off every attempt would end at once, untried: nothing more is begun.
    if (sending !== null || phase === 'closed' || stop.signal.aborted) return;
    const now = clock.now();
    const closing = phase === 'closing';
    const mayGo = (one: Job): boolean => (!closing || one.attempts === 0) && isWithinBudget(one, now);
    const job = now < pausedUntilMs ? null : nextJob(queue, now, mayGo);
    if (job !== null) {
      inFlight = attempt(job);
    } else if (closing) {
      drained();
    } else if (queue.ids.size > 0) {
      cancelTimer = clock.after(Math.max(1, Math.max(nextDueAtMs(queue), pausedUntilMs) - now), run);
    }
  }

  async function attempt(job: Job): Promise<void> {
    sending = job;
    let result: SendResult;
    try {
      if (job.storing !== undefined) await noted(job.storing);
      const { incidentId } = job.alert;
      const previous = remembered.get(incidentId) ?? deps.store.remembered(incidentId, channel.name);
      const conversation = { previous, superseded: job.superseded };
      if (job.attempts === 0) {
        const waitedMs = Math.max(0, clock.now() - job.alert.atMs);
        const { severity } = job.alert;
        meter.observe('pegwatch_alert_wait_seconds', { ...labels, severity }, waitedMs / 1000);
      }
      result = await channel.send(job.alert, job.attempts + 1, stop.signal, conversation);
    } catch (thrown) {
      // A channel that throws is a mistake of ours, and its message may hold anything: only the kind is kept.
      const kind = thrown instanceof Error ? thrown.name : typeof thrown;
      result = { kind: 'retry', problem: `the channel failed (${kind})` };
    }
    sending = null;
    // Cut off by our own end: whether it arrived is not known, so it stays as the store has it.
    const cutOff = stop.signal.aborted && result.kind !== 'delivered';
    if (phase !== 'closed' && !cutOff) finish(job, result);
    run();
  }

  /** What an alert replaces should be written down first; a disk at a halt is no reason to keep silent. */
  async function noted(storing: Promise<void>): Promise<void> {
    const over = new AbortController();
    await Promise.race([storing, sleep(clock, storingMs, over.signal)]);
    over.abort();
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
      spend(budget, alert.incidentId, clock.now());
      failures = 0;
      lastProblem = null;
      log.info({ ...fields, reason: alert.reason, severity: alert.severity }, 'alert delivered');
      if (result.remember !== undefined) keep(alert.incidentId, result.remember);
      remove(job, 'delivered', result.remember === undefined ? {} : { remember: result.remember });
      return;
    }
    failures++;
    lastProblem = result.problem;
    job.lastProblem = result.problem;
    // What is critical never expires: it is tried every hour until somebody has it.
    const expired = alert.severity !== 'critical' && isExhausted(job.attempts, ageMs);
    if (result.kind === 'refused' || expired) {
      meter.count('pegwatch_alerts_refused_total', { ...labels, severity: alert.severity });
      log.error({ ...fields, problem: result.problem }, 'alert given up: it stays listed as refused');
      remove(job, 'refused', { problem: result.problem });
      return;
    }
    postpone(job, result.afterMs ?? 0);
    consolidate(alert.incidentId);
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

  /** Over its budget a conversation waits; marked here, so that the timer knows until when. */
  function isWithinBudget(job: Job, nowMs: number): boolean {
    const atMs = mayGoAtMs(budget, job.alert, nowMs);
    if (atMs <= nowMs) return true;
    job.dueAtMs = atMs;
    consolidate(job.alert.incidentId);
    return false;
  }

  /** What waits for a receiver must not pile up: the newest alert of the incident replaces the others. */
  function consolidate(incidentId: string): void {
    const done = supersede(queue, incidentId, sending);
    if (done === null) return;
    const { alert } = done.by;
    const replaced = done.replaced.filter((job) => !isDigest(job)).map((job) => job.alert.id);
    if (replaced.length > 0) {
      const write = deps.store
        .supersede(replaced, alert.id)
        .catch((err: unknown) => log.warn({ err, alert: alert.id }, 'what an alert replaces was not stored'))
        .finally(() => writes.delete(write));
      writes.add(write);
      done.by.storing = write;
    }
    for (const job of done.replaced) {
      meter.count('pegwatch_alerts_superseded_total', labels);
      log.info({ channel: channel.name, alert: job.alert.id, by: alert.id }, 'alert replaced by newer news');
      remove(job, 'superseded', { by: alert.id });
    }
  }

  function isHeldUp(incidentId: string): boolean {
    const jobs = queue.conversations.get(incidentId) ?? [];
    const first = jobs[0];
    const now = clock.now();
    if (failures > 0 || now < pausedUntilMs || jobs.some((job) => job.attempts > 0)) return true;
    return first !== undefined && first !== sending && mayGoAtMs(budget, first.alert, now) > now;
  }

  function keep(incidentId: string, what: string): void {
    remembered.delete(incidentId);
    remembered.set(incidentId, what);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= mostRemembered) break;
      remembered.delete(oldest);
    }
  }

  function remove(job: Job, outcome: Outcome, more: ReceiptMore): void {
    dequeue(queue, job);
    gaugePending();
    try {
      deps.settle(job.alert.id, outcome, job.attempts, more);
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
      if (phase !== 'open' || !enqueue(queue, job)) return;
      gaugePending();
      if (isHeldUp(job.alert.incidentId)) consolidate(job.alert.incidentId);
    },
    recall: (incidentId, atMs) => spend(budget, incidentId, atMs),
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
