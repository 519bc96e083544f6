import type { Alert } from '../../src/core/alert.js';
import type { Received } from './pretend-receiver.js';

const hourMs = 3_600_000;
/** Of the twelve messages of an hour, three are kept for what is critical. */
const shareOf = (alert: Alert): number => (alert.severity === 'critical' ? 12 : 9);

/**
 * Whether a repeat may still wait: its incident has had its messages of the hour on this channel. While it stands there
 * is always another one, so that a world with two of them may never come to a moment at which nothing waits.
 */
export function spentItsHour(alert: Alert, received: readonly Received[], nowMs: number): boolean {
  if (alert.reason !== 'repeat') return false;
  const had = received.filter(
    ({ atMs, message }) =>
      atMs > nowMs - hourMs && message.channel === alert.channel && message.incident.id === alert.incidentId,
  );
  return had.length >= shareOf(alert);
}
