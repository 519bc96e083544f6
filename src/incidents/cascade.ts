import type { Signal } from '../core/signal.js';
import type { IncidentSpec } from '../core/spec.js';

/**
 * True where `cascadeSignals` high-impact signals of distinct sources stand within `cascadeWindowMs` of each other,
 * by block time: the order of arrival plays no part.
 */
export function isCascade(standing: readonly Signal[], spec: IncidentSpec): boolean {
  const heavy = standing
    .filter((signal) => signal.impact >= spec.cascadeImpact)
    .sort((a, b) => a.evidence.blockTimeMs - b.evidence.blockTimeMs);
  return heavy.some((first, i) => {
    const sources = new Set<string>();
    for (const signal of heavy.slice(i)) {
      if (signal.evidence.blockTimeMs - first.evidence.blockTimeMs > spec.cascadeWindowMs) break;
      sources.add(signal.source);
    }
    return sources.size >= spec.cascadeSignals;
  });
}
