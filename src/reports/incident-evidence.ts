// What an incident was about at its worst. The incident keeps the present signal of each subject, so when it is over
// only words of easing are left in it; what each subject had said before stands in the timeline, which told of the
// incident with every change.

import type { Incident } from '../core/incident.js';
import { severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import type { StoreReader } from '../store/store.js';

export interface SubjectEvidence {
  /** The worst that the subject said in this incident, of equals the first. */
  readonly worst: Signal;
  /** What it says now; the same as `worst` while that stands. */
  readonly now: Signal;
  /** Null while it stands. */
  readonly easedAtMs: number | null;
}

/** One for each subject of the incident, worst first: what was mild comes last. */
export function incidentEvidence(
  store: Pick<StoreReader, 'entries'>,
  incident: Incident,
): readonly SubjectEvidence[] {
  const said = new Map<string, Signal>();
  for (const entry of store.entries({
    fromMs: incident.openedAtMs,
    kinds: ['incident', 'signal-retracted'],
  })) {
    if (entry.kind === 'incident' && entry.incident.id === incident.id) {
      for (const signal of entry.incident.signals) said.set(signal.id, signal);
    }
    // What never was is no evidence, unless all of it was taken back: then it is what people had been told.
    if (entry.kind === 'signal-retracted' && incident.life !== 'retracted') said.delete(entry.signalId);
  }
  const worst = new Map(incident.signals.map((signal) => [signal.subject, signal]));
  for (const signal of said.values()) {
    const known = worst.get(signal.subject);
    if (known !== undefined && compare(signal, known) < 0) worst.set(signal.subject, signal);
  }
  return incident.signals
    .map((now) => ({
      worst: worst.get(now.subject) ?? now,
      now,
      easedAtMs: now.severity === null ? now.atMs : null,
    }))
    .sort((a, b) => compare(a.worst, b.worst));
}

function compare(a: Signal, b: Signal): number {
  return severityRank(b.severity) - severityRank(a.severity) || b.impact - a.impact || a.atMs - b.atMs;
}
