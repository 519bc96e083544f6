// Small valid alerts for tests; say only what the test is about.
import type { Alert } from '../../src/core/alert.js';
import type { Incident } from '../../src/core/incident.js';
import type { Signal } from '../../src/core/signal.js';
import { makeSignal } from './make.js';

export function makeIncident(about: Partial<Incident> = {}): Incident {
  const { severity = 'high' } = about;
  return {
    id: 'inc-1',
    life: 'open',
    severity,
    worst: severity,
    openedSeverity: severity,
    coins: ['USDX'],
    chains: ['ethereum'],
    onsets: [],
    leadChain: 'ethereum',
    leadConfidence: 0,
    spreading: false,
    cascade: false,
    openedAtMs: Date.UTC(2026, 0, 1),
    updatedAtMs: Date.UTC(2026, 0, 1),
    easingSinceMs: null,
    closedAtMs: null,
    signals: [makeSignal({})],
    title: 'USDX: peg in danger, high, on ethereum',
    ...about,
  };
}

export function makeAlert(
  about: Partial<Omit<Alert, 'incident'>> & { incident?: Partial<Incident> } = {},
): Alert {
  const incident = makeIncident({ ...(about.incidentId ? { id: about.incidentId } : {}), ...about.incident });
  const { channel = 'traders', sequence = 1 } = about;
  return {
    id: `${incident.id}-${channel}-${sequence}`,
    incidentId: incident.id,
    channel,
    sequence,
    reason: 'opened',
    state: 'provisional',
    severity: incident.severity,
    atMs: Date.UTC(2026, 0, 1),
    ...about,
    incident,
  };
}

export function makeSignals(count: number): readonly Signal[] {
  return Array.from({ length: count }, (_, i) => makeSignal({ id: `s${i}`, impact: i / count, atMs: i }));
}
