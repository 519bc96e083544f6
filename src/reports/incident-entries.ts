// Which entries of the timeline are about one incident: its signals, its own changes, what was told about it and what
// came of that.

import type { Incident } from '../core/incident.js';
import type { Entry, StoreReader } from '../store/store.js';

export interface IncidentEntries {
  /** The earliest moment that any of its signals is about. */
  readonly fromMs: number;
  has(entry: Entry): boolean;
}

export function incidentEntries(store: Pick<StoreReader, 'entries'>, incident: Incident): IncidentEntries {
  const signals = new Set<string>();
  const blocks = new Set<string>();
  let fromMs = incident.openedAtMs;
  const take = ({ signals: all }: Incident): void => {
    for (const { id, atMs, evidence } of all) {
      signals.add(id);
      blocks.add(evidence.blockHash);
      fromMs = Math.min(fromMs, atMs, evidence.blockTimeMs);
    }
  };
  take(incident);
  // It keeps the present signal of each subject only: what stood before came by in its own changes.
  for (const entry of store.entries({ fromMs: incident.openedAtMs, kinds: ['incident'] }))
    if (entry.kind === 'incident' && entry.incident.id === incident.id) take(entry.incident);
  const isOurs = (id: string): boolean => id.startsWith(`${incident.id}-`);
  return {
    fromMs,
    has(entry) {
      switch (entry.kind) {
        case 'signal':
          return signals.has(entry.signal.id);
        case 'signal-retracted':
          return signals.has(entry.signalId);
        case 'incident':
          return entry.incident.id === incident.id;
        case 'alert':
          return entry.alert.incidentId === incident.id;
        case 'suppressed':
          return entry.suppressed.incidentId === incident.id;
        case 'hook':
          return entry.hook.incidentId === incident.id;
        // The ids of alerts and hooks begin with that of their incident.
        case 'receipt':
        case 'resend':
          return isOurs(entry.input.alertId);
        case 'approve':
          return isOurs(entry.input.hookId);
        case 'silence':
        case 'unsilence':
          return entry.input.kind === 'silence' && entry.input.match.incident === incident.id;
        case 'checked':
          return blocks.has(entry.input.hash);
        default:
          return false;
      }
    },
  };
}
