// What one channel still has to deliver, and what is next. Plain data and no IO: the outbox does the sending.
//
// The alerts of one incident are one conversation: they go in sequence, and only the first of them is ever looked at.
// Between incidents a critical one goes first, whatever its older, milder alerts: they must go before it can.

import type { Alert } from '../core/alert.js';
import { severityRank } from '../core/severity.js';

export interface Job {
  readonly alert: Alert;
  /** Failed attempts so far. */
  attempts: number;
  dueAtMs: number;
  lastProblem: string | null;
  /** How many alerts that never arrived this one stands for. */
  superseded: number;
  /** That it replaces others is being stored: it must not go before. */
  storing?: Promise<void>;
}

export interface ChannelQueue {
  /** By incident; each list is in sequence and never empty. Incidents stand in order of arrival. */
  readonly conversations: Map<string, Job[]>;
  readonly ids: Set<string>;
}

export function createChannelQueue(): ChannelQueue {
  return { conversations: new Map(), ids: new Set() };
}

/** False where this alert is waiting already. */
export function enqueue(queue: ChannelQueue, job: Job): boolean {
  if (queue.ids.has(job.alert.id)) return false;
  queue.ids.add(job.alert.id);
  const jobs = queue.conversations.get(job.alert.incidentId);
  if (jobs === undefined) {
    queue.conversations.set(job.alert.incidentId, [job]);
    return true;
  }
  const later = jobs.findIndex((other) => other.alert.sequence > job.alert.sequence);
  jobs.splice(later < 0 ? jobs.length : later, 0, job);
  const first = jobs[0];
  // News about an incident is a reason to try its waiting alerts now, not when the schedule says so.
  if (first !== undefined) first.dueAtMs = Math.min(first.dueAtMs, job.dueAtMs);
  return true;
}

export function dequeue(queue: ChannelQueue, job: Job): void {
  if (!queue.ids.delete(job.alert.id)) return;
  const rest = (queue.conversations.get(job.alert.incidentId) ?? []).filter((other) => other !== job);
  if (rest.length === 0) queue.conversations.delete(job.alert.incidentId);
  else queue.conversations.set(job.alert.incidentId, rest);
}

/**
 * Of what waits about one incident only the newest stays: it says how things stand, and how many it stands for.
 * A digest stays only where no news waits: it is an edit, and rings nobody. What confirms newer news than it stays
 * beside it, or the receiver would be left with a doubt that nobody has. `inFlight` is left alone, because it may be
 * arriving. Gives what was taken out, and what replaces it.
 */
export function supersede(
  queue: ChannelQueue,
  incidentId: string,
  inFlight: Job | null,
): { readonly replaced: readonly Job[]; readonly by: Job } | null {
  const jobs = queue.conversations.get(incidentId) ?? [];
  const waiting = jobs.filter((job) => job !== inFlight);
  const by = waiting.findLast((job) => !isDigest(job)) ?? waiting.at(-1);
  const confirming = waiting.findLast(({ alert }) => alert.reason === 'confirmed');
  const replaced = waiting.filter((job) => job !== by && !(job === confirming && isAfter(job, by)));
  if (by === undefined || replaced.length === 0) return null;
  for (const job of replaced) {
    if (!isDigest(job)) by.superseded += 1 + job.superseded;
    dequeue(queue, job);
  }
  return { replaced, by };
}

function isAfter(job: Job, other: Job | undefined): boolean {
  return other !== undefined && job.alert.sequence > other.alert.sequence;
}

/** Nobody misses an edit that did not arrive: it is not counted among what another stands for. */
export function isDigest({ alert }: Job): boolean {
  return alert.reason === 'digest' || alert.reason === 'confirmed';
}

/** The job to send at `nowMs`: critical conversations first, else the one that arrived first. */
export function nextJob(queue: ChannelQueue, nowMs: number, accept: (job: Job) => boolean): Job | null {
  let found: Job | null = null;
  for (const jobs of queue.conversations.values()) {
    const first = jobs[0];
    if (first === undefined || first.dueAtMs > nowMs || !accept(first)) continue;
    if (jobs.some((job) => severityRank(job.alert.severity) === 4)) return first;
    found ??= first;
  }
  return found;
}

/** When the next job is due; infinity for an empty queue. */
export function nextDueAtMs(queue: ChannelQueue): number {
  let due = Number.POSITIVE_INFINITY;
  for (const jobs of queue.conversations.values()) due = Math.min(due, jobs[0]?.dueAtMs ?? due);
  return due;
}

/** The receiver is back: nothing waits for its schedule any longer. */
export function wakeAll(queue: ChannelQueue, nowMs: number): void {
  for (const jobs of queue.conversations.values()) {
    for (const job of jobs) job.dueAtMs = Math.min(job.dueAtMs, nowMs);
  }
}

/** The decision time of the alert that waits longest; null for an empty queue. */
export function oldestAtMs(queue: ChannelQueue): number | null {
  let oldest = Number.POSITIVE_INFINITY;
  for (const jobs of queue.conversations.values()) {
    for (const job of jobs) oldest = Math.min(oldest, job.alert.atMs);
  }
  return Number.isFinite(oldest) ? oldest : null;
}
