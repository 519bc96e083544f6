// Brings alerts to their receivers. Intent is stored with the incident that caused it, in one transaction, before it
// comes here; what is delivered or given up goes back through `settle` and becomes an input of the engine. Between
// the two an alert may be sent twice (we died after the receiver's 2xx), always under the same id, and never be lost.
//
// Per channel there is one worker: see `channel-worker.ts`.

import type { Alert } from '../core/alert.js';
import type { Store } from '../store/store.js';
import type { Job } from './channel-queue.js';
import { type ChannelReport, createWorker, type WorkerDeps } from './channel-worker.js';
import type { Channel } from './channels/channel.js';
import { hourMs } from './message-budget.js';
import { longestPauseMs } from './retry-schedule.js';

export interface OutboxDeps extends Omit<WorkerDeps, 'store'> {
  readonly store: Pick<
    Store,
    'pendingDeliveries' | 'deliveredSince' | 'reschedule' | 'remembered' | 'supersede'
  >;
}

export interface Outbox {
  /** Takes up what the store still lists as pending. */
  start(): void;
  /** A dead letter was queued again: takes it up from the store. */
  resend(alertId: string): void;
  /** Alerts whose intent is committed. Those of unknown channels stay in the store and are logged. */
  offer(alerts: readonly Alert[]): void;
  report(): readonly ChannelReport[];
  /** Resolves when nothing is pending on any channel. */
  idle(): Promise<void>;
  /** Sends what was never tried yet and is due, then stops; after `deadlineMs` it stops in any case. */
  close(deadlineMs: number): Promise<void>;
}

export function createOutbox(options: { readonly channels: readonly Channel[] }, deps: OutboxDeps): Outbox {
  const idlers: (() => void)[] = [];
  const workers = new Map(
    options.channels.map((channel) => [channel.name, createWorker(channel, deps, settled)]),
  );

  function settled(): void {
    if (![...workers.values()].every((worker) => worker.isEmpty())) return;
    for (const resolve of idlers.splice(0)) resolve();
  }

  function add(alert: Alert, job: Omit<Job, 'alert'>): void {
    const worker = workers.get(alert.channel);
    if (worker === undefined) {
      const fields = { channel: alert.channel, alert: alert.id };
      deps.log.warn(fields, 'no such channel is configured: the alert stays in the store');
    } else worker.add({ alert, ...job });
  }

  return {
    start() {
      const now = deps.clock.now();
      // A restart is no new budget: what was said in the last hour was said.
      for (const { incidentId, channel, atMs } of deps.store.deliveredSince(now - hourMs))
        workers.get(channel)?.recall(incidentId, Math.min(atMs, now));
      const deliveries = [...deps.store.pendingDeliveries()];
      deliveries.sort((a, b) => a.alert.atMs - b.alert.atMs || a.alert.sequence - b.alert.sequence);
      for (const { alert, attempts, dueAtMs, lastProblem, superseded } of deliveries) {
        // A clock that was put back must not silence an alert for longer than the schedule would.
        const due = Math.min(dueAtMs, now + longestPauseMs);
        add(alert, { attempts, dueAtMs: due, lastProblem, superseded });
      }
      for (const worker of workers.values()) worker.run();
    },
    resend(alertId) {
      const again = [...deps.store.pendingDeliveries()].find(({ alert }) => alert.id === alertId);
      if (again === undefined) return;
      const { alert, attempts, lastProblem, superseded } = again;
      add(alert, { attempts, dueAtMs: deps.clock.now(), lastProblem, superseded });
      workers.get(alert.channel)?.run();
    },
    offer(alerts) {
      const now = deps.clock.now();
      for (const alert of alerts) add(alert, { attempts: 0, dueAtMs: now, lastProblem: null, superseded: 0 });
      for (const worker of workers.values()) worker.run();
    },
    report: () => [...workers.values()].map((worker) => worker.report()),
    idle: () =>
      new Promise((resolve) => {
        idlers.push(resolve);
        settled();
      }),
    async close(deadlineMs) {
      await Promise.all([...workers.values()].map((worker) => worker.close(deadlineMs)));
    },
  };
}
