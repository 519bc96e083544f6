// How many messages one incident may cost one channel: twelve an hour. In the Terra collapse a monitor sent 847 in
// 18 hours and was switched off. What is over the budget waits, and newer news replaces it meanwhile; the last three
// of the twelve are kept for what is critical, ends, or is taken back, so that the flood never drowns those. A digest,
// which is only an edit, takes at most half, so that news finds room.

import type { Alert } from '../core/alert.js';

export interface MessageBudget {
  /** By incident: when its last messages arrived, oldest first, at most an hour back. */
  readonly spent: Map<string, number[]>;
}

export const messagesPerHour = 12;
const keptForUrgent = 3;
const keptForNews = 6;
export const hourMs = 3_600_000;

export function createMessageBudget(): MessageBudget {
  return { spent: new Map() };
}

/** The moment from which this alert may go: `nowMs` where the budget allows it at once. */
export function mayGoAtMs(budget: MessageBudget, alert: Alert, nowMs: number): number {
  const times = (budget.spent.get(alert.incidentId) ?? []).filter((atMs) => atMs > nowMs - hourMs);
  const kept =
    alert.reason === 'digest' || alert.reason === 'confirmed'
      ? keptForNews
      : isUrgent(alert)
        ? 0
        : keptForUrgent;
  const limit = messagesPerHour - kept;
  const blocking = times[times.length - limit];
  return blocking === undefined ? nowMs : blocking + hourMs;
}

export function spend(budget: MessageBudget, incidentId: string, nowMs: number): void {
  for (const [id, times] of budget.spent) {
    if ((times.at(-1) ?? 0) <= nowMs - hourMs) budget.spent.delete(id);
  }
  const times = budget.spent.get(incidentId) ?? [];
  budget.spent.set(incidentId, [...times.slice(1 - messagesPerHour), nowMs]);
}

function isUrgent({ severity, reason }: Alert): boolean {
  return severity === 'critical' || reason === 'resolved' || reason === 'retracted' || reason === 'revised';
}
