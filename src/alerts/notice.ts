import { severityRank } from '../core/severity.js';
import type { ChannelSpec } from '../core/spec.js';
import type { ChainName, Incident, IncidentLife, Reason, Severity } from '../core/types.js';

/** What one channel was last told about one incident. */
export interface Told {
  readonly sequence: number;
  readonly reason: Reason;
  readonly life: IncidentLife;
  readonly severity: Severity;
  readonly cascade: boolean;
  readonly chains: readonly ChainName[];
  readonly atMs: number;
}

/**
 * Is there something to say to this channel about this incident now, and why? A pure question to what the channel
 * was last told: null means that it knows all it needs to know.
 */
export function notice(
  told: Told | null,
  incident: Incident,
  channel: ChannelSpec,
  nowMs: number,
): Reason | null {
  if (told === null) {
    const standing = incident.life === 'open' || incident.life === 'escalated';
    const heard = severityRank(incident.severity) >= severityRank(channel.minSeverity);
    return standing && heard && concerns(channel, incident) ? 'opened' : null;
  }
  if (incident.life === 'retracted') return told.life === 'retracted' ? null : 'retracted';
  if (incident.life === 'closed')
    return told.life === 'closed' || told.life === 'retracted' ? null : 'resolved';
  if (incident.life === 'easing') return told.life === 'easing' ? null : 'easing';
  const over = told.life === 'easing' || told.life === 'closed' || told.life === 'retracted';
  if (severityRank(incident.severity) > severityRank(told.severity)) return 'escalated';
  if (incident.cascade && !told.cascade) return 'escalated';
  if (over) return 'repeat';
  if (incident.chains.some((chain) => !told.chains.includes(chain))) return 'spread';
  if (channel.repeatMs !== null && nowMs - told.atMs >= channel.repeatMs) return 'repeat';
  return null;
}

/** Asked until the channel was told: who knows of an incident hears its end, wherever it has moved meanwhile. */
function concerns({ only }: ChannelSpec, incident: Incident): boolean {
  if (only === undefined) return true;
  const { coins, chains, detectors } = only;
  const standing = incident.signals.filter(({ severity }) => severity !== null);
  return (
    (coins === undefined || incident.coins.some((coin) => coins.includes(coin))) &&
    (chains === undefined || incident.chains.some((chain) => chains.includes(chain))) &&
    (detectors === undefined || standing.some(({ detector }) => detectors.includes(detector)))
  );
}
