// Which playbooks an incident calls for. What is written down for a cascade comes before what is written down for its
// parts; among those, what fits the worst signal.

import type { Alert } from '../core/alert.js';
import { contagionWatch } from '../core/detector-names.js';
import type { Incident } from '../core/incident.js';
import { severityRank } from '../core/severity.js';
import type { Signal } from '../core/signal.js';
import type { AlertPlaybook, PlaybookMatch, PlaybookSpec } from '../core/spec.js';

/** More would be a library, not an instruction. */
const mostPlaybooks = 2;

/** All that fit, the most fitting first. */
export function playbooksFor(incident: Incident, playbooks: readonly PlaybookSpec[]): PlaybookSpec[] {
  return playbooks
    .map((playbook) => ({ playbook, weight: weightOf(playbook.when, incident) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.playbook.name < b.playbook.name ? -1 : 1))
    .map(({ playbook }) => playbook);
}

/** Who is told that it is over has nothing more to do. */
export function withPlaybooks(alert: Alert, playbooks: readonly PlaybookSpec[]): Alert {
  if (alert.reason === 'resolved' || alert.reason === 'retracted') return alert;
  const found = playbooksFor(alert.incident, playbooks).slice(0, mostPlaybooks);
  return found.length === 0 ? alert : { ...alert, playbooks: found.map(shown) };
}

export function shown({ name, title, runbook, checklist }: PlaybookSpec): AlertPlaybook {
  return { name, title, runbook, checklist };
}

/** 0: does not fit. */
function weightOf(when: PlaybookMatch, incident: Incident): number {
  if (severityRank(incident.severity) < severityRank(when.minSeverity)) return 0;
  if (when.cascade !== undefined && when.cascade !== incident.cascade) return 0;
  const weights = incident.signals.filter((signal) => fits(when, signal)).map(weightOfSignal);
  return Math.max(0, ...weights) + (when.cascade === true && weights.length > 0 ? 10 : 0);
}

function fits(
  { detectors, coins, chains }: PlaybookMatch,
  { severity, detector, coin, chain }: Signal,
): boolean {
  return (
    severity !== null &&
    // A watch on another coin is milder than its incident: it calls for nothing unless it is asked for by name.
    (detector !== contagionWatch || detectors?.includes(detector) === true) &&
    (detectors === undefined || detectors.includes(detector)) &&
    (coins === undefined || coins.includes(coin)) &&
    (chains === undefined || chains.includes(chain))
  );
}

function weightOfSignal({ severity, impact }: Signal): number {
  return severityRank(severity) + impact / 2;
}
