// What is kept of a block's logs, so that others can be compared with them.

import type { Hex } from '../core/hex.js';
import { LogCursor, type PackedLogs } from '../core/packed-logs.js';
import { digest } from './digest.js';

export interface LogSummary {
  readonly digest: string;
  readonly count: number;
}

const none = summaryOf(new Uint8Array(6));

export function logSummary(logs: PackedLogs | undefined): LogSummary {
  return logs === undefined || logs.length <= 6 ? none : summaryOf(logs);
}

function summaryOf(logs: PackedLogs): LogSummary {
  return { digest: digest(logs), count: logCount(logs) };
}

export function logCount(logs: PackedLogs): number {
  return new LogCursor(logs).count;
}

/** How many of them are of these contracts. */
export function logCountOf(logs: PackedLogs, addresses: ReadonlySet<Hex>): number {
  const cursor = new LogCursor(logs);
  const counts = cursor.emitters.map(({ address }) => addresses.has(address));
  let count = 0;
  while (cursor.next()) if (counts[cursor.emitter] === true) count++;
  return count;
}

export function mostLogs(all: Iterable<PackedLogs>): PackedLogs | null {
  let best: PackedLogs | null = null;
  for (const one of all) if (best === null || logCount(one) > logCount(best)) best = one;
  return best;
}

export function emittersIn(logs: PackedLogs): ReadonlySet<Hex> {
  return new Set(new LogCursor(logs).emitters.map(({ address }) => address));
}
